"""Two lanes for requests to endpoints, so that slow endpoints keep only each other waiting.

Every request begins in the fast lane. One that has no answer after `PATIENCE_S` gives its place
there away and finishes beside the lanes; from then on its endpoint begins in the slow lane, until
it answers in time again. So a hundred endpoints that hang cost the healthy ones one `PATIENCE_S`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

PATIENCE_S: Final = 1.0
MAX_ASIDE: Final = 256  # requests that gave their place away: sockets are bounded, too
MAX_SLOW: Final = 10_000  # endpoints that are remembered as slow


class Lanes:
    """Places for requests on their way; `at_once` in each lane."""

    def __init__(self, at_once: int, *, patience_s: float = PATIENCE_S) -> None:
        self._fast = asyncio.Semaphore(at_once)
        self._slow = asyncio.Semaphore(at_once)
        self._patience_s = patience_s
        self._slow_ones: set[str] = set()
        self._aside = 0

    @asynccontextmanager
    async def place(self, endpoint: str) -> AsyncIterator[None]:
        """Hold a place for a request to an endpoint."""
        loop = asyncio.get_running_loop()
        is_slow = endpoint in self._slow_ones
        async with self._slow if is_slow else self._fast_place(endpoint):
            begun_s = loop.time()
            yield
            if is_slow and loop.time() - begun_s < self._patience_s:
                self._slow_ones.discard(endpoint)

    @asynccontextmanager
    async def _fast_place(self, endpoint: str) -> AsyncIterator[None]:
        await self._fast.acquire()
        is_held = True

        def step_aside() -> None:
            nonlocal is_held
            if len(self._slow_ones) < MAX_SLOW:
                self._slow_ones.add(endpoint)
            if self._aside < MAX_ASIDE:
                is_held = False
                self._aside += 1
                self._fast.release()

        waiting = asyncio.get_running_loop().call_later(self._patience_s, step_aside)
        try:
            yield
        finally:
            waiting.cancel()
            if is_held:
                self._fast.release()
            else:
                self._aside -= 1
