"""Dalgu, an open city platform: it runs a smart city and proves how smart that city is.

The hub remembers, devices speak, services think, certification judges, the center shows.
"""

__version__ = "0.1.0"
