"""What is known of all shifts: the fold of their deeds."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from dalgu.access.logbook import Entry
from dalgu.center.shifts.deeds import (
    DutyLeft,
    DutyTaken,
    HandedOver,
    RosterSet,
    TakenOver,
    Written,
)
from dalgu.center.shifts.roster import Roster, Shift, packaged, shift_at, shift_named


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the log."""

    seq: int
    received_at: datetime
    actor: str
    said: Written
    struck_by: str | None = None  # key of the entry that corrects it


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed a sheet, and when."""

    actor: str
    at: datetime
    seq: int


@dataclass(slots=True)
class Record:
    """All of one shift."""

    shift: str
    lines: dict[str, Line] = field(default_factory=dict)  # by key, as they came
    duty: dict[str, datetime] = field(default_factory=dict)  # who was on duty, since when
    handed: HandedOver | None = None
    leaving: Signature | None = None
    taken: TakenOver | None = None
    taking: Signature | None = None

    @property
    def is_signed(self) -> bool:
        """Whether both have signed."""
        return self.taking is not None

    def written(self) -> list[Line]:
        """Return the entries in the order in which they were written."""
        return sorted(self.lines.values(), key=lambda line: (line.said.at, line.seq))


class Log:
    """All shifts of the room."""

    def __init__(self) -> None:
        self.records: dict[str, Record] = {}
        self.lines: dict[str, Line] = {}
        self.on_duty: dict[str, datetime] = {}  # who is in the room now, since when
        self._rosters: list[tuple[datetime | None, Roster]] = [(None, packaged())]

    @property
    def roster(self) -> Roster:
        """The roster in force."""
        return self._rosters[-1][1]

    def roster_at(self, at: datetime) -> Roster:
        """Return the roster that was in force at an instant."""
        found = [roster for since, roster in self._rosters if since is None or since <= at]
        return found[-1]

    def shift_at(self, at: datetime) -> Shift:
        """Return the shift of an instant."""
        return shift_at(self.roster_at(at), at)

    def shift(self, name: str) -> Shift | None:
        """Return the shift of an id, under whichever roster it was."""
        rosters = [roster for _, roster in reversed(self._rosters)]
        found = [one for roster in rosters if (one := shift_named(roster, name)) is not None]
        return next((one for one in found if self.shift_at(one.starts) == one), None) or (
            found[0] if found else None
        )

    def record(self, shift: str) -> Record:
        """Return all of one shift, empty where nothing was written."""
        return self.records.get(shift) or Record(shift)

    def latest(self) -> list[Record]:
        """Return the shifts of which something is known, newest first."""
        return sorted(self.records.values(), key=lambda one: self._start(one.shift), reverse=True)

    def awaiting(self) -> Record | None:
        """Return the newest shift that was handed over and waits for who takes it."""
        waiting = (one for one in self.latest() if one.leaving and not one.taking)
        return next(waiting, None)

    def search(self, words: str, *, most: int = 200) -> list[Line]:
        """Return entries whose text holds all of the words, newest first."""
        wanted = words.casefold().split()
        found = [line for line in self.lines.values() if _holds(line.said.text, wanted)]
        return sorted(found, key=lambda line: line.said.at, reverse=True)[:most]

    def take(self, entry: Entry) -> None:
        """Fold one entry."""
        deed = entry.deed
        if isinstance(deed, RosterSet):
            self._rosters.append((entry.at, deed.roster))
            return
        record = self.records.setdefault(deed.shift, Record(deed.shift))
        if isinstance(deed, Written):
            self._written(record, entry)
        elif isinstance(deed, DutyTaken):
            self._on_duty(record, entry.actor, entry.at)
        elif isinstance(deed, DutyLeft):
            self.on_duty.pop(entry.actor, None)
        elif isinstance(deed, HandedOver):
            record.handed, record.leaving = deed, Signature(entry.actor, entry.at, entry.seq)
        elif isinstance(deed, TakenOver):
            self._taken(record, entry)

    def _on_duty(self, record: Record, actor: str, at: datetime) -> None:
        self.on_duty.setdefault(actor, at)
        record.duty.setdefault(actor, at)

    def _taken(self, record: Record, entry: Entry) -> None:
        record.taken, record.taking = entry.deed, Signature(entry.actor, entry.at, entry.seq)
        if record.leaving is not None:
            self.on_duty.pop(record.leaving.actor, None)
        following = self.records.setdefault(entry.deed.into, Record(entry.deed.into))
        self._on_duty(following, entry.actor, entry.at)

    def _written(self, record: Record, entry: Entry) -> None:
        said: Written = entry.deed
        line = Line(entry.seq, entry.at, entry.actor, said)
        record.lines[said.key] = self.lines[said.key] = line
        struck = self.lines.get(said.strikes or "")
        if struck is not None:
            marked = Line(struck.seq, struck.received_at, struck.actor, struck.said, said.key)
            self.lines[struck.said.key] = marked
            self.records[struck.said.shift].lines[struck.said.key] = marked

    def _start(self, shift: str) -> str:
        found = self.shift(shift)
        return shift if found is None else found.starts.isoformat()


def to_pass_on(lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the texts that stand to be passed on: not struck through."""
    return tuple(
        line.said.text
        for line in lines
        if line.said.category == "pass_on" and line.struck_by is None
    )


def _holds(text: str, wanted: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in wanted)
