"""Exercises: events from the simulator, watermarked wherever they show.

A drill's alerts go to the alarm room with the id of the drill and never into the hub, so no
indicator, history or citizens' page can count them. Its incidents carry that id for good.
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.center.alarms.alarms import Alarms
from dalgu.center.drills import scenarios
from dalgu.center.drills.errors import DrillNotExisting, DrillNotPossible, ScenarioNotExisting
from dalgu.center.drills.evaluation import Evaluation, evaluate, main
from dalgu.center.drills.scenarios import Scenario
from dalgu.center.drills.state import (
    Aborted,
    Drill,
    DrillDeed,
    DrillStatus,
    Fed,
    Paused,
    Remarked,
    Resumed,
    Started,
    Stopped,
    TookPart,
    drill_id,
    fold,
)
from dalgu.center.ground import Ground
from dalgu.center.incidents.deeds import Closed
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome
from dalgu.center.outside import Inject, Injected
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId, entity_id

ROOM = "drills"
OPEN = (DrillStatus.RUNNING, DrillStatus.PAUSED)
MOST_AT_ONCE = 200  # alerts handed over in one go


class Drills:
    """All exercises of the center; one runs at a time, so that nobody mistakes whose it is."""

    def __init__(
        self, ground: Ground, incidents: Incidents, alarms: Alarms, inject: Inject
    ) -> None:
        self._ground = ground
        self._incidents = incidents
        self._alarms = alarms
        self._inject = inject
        self._plans: dict[int, Sequence[Injected]] = {}
        self.all: dict[int, Drill] = {}
        ground.logbook.open_room(ROOM, DrillDeed, self._take)

    # -- what is known --------------------------------------------------------------------

    def get(self, number: int) -> Drill:
        """Return one drill; raise `DrillNotExisting`."""
        if number not in self.all:
            raise DrillNotExisting(number)
        return self.all[number]

    def current(self) -> Drill | None:
        """Return the drill that is not over yet, `None` where there is none."""
        return next((one for one in self.all.values() if not one.is_over), None)

    def scenario(self, name: str) -> Scenario:
        """Return one scenario; raise `ScenarioNotExisting`."""
        found = scenarios.load().get(name)
        if found is None:
            raise ScenarioNotExisting(name)
        return found

    def incidents_of(self, drill: Drill) -> list[Incident]:
        """Return the incidents of a drill, oldest first."""
        return [one for one in self._incidents.all.values() if one.drill == drill.id]

    def main_of(self, drill: Drill) -> Incident | None:
        """Return the gravest incident of a drill, `None` before there is one."""
        return next(iter(main(self.incidents_of(drill))), None)

    async def plan(self, drill: Drill) -> Sequence[Injected]:
        """Return all alerts that a drill will bring, in time order."""
        if drill.number not in self._plans:
            told = drill.told
            self._plans[drill.number] = await self._inject(told.scenario, drill.place, told.seed)
        return self._plans[drill.number]

    def evaluation(self, drill: Drill) -> Evaluation:
        """Return what a drill showed, or has shown so far."""
        if drill.evaluation is not None:
            return drill.evaluation
        incidents = self.incidents_of(drill)
        about = {one.number: self._ground.logbook.about(one.id) for one in incidents}
        objectives = self.scenario(drill.told.scenario).chosen(drill.told.objectives)
        return evaluate(objectives, incidents, about, len(drill.fed))

    # -- what people do -------------------------------------------------------------------

    async def start(self, actor: Actor, told: Started) -> Drill:
        """Begin an exercise; refused while another one is not over."""
        self.scenario(told.scenario)

        def decide(at: datetime) -> Sequence[Noted]:
            before = self.current()
            if before is not None:
                raise DrillNotPossible(before.number, before.status, "start another")
            return [Noted(drill_id(len(self.all) + 1), told)]

        entries = await self._ground.logbook.write(actor, ROOM, decide)
        return self.get(_number(entries[0].subject))

    async def pause(self, actor: Actor, number: int) -> None:
        """Let nothing new come for a while."""
        await self._deed(actor, number, Paused(), (DrillStatus.RUNNING,))

    async def resume(self, actor: Actor, number: int) -> None:
        """Go on after a pause."""
        await self._deed(actor, number, Resumed(), (DrillStatus.PAUSED,))

    async def take_part(self, actor: Actor, number: int) -> None:
        """Note that somebody takes part."""
        await self._deed(actor, number, TookPart(), OPEN)

    async def remark(self, actor: Actor, number: int, text: str) -> None:
        """Note what an observer saw, also after the end."""
        await self._deed(actor, number, Remarked(text.strip()), tuple(DrillStatus))

    async def stop(self, actor: Actor, number: int) -> Evaluation:
        """End a drill, evaluate it, and close what is still open of it."""
        drill = self.get(number)
        shown = self.evaluation(drill)
        await self._deed(actor, number, Stopped(shown), OPEN)
        await self._clear(drill)
        return shown

    async def abort(self, actor: Actor, number: int, reason: str) -> None:
        """Break a drill off, because something real needs everybody; nothing is judged."""
        await self._deed(actor, number, Aborted(reason.strip()), OPEN)
        await self._clear(self.get(number))

    async def _deed(
        self, actor: Actor, number: int, deed: DrillDeed, when: Iterable[DrillStatus]
    ) -> None:
        def decide(at: datetime) -> Sequence[Noted]:
            drill = self.get(number)
            if drill.status not in when:
                raise DrillNotPossible(number, drill.status, str(deed.__struct_config__.tag))
            return [Noted(drill.id, deed)]

        await self._ground.logbook.write(actor, ROOM, decide)

    async def _clear(self, drill: Drill) -> None:
        """Close the incidents that nobody closed: after an exercise the wall is real again."""
        for one in self.incidents_of(drill):
            if one.is_open:
                closed = Closed(Outcome.NO_ACTION, "drill ended")
                await self._incidents.note(one.number, [closed], SYSTEM)

    # -- what happens by itself -----------------------------------------------------------

    async def run(self) -> None:
        """Feed running drills by the clock, until cancelled."""
        while True:
            head = self._ground.logbook.head
            due = await self.feed()
            await self._wait(head, due)

    async def feed(self) -> datetime | None:
        """Hand over every alert that is due; return when the next one is, `None` for never."""
        drill = self.current()
        if drill is None or drill.runs_since is None:
            return None
        plan, now = await self.plan(drill), self._ground.clock.now()
        elapsed_s, fed = drill.elapsed_s(now), len(drill.fed)
        due = [one for one in plan[fed : fed + MOST_AT_ONCE] if one.after_s <= elapsed_s]
        if due:
            documents = [_document(drill, fed + k, one, now) for k, one in enumerate(due)]
            # First the book: after a power cut an alert is rather lost to an exercise than doubled.
            ids = tuple(str(one["id"]) for one in documents)
            await self._deed(SYSTEM, drill.number, Fed(ids), (DrillStatus.RUNNING,))
            await self._alarms.take(documents, drill=drill.id)
            return now
        if fed < len(plan):
            return drill.at(plan[fed].after_s)
        if all(not one.is_open for one in self.incidents_of(drill)) and plan:
            await self.stop(SYSTEM, drill.number)
        return None

    async def _wait(self, head: int, due: datetime | None) -> None:
        """Return when something is due, or the book has moved on."""
        waits: list[asyncio.Task[None]] = [asyncio.create_task(self._ground.logbook.wait(head))]
        if due is not None:
            waits.append(asyncio.create_task(self._sleep_until(due)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    async def _sleep_until(self, at: datetime) -> None:
        await self._ground.clock.sleep_until(at)

    def _take(self, entry: Entry) -> None:
        number = _number(entry.subject)
        self.all[number] = fold(self.all.get(number), number, entry)


def _document(drill: Drill, index: int, injected: Injected, now: datetime) -> Document:
    """Return an alert as it is handed over: its own id, its time, and that it is made up."""
    identity: EntityId = entity_id("Alert", "drill", str(drill.number), str(index))
    return {
        **injected.alert,
        "id": identity,
        "dateIssued": {"type": "Property", "value": iso(now)},
        "origin": {"type": "Property", "value": "synthetic"},
    }


def _number(subject: str) -> int:
    return int(subject.rpartition(":")[2])
