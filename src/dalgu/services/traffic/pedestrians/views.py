"""What the page of crossings shows, read from the hub: demand, help given, conflicts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.services.traffic.network.model import Zone
from dalgu.services.traffic.pedestrians.duties import Owed, count_owed
from dalgu.services.traffic.pedestrians.entities import CrossingCaution, PedestrianCrossing

TYPE = "PedestrianCrossing"
DAY = timedelta(days=1)
COMPARED_DAYS = 7
SHOWN = 40
SHOWN_CAUTIONS = 20
COUNTED = {
    "calls": "callCount",
    "extended_s": "extension",
    "extensions": "extensionCount",
    "cautions": "cautionCount",
    "encounters": "encounterCount",
    "severe": "severeCount",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One crossing: as it is now, and the sums of the last day by the keys of `COUNTED`."""

    crossing: PedestrianCrossing
    day: dict[str, float]

    @property
    def zone(self) -> Zone:
        """The protection zone that it lies in."""
        return Zone(self.crossing.zone) if self.crossing.zone in set(Zone) else Zone.NONE

    @property
    def local(self) -> str:
        """Its id in the street network."""
        return str(self.crossing.id).split(":", 3)[-1]


@dataclass(frozen=True, slots=True)
class Compared:
    """Encounters and right turns of two periods of equal length; `days` of each."""

    days: int
    encounters: tuple[float, float]  # before, after
    severe: tuple[float, float]
    owed: tuple[Owed, Owed]  # stops of right turns

    @property
    def change(self) -> float | None:
        """How the severe ones changed, as a share of those before."""
        before, after = self.severe
        return None if before <= 0 else after / before - 1

    @property
    def broken_change(self) -> float | None:
        """How the share of right turns without the stop owed changed, as a share of it."""
        before, after = (one.share for one in self.owed)
        if before is None or after is None or before >= 1:
            return None
        return (1 - after) / (1 - before) - 1


async def read_rows(hub: Hub, now: datetime) -> list[Row]:
    """Return every crossing, those with most demand first."""
    sums = {key: await _sums(hub, name, now - DAY, now) for key, name in COUNTED.items()}
    rows = [
        Row(one, {key: sums[key].get(one.id, 0.0) for key in COUNTED})
        async for document in hub.every(TYPE)
        for one in (PedestrianCrossing.from_document(document),)
    ]
    return sorted(rows, key=lambda row: (-row.day["calls"], -row.day["cautions"], row.local))


def total(rows: Iterable[Row], key: str) -> float:
    """Return the sum of a count over crossings."""
    return sum(row.day[key] for row in rows)


async def read_cautions(hub: Hub, now: datetime) -> list[CrossingCaution]:
    """Return the newest cautions of the last day, newest first."""
    since = iso(now - DAY)
    found = [
        CrossingCaution.from_document(document)
        async for document in hub.every("CrossingCaution", q=f"kind.observedAt>={since}")
    ]
    found.sort(key=lambda one: iso(one.observed_at) if one.observed_at else "", reverse=True)
    return found[:SHOWN_CAUTIONS]


async def compare(hub: Hub, turn: datetime, *, days: int = COMPARED_DAYS) -> Compared:
    """Return encounters and right turns of so many days before and after an instant."""
    span = timedelta(days=days)
    periods = ((turn - span, turn), (turn, turn + span))
    encounters = [await _sum(hub, "encounterCount", *period) for period in periods]
    severe = [await _sum(hub, "severeCount", *period) for period in periods]
    owed = [await count_owed(hub, *period) for period in periods]
    return Compared(
        days, (encounters[0], encounters[1]), (severe[0], severe[1]), (owed[0], owed[1])
    )


async def daily(hub: Hub, name: str, now: datetime, days: int) -> list[dict[str, JSON]]:
    """Return the sums of a count over all crossings, day by day up to now."""
    start = now - timedelta(days=days)
    columns = await hub.columns(TYPE, name, start, now)
    day = np.clip(((columns.at_s - start.timestamp()) // 86_400).astype(int), 0, days - 1)
    sums = np.bincount(day, columns.value, days) if len(day) else np.zeros(days)
    return [
        {"at": iso(start + timedelta(days=k + 1)), "value": float(sums[k])} for k in range(days)
    ]


async def _sums(hub: Hub, name: str, since: datetime, until: datetime) -> dict[EntityId, float]:
    columns = await hub.columns(TYPE, name, since, until)
    sums = np.bincount(columns.entity, columns.value, len(columns.ids))
    return dict(zip(columns.ids, sums.tolist(), strict=True))


async def _sum(hub: Hub, name: str, since: datetime, until: datetime) -> float:
    return sum((await _sums(hub, name, since, until)).values())
