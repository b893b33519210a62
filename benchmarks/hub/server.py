"""A hub in a process of its own, as the platform serves it but without accounts.

    python server.py PORT [FOLDER]

Without a folder it answers each request with the same 520 bytes: what the server alone costs.
"""

import asyncio
import sys
from pathlib import Path

import uvicorn

from dalgu.app.open_hub import open_hub
from dalgu.app.serving import calm_collector, new_event_loop, server_config
from dalgu.hub.api.exchange import Receive, Scope, Send

CONSTANT = b"x" * 520


async def serve_hub(folder: Path, port: int) -> None:
    """Serve a hub until terminated; its notifications go to this machine, too."""
    async with open_hub(folder, {}) as app:
        calm_collector()
        await uvicorn.Server(server_config(app, port=port)).serve()


async def serve_constant(port: int) -> None:
    """Serve an application that does nothing."""
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"520")]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": CONSTANT})

    await uvicorn.Server(server_config(app, port=port)).serve()


if __name__ == "__main__":
    chosen, where = int(sys.argv[1]), [Path(one) for one in sys.argv[2:]]
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(serve_hub(where[0], chosen) if where else serve_constant(chosen))
