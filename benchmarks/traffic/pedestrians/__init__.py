"""Cautions at crossings, judged on simulated streets."""
