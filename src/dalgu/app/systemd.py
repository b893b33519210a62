"""Tells systemd how the service is (sd_notify(3)): ready, alive, stopping; else does nothing."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager


def notify(state: str, environ: Mapping[str, str] | None = None) -> bool:
    """Send a state as `READY=1`; return whether there is a systemd that listens."""
    address = (os.environ if environ is None else environ).get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        sender.sendto(state.encode(), address)
        return True
    return False


def watchdog_s(environ: Mapping[str, str] | None = None) -> float | None:
    """Return how often systemd wants to hear from us: half of its patience.

    >>> watchdog_s({"WATCHDOG_USEC": "30000000"})
    15.0
    >>> watchdog_s({}) is None
    True
    """
    patience = (os.environ if environ is None else environ).get("WATCHDOG_USEC", "")
    return int(patience) / 2e6 if patience.isdigit() and int(patience) else None


@asynccontextmanager
async def attended() -> AsyncIterator[None]:
    """Tell that the service is ready, then that it lives while its event loop turns."""
    notify("READY=1")
    beat = asyncio.create_task(_beat(watchdog_s()))
    try:
        yield
    finally:
        notify("STOPPING=1")
        beat.cancel()


async def _beat(every_s: float | None) -> None:
    while every_s is not None:
        notify("WATCHDOG=1")
        await asyncio.sleep(every_s)
