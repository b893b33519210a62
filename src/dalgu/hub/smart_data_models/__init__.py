"""The Smart Data Models: which there are, what they hold, and whether an entity fits its own.

The types that this platform declares itself live in `hub/types.py` and the `entities.py` of the
rooms above; here is what others agreed on, from an index that ships with the package.
"""
