"""The log of each shift, its hand-over and its signatures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.state import incident_id
from dalgu.center.shifts import roster as rosters
from dalgu.center.shifts.deeds import (
    Category,
    DutyLeft,
    DutyTaken,
    HandedOver,
    RosterSet,
    ShiftDeed,
    TakenOver,
    Written,
)
from dalgu.center.shifts.errors import (
    HandOverLimited,
    HandOverOutdated,
    HandOverSilent,
    LogEntryInvalid,
    LogEntryOther,
    LogEntryStruck,
    RosterInvalid,
    ShiftNotHandedOver,
    ShiftSigned,
    SignatureOwn,
    WriterOther,
)
from dalgu.center.shifts.log import Line, Log
from dalgu.center.shifts.roster import Roster, Shift
from dalgu.center.shifts.sheet import GRAVE, Sheet
from dalgu.kernel.errors import DalguError

ROOM = "shifts"
LONGEST_TEXT = 2_000  # signs
LONGEST_KEY = 64
CLOCK_SLACK = timedelta(minutes=2)  # a browser's clock may be ahead of the city's by this much
MOST_READ = 64  # sheets that are read at the same time
OLDEST = timedelta(days=7)  # what waited longer in a browser is written down as of now


class Draft(msgspec.Struct, frozen=True):
    """An entry as it was written, perhaps long before it comes here."""

    key: str
    at: datetime
    category: Category
    text: str
    incident: int | None = None
    strikes: str | None = None


class Fate(StrEnum):
    """What became of a draft."""

    KEPT = "kept"
    ALREADY = "already"  # it is in the book since an earlier try
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft, and what its writer must know."""

    key: str
    fate: Fate
    line: Line | None = None
    refusal: DalguError | None = None
    conflicts: tuple[str, ...] = ()  # late, clock


