"""Questions on which everybody agrees, disagrees or passes, and the groups that come of it.

The mathematics is in `groups`; here is who may ask, say and vote, what is kept, and what of
groups is shown. Nothing of a single person leaves this room but to that person.
"""
