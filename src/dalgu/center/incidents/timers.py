"""What comes due by the clock: shelving that ends, an incident nobody saw, a step nobody did."""

import asyncio
import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from dalgu.center.incidents.deeds import Unshelved
from dalgu.center.incidents.procedures import Version
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority, Status
from dalgu.center.incidents.work import Escalated
from dalgu.kernel.clock import Clock

UNSEEN = "unseen"
COMMANDER, EVERYBODY = "commander", "all"
TOLD = ((1, COMMANDER), (2, EVERYBODY))
# Seconds until nobody having seen an incident is told to the commander, and then to everybody.
# EEMUA 191 asks for an answer in minutes to what is urgent; what can wait for a day is not told.
UNSEEN_LIMITS_S = {
    Priority.P1: (60.0, 180.0),
    Priority.P2: (300.0, 900.0),
    Priority.P3: (1_800.0, 5_400.0),
}
AGAIN = 2  # an overdue step is told to everybody after twice its limit

Due = tuple[datetime, Escalated | Unshelved]


def due_deeds(
    incident: Incident, version: Version | None, at: datetime
) -> list[Escalated | Unshelved]:
    """Return what has to be written about an incident by now, each once in its life."""
    return [deed for due, deed in _coming(incident, version) if due <= at]


def next_due(incident: Incident, version: Version | None) -> datetime | None:
    """Return when something comes due next, `None` when nothing does."""
    return min((due for due, _ in _coming(incident, version)), default=None)


def _coming(incident: Incident, version: Version | None) -> Iterator[Due]:
    if not incident.is_open:
        return
    if incident.shelved_until is not None:
        # Out of sight on purpose: nobody is told of it until it comes back.
        yield incident.shelved_until, Unshelved()
        return
    if incident.status is Status.RAISED:
        limits = UNSEEN_LIMITS_S.get(incident.priority, ())
        yield from _levels(incident, UNSEEN, incident.waits_since or incident.raised_at, limits)
    since = incident.work.since
    if version is None or since is None:
        return
    for step in version.steps:
        if step.mandatory and step.limit_s is not None and step.key not in incident.work.checks:
            yield from _levels(incident, step.key, since, (step.limit_s, step.limit_s * AGAIN))


def _levels(
    incident: Incident, of: str, since: datetime, limits_s: tuple[float, ...]
) -> Iterator[Due]:
    for (level, to), limit_s in zip(TOLD, limits_s, strict=False):
        if (of, level) not in incident.work.escalated:
            yield since + timedelta(seconds=limit_s), Escalated(of, level, to)


class Timers:
    """The times at which incidents want to be looked at, the soonest first."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int]] = []
        self._armed: dict[int, datetime] = {}
        self._sooner = asyncio.Event()

    def arm(self, number: int, at: datetime | None) -> None:
        """Look at an incident at a time, in place of what was said before; `None` for never."""
        if at is None:
            self._armed.pop(number, None)
            return
        if self._armed.get(number) == at:
            return
        self._armed[number] = at
        heapq.heappush(self._heap, (at, number))
        if self._heap[0] == (at, number):
            self._sooner.set()

    def due(self, now: datetime) -> list[int]:
        """Return the incidents whose time has come; each has to be armed anew."""
        found = []
        while self._heap and self._heap[0][0] <= now:
            at, number = heapq.heappop(self._heap)
            if self._armed.get(number) == at:
                del self._armed[number]
                found.append(number)
        return found

    async def wait(self, clock: Clock) -> None:
        """Return when the soonest time has come, or when a sooner one was armed."""
        self._sooner.clear()
        waits: set[asyncio.Future[Any]] = {asyncio.ensure_future(self._sooner.wait())}
        if self._heap:
            waits.add(asyncio.ensure_future(clock.sleep_until(self._heap[0][0])))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
