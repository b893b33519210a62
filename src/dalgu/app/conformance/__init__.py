"""The ETSI conformance suite, played against hubs of ours: `dalgu conformance run`.

The suite is somebody else's (see `docs/conformance.md` for where it lives): it is run where it
lies, from its own folder, and nothing of it is copied.
"""
