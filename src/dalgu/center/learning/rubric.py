"""What the platform can show of the maturity of the center (rubric R19, indicator K63-62).

For each level of the rubric: the facts that the books of the center prove, those that they lack,
and those that only papers prove. Nothing here judges: reviewers set the level.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dalgu.center.documents import value
from dalgu.center.learning.cases import Case, instants
from dalgu.center.learning.reading import read_cases
from dalgu.center.learning.times import Measure, Spread, falls, spans, spread
from dalgu.center.rooms import Rooms
from dalgu.center.shifts.log import Log
from dalgu.kernel.clock import iso, local

INDICATOR = "K63-62"
YEAR, MONTH, LINK_DAYS = timedelta(days=365), timedelta(days=30), timedelta(days=30)
YEARS = 3  # a fall in two years running takes three
OF_INCIDENTS = frozenset({"incidents", "times", "falling", "reviews"})
REHEARSED = ("done",)


class Standing(StrEnum):
    """Whether a fact is there."""

    SHOWN = "shown"
    MISSING = "missing"
    OUTSIDE = "outside"  # only a paper can prove it


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a level asks for; `values` fill its sentence in the catalogue."""

    level: int
    key: str
    standing: Standing
    values: dict[str, str | int]
    seen_at: str = ""  # path of the page where it is to be seen
    is_synthetic: bool = False  # something counted in it stands for nothing real


@dataclass(frozen=True, slots=True)
class Known:
    """What the books hold, counted; spans in seconds."""

    at: datetime
    procedures: int
    versions: int
    revised: int  # versions set after response times were first measured
    turns: int  # of the roster
    signed: int  # shifts of the last 30 days
    shifts: int
    closed: int  # real incidents of the last 12 months
    incidents: int
    drills: int
    live_links: int
    links: int
    synthetic_links: int  # of the live ones
    services: int
    response: Spread
    by_year: tuple[float | None, ...]  # medians, oldest first
    reviewed: int
    synthetic: int  # of the incidents counted


@dataclass(frozen=True, slots=True)
class Rubric:
    """The facts of all levels, and as of when."""

    at: datetime
    facts: tuple[Fact, ...]
    synthetic: int


async def read_rubric(rooms: Rooms) -> Rubric:
    """Return the facts of all levels as of now."""
    known = await read_known(rooms)
    return Rubric(known.at, tuple(facts(known)), known.synthetic)


def facts(known: Known) -> list[Fact]:
    """Return the facts of all levels, in their order; pure."""
    center = "/center/incidents/procedures"
    found = [
        _fact(2, "procedures", known.procedures > 0, center,
              n=known.procedures, versions=known.versions),
        _paper(2, "legal"),
        _paper(2, "contacts"),
        _fact(3, "roster", known.turns > 0, "/center/shift", n=known.turns),
        _fact(3, "shifts", 0 < known.shifts <= known.signed, "/center/shift/past",
              n=known.signed, of=known.shifts),
        _fact(3, "incidents", known.closed > 0, "/center/incidents",
              n=known.closed, of=known.incidents),
        _fact(3, "drills", known.drills > 0, "/center/drills", n=known.drills),
        _paper(3, "joint"),
        _fact(4, "links", known.live_links > 0, "/center/links",
              n=known.live_links, of=known.links),
        _fact(4, "board", known.services > 0, "/center", n=known.services),
        _fact(4, "times", known.response.n > 0, "/center/learning", n=known.response.n,
              p50=_minutes(known.response.p50_s), p90=_minutes(known.response.p90_s)),
        _fact(4, "revisions", known.revised > 0, center, n=known.revised),
        _fact(5, "falling", falls(known.by_year), "/center/learning",
              values=" → ".join(_minutes(one) for one in known.by_year)),
        _fact(5, "reviews", known.reviewed > 0, "/center/learning/lessons",
              n=known.reviewed, of=known.closed),
        _paper(5, "used"),
    ]  # fmt: skip
    of_incidents = OF_INCIDENTS if known.synthetic else frozenset()
    of_links = {"links"} if known.synthetic_links else set()
    return [replace(one, is_synthetic=one.key in of_incidents | of_links) for one in found]


