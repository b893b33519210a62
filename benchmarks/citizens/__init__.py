"""Benchmarks of the citizens' service; each prints our figure beside the published one."""
