"""Answers that are the same for all readers, made once for all who wait."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

T = TypeVar("T")


class Kept:
    """Answers that are the same for all readers, made at most so often."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, ...], tuple[float, object]] = {}
        self._locks: dict[tuple[str, ...], asyncio.Lock] = {}

    async def get(
        self, key: tuple[str, ...], fresh_s: float, make: Callable[[], Awaitable[T]]
    ) -> T:
        """Return the kept answer, or make it once for all who wait."""
        now_s = asyncio.get_running_loop().time()
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept = self._answers.get(key)
            if kept is not None and now_s - kept[0] < fresh_s:
                return cast("T", kept[1])
            made = await make()
            self._answers[key] = (asyncio.get_running_loop().time(), made)
            return made
