"""Other context sources: who holds what, and requests that are shared with them.

Registrations (CIM 009 5.9, 5.10) say which source may hold which part of which entity. A request
is matched against them, split, sent to the sources side by side and put together again (4.3.6).
Without a registration nothing here is on the way of a request.
"""
