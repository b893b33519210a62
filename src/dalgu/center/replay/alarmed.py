"""What meters said of themselves in words: only those that ever complained are remembered."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dalgu.center.documents import value
from dalgu.center.layers import Reading
from dalgu.center.replay.held import REACH
from dalgu.center.replay.tracks import Said
from dalgu.hub.hub import Hub, Query, TemporalQuery
from dalgu.hub.model import Document
from dalgu.kernel.clock import Clock

if TYPE_CHECKING:
    from dalgu.center.replay.replay import Stood

AT_ONCE = 100  # meters of one page
MOST = 2_000  # meters that complained in the days of a replay
FRESH = timedelta(minutes=2)
TYPE, ATTRIBUTE = "WaterMeter", "alarms"


class Alarmed:
    """The alarms of each meter that has one now or was spoken of by an alert."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub, self._clock = hub, clock
        self.said: dict[str, Said] = {}
        self._read_at: datetime | None = None
        self._lock = asyncio.Lock()

    def told(self, reading: Reading, stood: "Stood", index: int) -> Reading:
        """Return the reading with what the meter had said of itself by then."""
        said = self.said.get(stood.roster.ids[index])
        return reading if said is None else replace(reading, alarms=said.at(stood.at_s))

    async def read(self) -> "Alarmed":
        """Return it, read within the last minutes."""
        await self.renew(FRESH)
        return self

    async def renew(self, fresh: timedelta) -> None:
        """Read again what is older than `fresh`."""
        async with self._lock:
            now = self._clock.now()
            if self._read_at is not None and timedelta() <= now - self._read_at < fresh:
                return
            self.said = await self._histories(await self._complaining(now), now)
            self._read_at = now

    async def _complaining(self, now: datetime) -> list[str]:
        found: dict[str, None] = {}
        async for meter in self._hub.every(TYPE, q=ATTRIBUTE):
            if value(meter, ATTRIBUTE):
                found[str(meter["id"])] = None
        since = (now - REACH).isoformat()
        async for alert in self._hub.every("Alert", q='category=="water"'):
            source = value(alert, "alertSource")
            is_recent = (value(alert, "validTo") or since) >= since
            if is_recent and isinstance(source, str) and f":{TYPE}:" in source:
                found[source] = None
        return list(found)[-MOST:]

    async def _histories(self, meters: list[str], now: datetime) -> dict[str, Said]:
        said: dict[str, Said] = {}
        for start in range(0, len(meters), AT_ONCE):
            some = tuple(meters[start : start + AT_ONCE])
            page = await self._hub.evolution(
                TemporalQuery(
                    Query(ids=some, limit=AT_ONCE),
                    timerel="between",
                    time_at=now - REACH,
                    end_time_at=now + FRESH,
                    attrs=(ATTRIBUTE,),
                )
            )
            said |= {str(one["id"]): _said(one) for one in page.entities}
        return said


def _said(entity: Document) -> Said:
    found = entity.get(ATTRIBUTE, [])
    instances = found if isinstance(found, list) else [found]
    rows = sorted(
        (datetime.fromisoformat(one["observedAt"]).timestamp(), tuple(one.get("value") or ()))
        for one in instances
        if "observedAt" in one
    )
    return Said([at for at, _ in rows], [words for _, words in rows])
