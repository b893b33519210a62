"""Districts where rules prove themselves, and what was rolled out from them when."""
