"""The words of Open311 GeoReport v2: documents, arguments, what is shown. No web framework here."""