async def read_known(rooms: Rooms) -> Known:
    """Count what the books of the center and the hub hold."""
    now, procedures = rooms.ground.clock.now(), rooms.incidents.procedures.all.values()
    every = await read_cases(rooms.ground.hub, rooms.incidents.all.values())
    real = [one for one in every if not one.is_drill and one.outcome != "merged"]
    year = [one for one in real if now - one.raised_at <= YEAR]
    closed = [one for one in year if one.closed_at is not None]
    versions = [version for one in procedures for version in one.versions]
    first = min((one.raised_at for one in real if one.responded_at is not None), default=None)
    signed, shifts = _signed(rooms.shifts.log, now)
    live, links, synthetic_links = await _links(rooms, now)
    return Known(
        at=now,
        procedures=len(procedures),
        versions=len(versions),
        revised=0 if first is None else sum(
            version.version > 1 and version.since >= f"{local(first):%Y-%m-%d}"
            for version in versions
        ),
        turns=len(rooms.shifts.log.roster.shifts),
        signed=signed,
        shifts=shifts,
        closed=len(closed),
        incidents=len(year),
        drills=_drills(rooms, now),
        live_links=live,
        links=links,
        synthetic_links=synthetic_links,
        services=len(rooms.ground.services),
        response=_response(year),
        by_year=tuple(_response(_year(real, now, back)).p50_s for back in reversed(range(YEARS))),
        reviewed=len({one.incident for one in rooms.learning.lessons.values()}
                     & {one.number for one in closed}),
        synthetic=sum(one.origin == "synthetic" for one in year),
    )  # fmt: skip


def _fact(level: int, key: str, is_shown: bool, seen_at: str, **values: str | int) -> Fact:
    standing = Standing.SHOWN if is_shown else Standing.MISSING
    return Fact(level, key, standing, values, seen_at)


def _paper(level: int, key: str) -> Fact:
    return Fact(level, key, Standing.OUTSIDE, {})


def _response(cases: Sequence[Case]) -> Spread:
    return spread(spans(instants(cases))[Measure.RESPOND])


def _year(cases: Sequence[Case], now: datetime, back: int) -> list[Case]:
    ends = now - back * YEAR
    return [one for one in cases if ends - YEAR < one.raised_at <= ends]


def _signed(log: Log, now: datetime) -> tuple[int, int]:
    """Return how many shifts of the last 30 days have two signatures, and how many ended.

    Counted from the first shift of which anything is known: before it there was no center.
    """
    known = [log.shift(one.shift) for one in log.records.values()]
    first = min((one.starts for one in known if one is not None), default=None)
    if first is None:
        return 0, 0
    signed = ended = 0
    shift = log.shift_at(max(first, now - MONTH))
    while shift.ends <= now:
        ended += 1
        signed += log.record(shift.id).is_signed
        shift = log.shift_at(shift.ends)
    return signed, ended


def _drills(rooms: Rooms, now: datetime) -> int:
    return sum(
        one.status in REHEARSED and now - one.started_at <= YEAR
        for one in rooms.drills.all.values()
    )


async def _links(rooms: Rooms, now: datetime) -> tuple[int, int, int]:
    """Return how many linked systems spoke lately, how many there are, how many are synthetic."""
    since, live, linked, synthetic = iso(now - LINK_DAYS), 0, 0, 0
    async for one in rooms.ground.hub.every("LinkedSystem", q="isLinked==true"):
        linked += 1
        heard = value(one, "lastEventAt")
        is_live = isinstance(heard, str) and heard >= since
        live += is_live
        synthetic += is_live and value(one, "origin") == "synthetic"
    return live, linked, synthetic


def _minutes(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds / 60:.1f} min"
