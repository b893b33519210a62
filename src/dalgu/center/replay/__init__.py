"""The city as it was at any minute."""
