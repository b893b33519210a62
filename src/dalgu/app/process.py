"""One process that answers on one port until it is told to stop: a city's, and a hub's alone."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, Final

from starlette.types import ASGIApp

from dalgu.app.folder import Folder
from dalgu.app.logs import configure
from dalgu.app.serving import Server, calm_collector, listening, new_event_loop, server_config
from dalgu.app.systemd import attended
from dalgu.kernel.settings import Settings

STREAM_PATIENCE_S: Final = 2  # open pages hold a stream that never ends by itself

Serve = Callable[[Folder, socket.socket], Coroutine[Any, Any, None]]


def run_until_stopped(settings: Settings, serve: Serve) -> None:
    """Lock the folder, bind the port, and serve until interrupted.

    Raises
    ------
    FolderInUse, PortInUse, AddressUnfit
        Before anything is opened.
    """
    configure(settings.log)
    with (
        Folder(settings.data_path) as folder,
        listening(settings) as listener,
        asyncio.Runner(loop_factory=new_event_loop) as runner,
    ):
        runner.run(serve(folder, listener))


async def answer(
    app: ASGIApp,
    listener: socket.socket,
    greet: Callable[[], Awaitable[None]],
    works: Callable[[], Iterable[Coroutine[Any, Any, None]]],
) -> None:
    """Answer on the socket until stopped; greet once it answers, then run the works behind it."""
    server = Server(server_config(app, patience_s=STREAM_PATIENCE_S))
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        await greet()
        calm_collector()
        behind = [group.create_task(work) for work in works()]
        async with attended():
            await serving
        for task in behind:
            task.cancel()
