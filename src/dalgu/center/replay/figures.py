"""The strip of figures at any instant: how many devices were heard, meters read, spaces free."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dalgu.center.documents import value
from dalgu.center.layers import LAYERS, METER_STALE, allowed_silence_s
from dalgu.center.replay.held import Tracks
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock

FRESH = timedelta(minutes=5)
CONSUMPTION_KNOWN = timedelta(days=3)  # meters that speak daily settle an hour a day later
BACK = timedelta(days=1)
DEVICE_BACK = timedelta(days=3)  # three intervals of what speaks daily

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the histories say of one instant; `consumption_at` ends the oldest area's hour."""

    devices: int = 0
    heard: int = 0
    meters: int = 0
    meters_read: int = 0
    consumption_m3h: float | None = None
    consumption_at: datetime | None = None
    spaces: int = 0
    free: int = 0
    lots: int = 0


@dataclass(frozen=True, slots=True)
class _Things:
    ids: list[str]
    numbers: Floats  # allowed silence of a device in seconds, spaces of a car park


class Counted:
    """Counts over all things of the types that the strip speaks of."""

    def __init__(self, hub: Hub, clock: Clock, tracks: Tracks) -> None:
        self._hub, self._clock, self._tracks = hub, clock, tracks
        self._things: dict[str, _Things] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    async def counts(self, at: datetime) -> Counts:
        """Return the counts of an instant."""
        await self._renew()
        return Counts(
            **await self._devices(at),
            **await self._meters(at),
            **await self._parking(at),
            **await self._consumption(at),
        )

    async def _renew(self) -> None:
        async with self._lock:
            now = self._clock.now()
            if self._read_at is not None and timedelta() <= now - self._read_at < FRESH:
                return
            for kind in ("Device", "WaterMeter", "DistrictMeteredArea", *LAYERS["parking"].types):
                self._things[kind] = await self._read(kind)
            self._read_at = now

    async def _read(self, kind: str) -> _Things:
        ids, numbers = [], []
        async for one in self._hub.every(kind):
            if value(one, "inService") is not False:
                ids.append(str(one["id"]))
                interval = value(one, "declaredInterval") if kind == "Device" else None
                spaces = value(one, "totalSpotNumber")
                numbers.append(allowed_silence_s(interval) if kind == "Device" else spaces or 0)
        return _Things(ids, np.array(numbers, dtype=np.float64))

    async def _at(
        self, kind: str, attribute: str, at: datetime, back: timedelta
    ) -> tuple[Floats, Floats]:
        track = await self._tracks.get((kind, attribute), at, back)
        places = track.places(self._things[kind].ids)
        return track.at(places, int(at.timestamp()))

    async def _devices(self, at: datetime) -> dict[str, Any]:
        _, second = await self._at("Device", "deviceState", at, DEVICE_BACK)
        with np.errstate(invalid="ignore"):
            heard = at.timestamp() - second <= self._things["Device"].numbers
        return {"devices": len(second), "heard": int(heard.sum())}

    async def _meters(self, at: datetime) -> dict[str, Any]:
        _, second = await self._at("WaterMeter", "volume", at, METER_STALE + BACK)
        with np.errstate(invalid="ignore"):
            read = at.timestamp() - second <= METER_STALE.total_seconds()
        return {"meters": len(second), "meters_read": int(read.sum())}

    async def _parking(self, at: datetime) -> dict[str, Any]:
        lots = spaces = free = 0
        for kind in LAYERS["parking"].types:
            known, _ = await self._at(kind, "availableSpotNumber", at, BACK)
            is_known = ~np.isnan(known)
            lots += int(is_known.sum())
            free += int(known[is_known].sum())
            spaces += int(self._things[kind].numbers[is_known].sum())
        return {"lots": lots, "spaces": spaces, "free": free}

    async def _consumption(self, at: datetime) -> dict[str, Any]:
        used, second = await self._at("DistrictMeteredArea", "consumption", at, CONSUMPTION_KNOWN)
        with np.errstate(invalid="ignore"):
            is_known = at.timestamp() - second <= CONSUMPTION_KNOWN.total_seconds()
        if not is_known.any():
            return {}
        oldest = datetime.fromtimestamp(float(second[is_known].min()), UTC)
        return {"consumption_m3h": float(used[is_known].sum()), "consumption_at": oldest}
