"""Benchmarks of the operation center; each prints our figure beside the limit."""
