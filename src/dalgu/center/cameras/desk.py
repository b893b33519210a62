"""Asks cameras for stills on behalf of everybody who looks: at most once a second each."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from dalgu.center.cameras.images import blurred
from dalgu.center.outside import CameraSilent, Still, Stills
from dalgu.hub.model import Document
from dalgu.kernel.errors import DalguError

FRESH_S = 1.0  # who asks within it gets the same still: ten who look cost a camera no more than one
SILENT_S = 5.0  # a camera that gave nothing is let alone for so long
MOST_AT_ONCE = 8  # cameras asked at the same time; the rest wait
MOST_KEPT = 400  # stills held in memory


@dataclass(slots=True)
class _Kept:
    at_s: float
    still: Still | None = None
    failure: CameraSilent | None = None
    coarse: bytes | None = None

    @property
    def fresh_s(self) -> float:
        return FRESH_S if self.failure is None else SILENT_S


class StillDesk:
    """Takes stills, keeps each for a moment, and makes them coarse once for all who look."""

    def __init__(self, stills: Stills) -> None:
        self._stills = stills
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._gate = asyncio.Semaphore(MOST_AT_ONCE)

    async def clear(self, camera: Document) -> Still:
        """Return a camera's still as it came; raise `CameraSilent`."""
        still = (await self._fresh(camera)).still
        assert still is not None  # else `_fresh` has raised
        return still

    async def coarse(self, camera: Document) -> tuple[bytes, Still]:
        """Return a camera's still so coarse that nobody is recognised; raise `CameraSilent`.

        The second is the still it was made from, for its time; its body is not to be shown.
        """
        kept = await self._fresh(camera)
        assert kept.still is not None
        if kept.coarse is None:
            kept.coarse = await asyncio.to_thread(blurred, kept.still.body)
        return kept.coarse, kept.still

    async def _fresh(self, camera: Document) -> _Kept:
        key = str(camera["id"])
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept = self._kept.get(key)
            if kept is None or _now_s() - kept.at_s >= kept.fresh_s:
                kept = await self._ask(key, camera)
        if kept.failure is not None:
            raise CameraSilent(*_parts(kept.failure))
        return kept

    async def _ask(self, key: str, camera: Document) -> _Kept:
        async with self._gate:
            kept = await _asked(self._stills, key, camera)
        self._kept[key] = kept
        _forget_oldest(self._kept, lambda one: self._locks.pop(one, None))
        return kept


async def _asked(stills: Stills, key: str, camera: Document) -> _Kept:
    try:
        still = await stills.take(camera)
    except CameraSilent as silent:
        return _Kept(_now_s(), failure=silent)
    except DalguError as failure:
        return _Kept(_now_s(), failure=CameraSilent(key, failure.slug.replace("-", "_")))
    return _Kept(_now_s(), still=still)


def _forget_oldest(kept: dict[str, _Kept], forget: Callable[[str], object]) -> None:
    while len(kept) > MOST_KEPT:
        oldest = min(kept, key=lambda key: kept[key].at_s)
        del kept[oldest]
        forget(oldest)


def _parts(silent: CameraSilent) -> tuple[str, str]:
    return str(silent.parts["camera"]), str(silent.parts["reason"])


def _now_s() -> float:
    return asyncio.get_running_loop().time()
