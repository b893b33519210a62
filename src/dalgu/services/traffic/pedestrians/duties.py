"""Right turns of the last day, read from the hub: which duty, kept or broken, where and when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.services.traffic.pedestrians.crossing import TurnDuty
from dalgu.services.traffic.pedestrians.layout import Ints
from dalgu.services.traffic.pedestrians.wire import STOPS

TYPE: Final = "PedestrianCrossing"
HOUR: Final = timedelta(hours=1)
HOURS: Final = 24
KEPT: Final = {duty: f"{duty}KeptCount" for duty in STOPS}
BROKEN: Final = {duty: f"{duty}BrokenCount" for duty in STOPS}
SLOW: Final = "slowCount"


@dataclass(frozen=True, slots=True)
class Owed:
    """How often a duty to stop was kept and broken."""

    kept: int
    broken: int

    @property
    def turns(self) -> int:
        """Right turns that owed it."""
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        """The share that kept it."""
        return self.kept / self.turns if self.turns else None


@dataclass(frozen=True, slots=True)
class Turns:
    """Right turns by attribute and crossing, shape (HOURS,): hour by hour from `start` on."""

    start: datetime
    counted: dict[str, dict[EntityId, Ints]]

    def crossings(self) -> list[EntityId]:
        """Return where somebody turned right, by name."""
        return sorted({one for places in self.counted.values() for one in places})

    def owed(self, crossing: EntityId | None) -> dict[TurnDuty, Owed]:
        """Return the duties to stop that there were, at one crossing or at all."""
        every = {
            duty: Owed(self._total(KEPT[duty], crossing), self._total(BROKEN[duty], crossing))
            for duty in STOPS
        }
        return {duty: one for duty, one in every.items() if one.turns}

    def slow(self, crossing: EntityId | None) -> int:
        """Return how many had nobody and no light to stop for."""
        return self._total(SLOW, crossing)

    def hourly(self, names: Iterable[str], crossing: EntityId | None) -> list[dict[str, JSON]]:
        """Return the sums of some counts, hour by hour."""
        sums = sum((self._hours(name, crossing) for name in names), np.zeros(HOURS, np.int64))
        return [
            {"at": iso(self.start + k * HOUR), "value": int(count)} for k, count in enumerate(sums)
        ]

    def _total(self, name: str, crossing: EntityId | None) -> int:
        return int(self._hours(name, crossing).sum())

    def _hours(self, name: str, crossing: EntityId | None) -> Ints:
        places = self.counted[name]
        if crossing is not None:
            return places.get(crossing, np.zeros(HOURS, np.int64))
        return sum(places.values(), np.zeros(HOURS, np.int64))


async def read_turns(hub: Hub, now: datetime) -> Turns:
    """Return the right turns of the hour that runs and the 23 before."""
    start = now.replace(minute=0, second=0, microsecond=0) - (HOURS - 1) * HOUR
    names = (*KEPT.values(), *BROKEN.values(), SLOW)
    return Turns(start, {name: await _counted(hub, name, start, now) for name in names})


async def count_owed(hub: Hub, since: datetime, until: datetime) -> Owed:
    """Return how often any duty to stop was kept and broken in a period."""
    counts = [
        sum([int((await hub.columns(TYPE, name, since, until)).value.sum()) for name in names])
        for names in (KEPT.values(), BROKEN.values())
    ]
    return Owed(counts[0], counts[1])


async def _counted(hub: Hub, name: str, start: datetime, until: datetime) -> dict[EntityId, Ints]:
    columns = await hub.columns(TYPE, name, start, until)
    hour = np.clip((columns.at_s - start.timestamp()) // HOUR.total_seconds(), 0, HOURS - 1)
    sums = np.zeros((len(columns.ids), HOURS), np.int64)
    np.add.at(sums, (columns.entity, hour.astype(np.int64)), columns.value.astype(np.int64))
    return dict(zip(columns.ids, sums, strict=True))
