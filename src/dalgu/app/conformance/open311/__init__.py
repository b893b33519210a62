"""A black-box suite for any Open311 GeoReport v2 server, written from the specification's text.

It knows nothing of ours: it asks by HTTP and judges the answers. `play` runs it, `dalgu conformance
open311` prints its table. Modules named after the resources hold the checks.
"""
