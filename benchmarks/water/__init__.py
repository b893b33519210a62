"""Benchmarks of the water service; each folder prints our figure beside the published one."""
