"""Service requests: something is broken, and what became of it (Open311 GeoReport v2)."""
