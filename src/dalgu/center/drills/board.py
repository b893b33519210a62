"""What the pages of drills show: one line per drill, and what happened in one."""

from dataclasses import dataclass

from dalgu.access.logbook import Entry, Logbook
from dalgu.center.drills.drills import ROOM, Drills
from dalgu.center.drills.evaluation import tag_of
from dalgu.center.drills.scenarios import Scenario
from dalgu.center.drills.state import Drill

NEWEST = 200  # entries of a timeline on the page


@dataclass(frozen=True, slots=True)
class Line:
    """One drill in the list of all."""

    drill: Drill
    scenario: Scenario
    met: int | None
    objectives: int


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a drill's timeline."""

    entry: Entry
    room: str
    deed: str
    incident: int | None
    after_s: float  # seconds of the city after the start


def line(drills: Drills, drill: Drill) -> Line:
    """Return a drill as one line."""
    shown = drill.evaluation
    return Line(
        drill=drill,
        scenario=drills.scenario(drill.told.scenario),
        met=None if shown is None else shown.met,
        objectives=len(drill.told.objectives),
    )


def timeline(logbook: Logbook, drills: Drills, drill: Drill) -> list[Moment]:
    """Return what happened in a drill, newest first: its own deeds and those of its incidents."""
    entries = list(logbook.about(drill.id))
    for one in drills.incidents_of(drill):
        entries += logbook.about(one.id)
    newest = sorted(entries, key=lambda one: -one.seq)[:NEWEST]
    return [
        Moment(
            entry=one,
            room=one.room,
            deed=tag_of(one.deed),
            incident=None if one.room == ROOM else int(one.subject.rpartition(":")[2]),
            after_s=(one.at - drill.started_at).total_seconds(),
        )
        for one in newest
    ]
