"""What the pages of alarms show: the measures of a span, its picture, and the rules' record."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np

from dalgu.center.alarms import health
from dalgu.center.alarms.alarms import Alarms
from dalgu.center.alarms.deeds import Passed
from dalgu.center.alarms.rules import EventRule, Rule
from dalgu.center.alarms.tally import Heard, Setting
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Outcome
from dalgu.kernel.text import Text

SPANS = {"day": 1, "week": 7, "month": 30}  # days
BARS = {"day": 144, "week": 168, "month": 180}  # 10 minutes, 1 hour, 4 hours each
WIDE, HIGH = 720.0, 140.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the picture: the busiest ten minutes of its stretch."""

    x: float
    y: float
    width: float
    height: float
    count: int
    at: datetime
    is_flood: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Alarms per ten minutes over a span, with the line of a flood."""

    bars: tuple[Bar, ...]
    limit_y: float
    top: int


@dataclass(frozen=True, slots=True)
class Top:
    """One of the ten most frequent sources."""

    title: Text
    rule: str
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Flow:
    """What became of the alerts of a span."""

    heard: int
    joined: int
    repeated: int
    suppressed: int
    passed: int
    chattering: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Alarm health over a span."""

    measures: tuple[health.Measure, ...]
    picture: Picture
    top: tuple[Top, ...]
    alarms: int
    shelved: tuple[Incident, ...]
    flow: Flow


@dataclass(frozen=True, slots=True)
class Record:
    """A rule in force with what it has done."""

    rule: Rule
    is_on: bool
    fired: int
    open: int
    judged: int
    false_alarms: int
    setting: Setting | None

    @property
    def false_rate(self) -> float | None:
        """Share of its judged incidents that were false; `None` before there is one."""
        return None if not self.judged else self.false_alarms / self.judged


def report(
    alarms: Alarms, incidents: Iterable[Incident], now: datetime, span: str, operators: int
) -> Report:
    """Return alarm health until now; drills and incidents that people raised by hand are none."""
    start = now - timedelta(days=SPANS[span])
    real = [one for one in incidents if not one.is_drill and one.rule != "hand"]
    kept = [one for one in real if one.raised_at >= start or one.is_open]
    sources: dict[str, int] = {}
    numbers = [sources.setdefault(_source(one), len(sources)) for one in kept]
    arrays = health.Alarms(
        raised_s=np.array([one.raised_at.timestamp() for one in kept], dtype=float),
        closed_s=np.array(
            [np.nan if one.closed_at is None else one.closed_at.timestamp() for one in kept],
            dtype=float,
        ),
        priority=np.array([int(one.priority[1:]) for one in kept], dtype=np.int64),
        source=np.array(numbers, dtype=np.int64),
    )
    asked = health.Span(start.timestamp(), now.timestamp(), operators)
    heard = [one for one in alarms.tally.batches if one.at_s >= asked.start_s]
    measured = health.measures(arrays, asked, fleeting=sum(one.fleeting for one in heard))
    inside = [one for one in kept if one.raised_at >= start]
    return Report(
        measures=tuple(measured),
        picture=picture(health.per_window(arrays.raised_s, asked), asked, BARS[span]),
        top=_top(inside),
        alarms=len(inside),
        shelved=tuple(one for one in kept if one.shelved_until and one.shelved_until > now),
        flow=_flow(heard),
    )


def picture(counts: health.Ints, span: health.Span, bars: int) -> Picture:
    """Return the busiest ten minutes of each stretch as bars of an SVG."""
    floods = health.in_flood(counts, span.operators)
    edges = np.linspace(0, len(counts), bars + 1).astype(int)
    top = max(health.FLOOD_BEGINS * span.operators + 2, int(counts.max()))
    width = WIDE / bars
    drawn = []
    for i, (first, last) in enumerate(pairwise(edges)):
        stretch = counts[first : max(last, first + 1)]
        count = int(stretch.max())
        high = round(HIGH * count / top, 2)
        at = datetime.fromtimestamp(span.start_s + float(first) * health.WINDOW_S, tz=UTC)
        is_flood = bool(floods[first : max(last, first + 1)].any())
        drawn.append(
            Bar(round(i * width, 2), round(HIGH - high, 2), round(width * 0.8, 2), high, count,
                at, is_flood)
        )  # fmt: skip
    limit_y = round(HIGH * (1 - health.FLOOD_BEGINS * span.operators / top), 2)
    return Picture(tuple(drawn), limit_y, top)


def records(alarms: Alarms, incidents: Iterable[Incident]) -> list[Record]:
    """Return every rule in force with what it has done; drills do not count."""
    by_rule: dict[str, list[Incident]] = {}
    for one in incidents:
        if not one.is_drill:
            by_rule.setdefault(one.rule, []).append(one)
    return [_record(alarms, rule, by_rule.get(rule.name, [])) for rule in alarms.rules.rules]


def events(alarms: Alarms, most: int) -> list[tuple[Passed, datetime]]:
    """Return the newest alerts of which nobody has to do anything, newest first."""
    found = list(alarms.tally.events.values())[::-1]
    return [(one, at) for one, at in found if alarms.is_event(one.alert)][:most]


def event_counts(alarms: Alarms) -> list[tuple[EventRule, int]]:
    """Return how many events each event rule holds."""
    held = alarms.tally.events.values()
    counts = Counter(one.rule for one, _ in held if alarms.is_event(one.alert))
    return [(rule, counts.get(rule.name, 0)) for rule in alarms.written.events]


def _record(alarms: Alarms, rule: Rule, raised: list[Incident]) -> Record:
    judged = [one for one in raised if one.outcome not in (None, Outcome.MERGED)]
    return Record(
        rule=rule,
        is_on=not alarms.is_set_off(rule.name),
        fired=len(raised),
        open=sum(one.is_open for one in raised),
        judged=len(judged),
        false_alarms=sum(one.outcome is Outcome.FALSE_ALARM for one in judged),
        setting=alarms.tally.settings.get(rule.name),
    )


def _source(one: Incident) -> str:
    thing = one.cause or next(iter(one.things), "")
    return f"{one.rule}|{thing}"


def _top(inside: list[Incident]) -> tuple[Top, ...]:
    counts = Counter(_source(one) for one in inside)
    newest = {_source(one): one for one in inside}
    return tuple(
        Top(newest[source].title, newest[source].rule, count, count / len(inside))
        for source, count in counts.most_common(health.TOP)
    )


def _flow(heard: list[Heard]) -> Flow:
    return Flow(
        heard=sum(one.heard for one in heard),
        joined=sum(one.joined for one in heard),
        repeated=sum(one.repeated for one in heard),
        suppressed=sum(one.suppressed for one in heard),
        passed=sum(one.passed for one in heard),
        chattering=tuple(dict.fromkeys(key for one in heard for key in one.chattering)),
    )
