"""A full operation center on one machine: what the wall, the map and the stream cost.

    python -m benchmarks.center.load.run [latency] [rows] [moving] [streams] [heap] [weight]

A real server in a process of its own, real Chromium (drawn by Mesa's llvmpipe, without a graphics
card), real connections; each part prints its figure beside the limit.
"""
