"""The certification: frameworks as data, indicators computed from the hub, evidence, points.

Certification judges. What the city knows of itself it asks of the hub and the registers; no
indicator is a Python function, each is an entry of a framework.
"""