class Shifts:
    """The log of each shift, its hand-over and its signatures."""

    def __init__(self, ground: Ground, incidents: Incidents) -> None:
        self._ground = ground
        self._incidents = incidents
        self.log = Log()
        self._read: dict[str, Sheet] = {}  # sheets that somebody reads before signing
        ground.logbook.open_room(ROOM, ShiftDeed, self.log.take)

    async def run(self) -> None:
        """Run what this room does by itself, until cancelled."""

    def now(self) -> Shift:
        """Return the shift that runs."""
        return self.log.shift_at(self._ground.clock.now())

    # -- writing --------------------------------------------------------------------------

    async def write(
        self, actor: Actor, drafts: Sequence[Draft], *, writer: str | None = None
    ) -> list[Outcome]:
        """Write drafts in their order, each once however often it comes; tell what became of each.

        A draft that is refused does not keep the others back. `writer` is who wrote them.

        Raises
        ------
        WriterOther
            When they were written by somebody else than who sends them now.

        """
        if writer is not None and writer != actor.id:
            raise WriterOther
        return [await self._write_one(actor, draft) for draft in drafts]

    async def _write_one(self, actor: Actor, draft: Draft) -> Outcome:
        try:
            written = await self._book(actor, lambda at: self._noted(actor, draft, at))
            line = self.log.lines[draft.key]
            if not _is_same(line, draft, actor):
                raise LogEntryOther(draft.key)
        except DalguError as refused:
            return Outcome(draft.key, Fate.REFUSED, refusal=refused)
        fate = Fate.KEPT if written else Fate.ALREADY
        return Outcome(draft.key, fate, line, conflicts=_conflicts(line, draft))

    def _noted(self, actor: Actor, draft: Draft, now: datetime) -> list[Noted]:
        if draft.key in self.log.lines:
            return []
        self._check(actor, draft)
        is_told = now - OLDEST <= draft.at <= now + CLOCK_SLACK
        at = min(draft.at, now) if is_told else now
        shift = self.log.shift_at(at)
        said = Written(
            key=draft.key,
            shift=shift.id,
            at=at,
            category=draft.category,
            text=draft.text.strip(),
            incident=draft.incident,
            strikes=draft.strikes,
            is_late=self.log.record(shift.id).is_signed,
        )
        subject = shift.id if draft.incident is None else incident_id(draft.incident)
        return [Noted(subject, said)]

    def _check(self, actor: Actor, draft: Draft) -> None:
        if not draft.text.strip() or len(draft.text) > LONGEST_TEXT:
            raise LogEntryInvalid("text", f"have 1 to {LONGEST_TEXT} signs")
        is_plain = draft.key.isascii() and draft.key.isprintable()
        if not is_plain or not 0 < len(draft.key) <= LONGEST_KEY:
            raise LogEntryInvalid("key", f"have 1 to {LONGEST_KEY} plain signs")
        if draft.at.tzinfo is None:
            raise LogEntryInvalid("at", "be an instant with its zone")
        if draft.incident is not None and not self.may_see(actor, draft.incident):
            raise LogEntryInvalid("incident", "be the number of an incident of the actor's")
        self._check_strike(draft)

    def _check_strike(self, draft: Draft) -> None:
        if draft.strikes is None:
            return
        struck = self.log.lines.get(draft.strikes)
        if struck is None:
            raise LogEntryInvalid("strikes", "be the key of an entry")
        if struck.struck_by is not None:
            raise LogEntryStruck(draft.strikes)

    def may_see(self, actor: Actor, number: int | None) -> bool:
        """Tell whether an actor may read what links to an incident; `None` is of the whole room."""
        if number is None:
            return True
        incident = self._incidents.all.get(number)
        if incident is None:
            return False
        return not actor.districts or (
            incident.district is not None and actor.serves(incident.district)
        )

    # -- duty, hand-over, roster ------------------------------------------------------------

    async def take_duty(self, actor: Actor) -> None:
        """Begin to be on duty; twice is once."""
        await self._book(actor, lambda at: self._duty(actor, at, is_here=True))

    async def leave_duty(self, actor: Actor) -> None:
        """End to be on duty, without a hand-over: somebody else stays."""
        await self._book(actor, lambda at: self._duty(actor, at, is_here=False))

    def _duty(self, actor: Actor, at: datetime, *, is_here: bool) -> list[Noted]:
        shift = self.log.shift_at(at)
        if (actor.id in self.log.on_duty) is is_here:
            return []
        deed = DutyTaken(shift.id) if is_here else DutyLeft(shift.id)
        return [Noted(shift.id, deed)]

    def lay_out(self, sheet: Sheet) -> Sheet:
        """Keep a sheet while somebody reads it, so that this very one is signed."""
        self._read[sheet.digest] = sheet
        while len(self._read) > MOST_READ:
            del self._read[next(iter(self._read))]
        return sheet

    def laid_out(self, shift: str, digest: str) -> Sheet:
        """Return the sheet that was read; raise `HandOverOutdated` where it is too old."""
        sheet = self._read.get(digest)
        if sheet is None or sheet.shift != shift:
            raise HandOverOutdated(shift)
        return sheet

    async def hand_over(
        self, actor: Actor, sheet: Sheet, mentions: dict[int, str], notes: str = ""
    ) -> None:
        """Sign a shift's sheet as the leaving one.

        Raises
        ------
        HandOverLimited
            When the actor does not serve the whole city.
        ShiftSigned
            When somebody handed the shift over already.
        HandOverSilent
            When an open incident of P1 or P2 is not mentioned, also one that came just now.

        """
        if actor.districts:
            raise HandOverLimited

        def decide(at: datetime) -> list[Noted]:
            if self.log.record(sheet.shift).leaving is not None:
                raise ShiftSigned(sheet.shift)
            said = {number: text.strip() for number, text in mentions.items() if text.strip()}
            silent = sorted({*self.grave(), *(one.number for one in sheet.grave)} - set(said))
            if silent:
                raise HandOverSilent(silent)
            told = {str(number): text[:LONGEST_TEXT] for number, text in said.items()}
            deed = HandedOver(sheet.shift, sheet, sheet.digest, told, notes.strip()[:LONGEST_TEXT])
            return [Noted(sheet.shift, deed)]

        await self._book(actor, decide)

    async def take_over(self, actor: Actor, shift: str, digest: str, notes: str = "") -> None:
        """Sign the same sheet as the taking one, who is on duty from now on.

        Raises
        ------
        HandOverLimited, ShiftNotHandedOver, ShiftSigned, HandOverOutdated
        SignatureOwn
            When the taking one is the leaving one.

        """
        if actor.districts:
            raise HandOverLimited

        def decide(at: datetime) -> list[Noted]:
            record = self.log.record(shift)
            if record.handed is None or record.leaving is None:
                raise ShiftNotHandedOver(shift)
            if record.is_signed:
                raise ShiftSigned(shift)
            if record.leaving.actor == actor.id:
                raise SignatureOwn(shift)
            if record.handed.digest != digest:
                raise HandOverOutdated(shift)
            into = self.following(shift, at)
            return [Noted(shift, TakenOver(shift, into, digest, notes.strip()[:LONGEST_TEXT]))]

        await self._book(actor, decide)

    def following(self, shift: str, at: datetime) -> str:
        """Return the shift that is taken with a shift's sheet: the next, or the one that runs."""
        handed, running = self.log.shift(shift), self.log.shift_at(at)
        if handed is None or running.starts > handed.starts:
            return running.id
        return rosters.next_shift(self.log.roster_at(handed.starts), handed).id

    async def set_roster(self, actor: Actor, roster: Roster) -> None:
        """Let the room change at other hours from now on; raise `RosterInvalid`."""
        fault = rosters.faults(roster)
        if fault is not None:
            raise RosterInvalid(fault)
        await self._book(actor, lambda at: [Noted("roster", RosterSet(roster))])

    def grave(self) -> list[int]:
        """Return the numbers of open real incidents of P1 and P2, in their order."""
        found = self._incidents.open_ones()
        return [one.number for one in found if one.priority in GRAVE and not one.is_drill]

    async def _book(
        self, actor: Actor, decide: Callable[[datetime], Sequence[Noted]]
    ) -> list[Entry]:
        return await self._ground.logbook.write(actor, ROOM, decide)


def _is_same(line: Line, draft: Draft, actor: Actor) -> bool:
    said = line.said
    given = (draft.text.strip(), draft.category, draft.incident, draft.strikes, actor.id)
    return (said.text, said.category, said.incident, said.strikes, line.actor) == given


def _conflicts(line: Line, draft: Draft) -> tuple[str, ...]:
    late = ("late",) if line.said.is_late else ()
    return (*late, "clock") if abs(line.said.at - draft.at) > CLOCK_SLACK else late
