"""How HTTP is served: event loop, server, garbage collector; each chosen for what it costs.

Figures: `benchmarks/hub`, on the machine that its other figures come from.
"""

import asyncio
import gc

import uvicorn
from starlette.types import ASGIApp


def new_event_loop() -> asyncio.AbstractEventLoop:
    """Return the fastest event loop that is installed."""
    try:
        import uvloop
    except ImportError:  # no wheel for this system
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


def calm_collector() -> None:
    """Leave out of each garbage collection what lives as long as the platform.

    A batch of a thousand entities makes many objects and no cycles: the default thresholds cost
    it a fifth of its time (`benchmarks/hub`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def server_config(app: ASGIApp, *, port: int = 0, patience_s: int | None = None) -> uvicorn.Config:
    """Return how uvicorn serves an application of ours.

    `patience_s` is how long open streams may last once the server is asked to stop.
    """
    return uvicorn.Config(
        app,
        port=port,
        ws="none",  # there is no WebSocket here, and its library costs memory
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=patience_s,
    )
