"""What is known of one drill: its deeds and their fold."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from dalgu.access.logbook import Entry
from dalgu.center.drills.evaluation import Evaluation
from dalgu.kernel.geo import Position
from dalgu.kernel.text import Text


class Started(msgspec.Struct, frozen=True, tag="started"):
    """An exercise began."""

    scenario: str
    lon: float
    lat: float
    place_ko: str
    place_en: str
    district: str
    speed: float  # scenario seconds per second of the city
    seed: int
    objectives: tuple[str, ...]  # keys of the scenario's
    participants: tuple[str, ...] = ()  # functions such as "seat 2", never names


class Fed(msgspec.Struct, frozen=True, tag="fed"):
    """Alerts of it went to the alarm room."""

    alerts: tuple[str, ...]


class Paused(msgspec.Struct, frozen=True, tag="paused"):
    """Nothing new comes for a while."""


class Resumed(msgspec.Struct, frozen=True, tag="resumed"):
    """It goes on."""


class TookPart(msgspec.Struct, frozen=True, tag="took_part"):
    """Somebody takes part in it."""


class Remarked(msgspec.Struct, frozen=True, tag="remarked"):
    """An observer wrote something down."""

    text: str


class Stopped(msgspec.Struct, frozen=True, tag="stopped"):
    """It is over, and this is what it showed."""

    evaluation: Evaluation


class Aborted(msgspec.Struct, frozen=True, tag="aborted"):
    """It was broken off; nothing is judged."""

    reason: str


DrillDeed = Started | Fed | Paused | Resumed | TookPart | Remarked | Stopped | Aborted


class DrillStatus(StrEnum):
    """How far a drill has come."""

    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    ABORTED = "aborted"


@dataclass(slots=True)
class Drill:
    """One exercise as it stands now."""

    number: int
    told: Started
    started_at: datetime
    started_by: str
    status: DrillStatus = DrillStatus.RUNNING
    runs_since: datetime | None = None  # `None` while it stands
    ran: timedelta = timedelta(0)  # of the city, before `runs_since`
    fed: list[str] = field(default_factory=list)  # ids of its alerts so far
    taking_part: dict[str, datetime] = field(default_factory=dict)
    ended_at: datetime | None = None
    reason: str = ""  # it was broken off for
    evaluation: Evaluation | None = None

    @property
    def id(self) -> str:
        """What its incidents and entries carry.

        >>> drill_id(4)
        'drill:4'
        """
        return drill_id(self.number)

    @property
    def place(self) -> Position:
        """Where it begins, (lon, lat)."""
        return (self.told.lon, self.told.lat)

    @property
    def place_name(self) -> Text:
        """What people call the place."""
        return Text(self.told.place_ko, self.told.place_en)

    @property
    def is_over(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self.status in (DrillStatus.DONE, DrillStatus.ABORTED)

    def elapsed_s(self, now: datetime) -> float:
        """Return how far the scenario has come, in its own seconds."""
        running = timedelta(0) if self.runs_since is None else now - self.runs_since
        return (self.ran + running).total_seconds() * self.told.speed

    def at(self, after_s: float) -> datetime | None:
        """Return when the scenario reaches a second of its own, `None` while it stands."""
        if self.runs_since is None:
            return None
        return self.runs_since + timedelta(seconds=after_s / self.told.speed) - self.ran


def drill_id(number: int) -> str:
    """Return the id of a drill."""
    return f"drill:{number}"


def fold(before: Drill | None, number: int, entry: Entry) -> Drill:
    """Return the drill after an entry; the first entry of each is `Started`."""
    deed = entry.deed
    if before is None:
        drill = Drill(number, deed, entry.at, entry.actor, runs_since=entry.at)
        drill.taking_part[entry.actor] = entry.at
        return drill
    if isinstance(deed, Fed):
        before.fed.extend(deed.alerts)
    elif isinstance(deed, TookPart):
        before.taking_part.setdefault(entry.actor, entry.at)
    elif isinstance(deed, Resumed):
        before.status, before.runs_since = DrillStatus.RUNNING, entry.at
    elif not isinstance(deed, Remarked):
        _stand(before, entry)
    return before


def _stand(drill: Drill, entry: Entry) -> None:
    if drill.runs_since is not None:
        drill.ran += entry.at - drill.runs_since
        drill.runs_since = None
    drill.status = DrillStatus.PAUSED
    if isinstance(entry.deed, Stopped):
        drill.status, drill.evaluation = DrillStatus.DONE, entry.deed.evaluation
        drill.ended_at = entry.at
    elif isinstance(entry.deed, Aborted):
        drill.status, drill.reason = DrillStatus.ABORTED, entry.deed.reason
        drill.ended_at = entry.at
