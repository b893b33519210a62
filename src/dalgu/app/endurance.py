"""Keeps what runs behind the pages alive while the disk does not serve.

A full disk must not end a platform that could still be read, and that goes on by itself once
there is room. What else fails still ends it: a fault of ours is loud.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from dalgu.kernel.errors import Overloaded
from dalgu.store.errors import StoreFailed

PAUSE_S: Final = 2.0  # until the disk is tried again

log = logging.getLogger("dalgu.endurance")


async def enduring(name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a work to its end; begin it again whenever the store failed it."""
    while True:
        try:
            await run()
        except* (StoreFailed, Overloaded) as failures:
            reason = _first(failures)
            log.warning("work.held_up", extra={"work": name, "reason": str(reason)})
        else:
            return
        await asyncio.sleep(PAUSE_S)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    found: BaseException = group
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
