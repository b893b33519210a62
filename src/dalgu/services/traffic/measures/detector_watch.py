"""The nightly work that looks for detectors that lie: counts the day, judges it, tells the hub."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from dalgu.hub.hub import Hub
from dalgu.hub.model import Place
from dalgu.hub.types import Alert
from dalgu.kernel.clock import LOCAL, Clock, iso, local
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.traffic.measures.detector_days import (
    ADVANCE,
    HOUR_S,
    DetectorDay,
    day_of,
    days_kept,
    keep_day,
)
from dalgu.services.traffic.measures.detector_habits import (
    Ailment,
    Finding,
    Judged,
    Verdict,
    judge,
)
from dalgu.services.traffic.measures.detector_words import described, name_of
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.entities import SignalController, entities_of
from dalgu.services.traffic.network.model import Network

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

CATEGORY: Final = "traffic"
KIND: Final = "sensorFault"
LOGGED_DAYS: Final = 2  # whole days that the log of three days still holds
BLIND: Final = (Ailment.SILENT, Ailment.STUCK_ON)


class DetectorWatch:
    """The room: what detectors count, day by day, and the job that judges it."""

    def __init__(self, control: "Control") -> None:
        self._control = control

    def job(self) -> Job:
        """Return the nightly work."""
        title = Text("검지기 집계 점검", "Look for detectors that lie")
        return Job("traffic.detectors", title, daily("04:50"), self.run)

    async def run(self, hub: Hub, clock: Clock) -> None:
        """Count and judge the days that ended since, and tell of each detector that lies."""
        compiled = await asyncio.to_thread(self._control.compiled)
        if compiled is None:
            return
        store = self._control.ground.store
        kept = await days_kept(store)
        for day in _due(clock.now(), kept):
            made = await asyncio.to_thread(self._counted, compiled, day, kept)
            if not made.heard.any():
                continue  # no controller spoke for an hour: of such a day nothing is known
            judged = await asyncio.to_thread(judge, made, kept)
            held = {one.id: one for one in await open_faults(hub)}
            written = list(alerts(made, judged, held, clock.now(), _places(compiled.network)))
            if written:
                await hub.upsert(written)
            made = made.having(judged.lies)
            await keep_day(store, made, kept)  # last: a run that was cut off is done again
            kept.append(made)

    def _counted(self, compiled: Compiled, day: date, kept: Sequence[DetectorDay]) -> DetectorDay:
        midnight = datetime.combine(day, time(), LOCAL).astimezone(UTC)
        first_hour = int(midnight.timestamp()) // HOUR_S
        before = kept[-1] if kept else None
        return day_of(day, compiled.timings, first_hour, self._control.live.events.hour, before)


async def open_faults(hub: Hub) -> list[Alert]:
    """Return the suspicions that stand, the newest first."""
    q = f'category=="{CATEGORY}";subCategory=="{KIND}";status!="closed"'
    found = [Alert.from_document(one) async for one in hub.every("Alert", q=q)]
    return sorted(found, key=lambda one: (str(one.date_issued), one.id), reverse=True)


def alerts(
    day: DetectorDay,
    judged: Judged,
    held: Mapping[EntityId, Alert],
    now: datetime,
    places: Mapping[str, Place],
) -> Iterator[Alert]:
    """Yield the alerts to write: raised, told anew with new figures, or closed.

    `held` is those that stand. An alert ends when its detector counts as usual again, or is none
    of the network any more; never because nothing is known.
    """
    lying = {one.place: one for one in judged.findings}
    ids = [alert_id(name) for name in day.detectors]
    for place, key in enumerate(ids):
        if place in lying:
            raised = _raised(day, lying[place], held.get(key), now)
            yield replace(raised, location=places.get(raised.alert_source or ""))
        elif key in held and judged.verdicts[place] is Verdict.WELL:
            yield _closed(key, now)
    yield from (_closed(key, now) for key in held.keys() - set(ids))


def alert_id(detector: str) -> EntityId:
    """Return the id of the one alert of a detector.

    >>> alert_id("k1_0+advance")
    'urn:ngsi-ld:Alert:traffic:sensorFault:k1_0:advance'
    """
    lane = detector.removesuffix(ADVANCE)
    return entity_id("Alert", CATEGORY, KIND, lane, *(["advance"] if lane != detector else []))


def _raised(day: DetectorDay, one: Finding, before: Alert | None, now: datetime) -> Alert:
    detector, signal = day.detectors[one.place], day.signals[int(day.signal[one.place])]
    return Alert(
        id=alert_id(detector),
        observed_at=now,
        name=name_of(one, detector.removesuffix(ADVANCE), is_advance=detector.endswith(ADVANCE)),
        description=described(one, day.day.isoformat()),
        category=CATEGORY,
        sub_category=KIND,
        severity="medium" if one.ailment in BLIND else "low",
        alert_source=entity_id("SignalController", signal),
        date_issued=iso(now) if before is None else before.date_issued,
        status="open" if before is None else before.status,
        data={
            "ailment": one.ailment.value,
            "day": day.day.isoformat(),
            "counted": one.counted,
            "expected": one.expected,
            "oddHours": one.odd_hours,
            "judgedHours": one.judged_hours,
            "drift": one.drift,
        },
    )


def _closed(key: EntityId, now: datetime) -> Alert:
    return Alert(id=key, observed_at=now, status="closed", valid_to=iso(now))


def _due(now: datetime, kept: Sequence[DetectorDay]) -> list[date]:
    """Return the days that ended and are not in the table, as far as the log goes back."""
    today = local(now).date()
    known = {one.day for one in kept}
    days = [today - timedelta(days=back) for back in range(LOGGED_DAYS, 0, -1)]
    return [day for day in days if day not in known]


def _places(network: Network) -> dict[str, Place]:
    """Return where signals stand, by entity, in a network that lies on the ground."""
    found = (one for one in entities_of(network) if isinstance(one, SignalController))
    return {one.id: one.location for one in found}
