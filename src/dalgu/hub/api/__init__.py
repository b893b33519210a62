"""The hub's HTTP binding: NGSI-LD under `/ngsi-ld/v1`, what it lacks under `/hub/v1`.

Bare ASGI, as every message and every page of the city passes here. No rule of NGSI-LD lives
here: handlers read a request, ask the hub, and show its answer.
"""
