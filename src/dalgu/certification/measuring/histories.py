"""Histories of observed variables: one pass over all rows, each heard by all who ask for it.

What a listener keeps of millions of rows is, for each subject, when it was heard first and last,
and the intervals in which it was observed: as many as there were gaps.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from dalgu.certification.formula.observed import (
    KOREA_OFFSET_US,
    Intervals,
    joined,
    spans,
    union,
)
from dalgu.certification.formula.operand import EPOCH, Ints, Operand, micros
from dalgu.certification.formula.parsing import parse
from dalgu.certification.framework.query import Measure, Variable
from dalgu.certification.measuring.city import City, word_codes
from dalgu.certification.measuring.rows import Rows
from dalgu.hub.view import History, View
from dalgu.store.observed import Observed, only

KOREA_OFFSET = timedelta(microseconds=KOREA_OFFSET_US)
NEVER_US = np.iinfo(np.int64).max
MOST_INTERVALS = 4_000_000  # before those that touch are joined: about 100 MB


@dataclass(frozen=True, slots=True)
class Links:
    """Which subject each observed entity speaks of; all of length k, sorted by `entity`."""

    entity: Ints  # keys, as tables have them
    subject: Ints  # positions in the variable's rows
    ids: tuple[str, ...]  # of the entities


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is heard of a variable's subjects, from when on, and by which measure it counts."""

    attribute: str
    measure: Measure
    since_us: int
    condition: str = ""


@dataclass(slots=True)
class Listener:
    """Hears the observations of some subjects in [since, until)."""

    asked: Hearing
    rows: Rows
    links: Links
    first_us: Ints = field(init=False)
    last_us: Ints = field(init=False)
    message: Ints = field(init=False)
    _kept: list[Intervals] = field(default_factory=list)
    _count: int = 0

    def __post_init__(self) -> None:
        n = len(self.rows)
        self.first_us = np.full(n, NEVER_US, np.int64)
        self.last_us = np.zeros(n, np.int64)
        self.message = np.zeros(n, np.int64)

    def hear(self, part: Observed) -> None:
        """Take in a part of the histories of its attribute."""
        if part.since_us < self.asked.since_us or not len(self.links.entity):
            return
        place = np.searchsorted(self.links.entity, part.entity)
        place[place == len(self.links.entity)] = 0
        mine = self.links.entity[place] == part.entity
        chosen, place = (part, place) if mine.all() else (only(part, mine), place[mine])
        subject = self.links.subject[place]
        if self.asked.condition:
            chosen, subject = _fulfilling(self.asked.condition, chosen, subject)
        if len(subject):
            self._note(chosen, subject)
            self._keep(chosen, subject)

    def intervals(self) -> Intervals:
        """Return the intervals in which subjects were observed, in the unit of the measure."""
        none = np.zeros(0, np.int64)
        kept = [*self._kept, Intervals(none, none, none)]
        return Intervals(*(np.concatenate(one) for one in zip(*kept, strict=True)))

    def history(self) -> History:
        """Return what it asks the hub for."""
        return History(
            attribute=self.asked.attribute,
            entities=self.links.entity,
            since=EPOCH + timedelta(microseconds=self.asked.since_us),
            gap_us=self._gap_us(),
            numbers=bool(self.asked.condition),
        )

    def _gap_us(self) -> Ints | None:
        """Return the silence that leaves no interval between two observations; None: by days."""
        if self.asked.measure == "days":
            return None
        if self.asked.measure == "any":
            return np.full(len(self.links.entity), NEVER_US)
        ages = self.rows.max_age_us
        return (np.zeros(len(self.rows), np.int64) if ages is None else ages)[self.links.subject]

    @property
    def begins_us(self) -> int | None:
        """The first observation of all, None where there is none."""
        first = int(self.first_us.min(initial=NEVER_US))
        return None if first == NEVER_US else first

    def _note(self, part: Observed, subject: Ints) -> None:
        np.minimum.at(self.first_us, subject, part.first_us)
        order = np.argsort(part.last_us, kind="stable")
        newer = order[part.last_us[order] >= self.last_us[subject[order]]]
        self.last_us[subject[newer]] = part.last_us[newer]
        self.message[subject[newer]] = part.message[newer]

    def _keep(self, part: Observed, subject: Ints) -> None:
        measure = self.asked.measure
        if measure == "any":
            once = np.zeros(len(subject), np.int64)
            self._add(Intervals(subject, once, once + 1))
            return
        ages = np.zeros(len(self.rows), np.int64)
        if self.rows.max_age_us is not None and measure != "days":
            ages = self.rows.max_age_us
        if part.to_us is None:
            run, first, last = joined(measure, part.at_us, part.start, ages[subject])
        else:
            run = np.repeat(np.arange(len(subject)), np.diff(part.start))
            first, _ = spans(measure, part.at_us, ages[subject[run]])
            _, last = spans(measure, part.to_us, ages[subject[run]])
        self._add(Intervals(subject[run], first, last))

    def _add(self, intervals: Intervals) -> None:
        self._kept.append(intervals)
        self._count += len(intervals.first)
        if self._count > MOST_INTERVALS:
            whole = union(self.intervals())
            self._kept, self._count = [whole], len(whole.first)


def listen(city: City, variable: Variable, rows: Rows, since: datetime) -> Listener:
    """Return a listener to the observations of some rows' subjects."""
    asked = variable.observed
    if asked is None:
        raise ValueError(variable.name.en)
    position = {one: place for place, one in enumerate(rows.subject)}
    keys: list[Ints] = []
    subjects: list[Ints] = []
    ids: list[str] = []
    for entity_type in asked.type:
        subject = _subject_of(city, entity_type, asked.via, position)
        table = city.table(entity_type)
        places = np.flatnonzero(subject >= 0)
        keys.append(table.keys[places])
        subjects.append(subject[places])
        ids += [table.ids[place] for place in places.tolist()]
    entity, place = np.unique(np.concatenate(keys), return_index=True)
    subject = np.concatenate(subjects)[place]
    links = Links(entity, subject, tuple(ids[one] for one in place.tolist()))
    hearing = Hearing(asked.attribute, variable.measure, micros(since), asked.condition)
    return Listener(hearing, rows, links)


def _subject_of(city: City, entity_type: str, via: Sequence[str], position: dict[str, int]) -> Ints:
    """Return, for each entity of a type, the position of the subject it speaks of, or -1."""
    table = city.table(entity_type)
    if not via:
        return np.array([position.get(one, -1) for one in table.ids], np.int64)
    words = word_codes(city.table(entity_type, via[0]).column(via[0]), len(table.ids))
    ends: list[str | None] = list(words.texts)
    for step in via[1:]:
        ends = _onward(city, ends, step)
    found = [-1 if end is None else position.get(end, -1) for end in ends]
    return np.array([*found, -1], np.int64)[words.code]


def _onward(city: City, ids: Sequence[str | None], step: str) -> list[str | None]:
    """Return where a relationship of some entities leads; a link may lead out of the hub."""
    onward: dict[str, str] = {}
    for entity_type in sorted({_type_of(one) for one in ids if one is not None}):
        if entity_type in city.types:
            table = city.table(entity_type, step)
            words = word_codes(table.column(step), len(table.ids))
            texts = (*words.texts, "")
            onward |= {
                one: texts[code]
                for one, code in zip(table.ids, words.code.tolist(), strict=True)
                if texts[code]
            }
    return [None if one is None else onward.get(one) for one in ids]


def _type_of(urn: str) -> str:
    return [*urn.split(":"), "", ""][2]


def hear_all(view: View, listeners: Iterable[Listener], until: datetime) -> None:
    """Read the histories that listeners ask for, once, and let each hear its own."""
    by_key: dict[int | None, list[Listener]] = {}
    histories = []
    for one in listeners:
        by_key.setdefault(view.attribute_key(one.asked.attribute), []).append(one)
        histories.append(one.history())
    for part in view.observed(histories, until, day_offset=KOREA_OFFSET):
        for listener in by_key.get(int(part.series[0]), ()):
            listener.hear(part)


def _fulfilling(condition: str, part: Observed, subject: Ints) -> tuple[Observed, Ints]:
    """Return the rows that fulfil a condition; a series whose last row goes names no message."""
    if part.number is None:
        return only(part, np.zeros(len(subject), bool)), subject[:0]
    held = parse(condition).over({"value": Operand(number=part.number)}).truth()
    is_in = np.broadcast_to(held, part.number.shape)
    lengths = np.add.reduceat(is_in.astype(np.int64), part.start[:-1])
    left = lengths > 0
    start = np.concatenate([[0], np.cumsum(lengths[left])])
    at_us = part.at_us[is_in]
    ends = is_in[part.start[1:] - 1][left]
    chosen = part._replace(
        entity=part.entity[left],
        series=part.series[left],
        first_us=at_us[start[:-1]],
        last_us=at_us[start[1:] - 1],
        message=np.where(ends, part.message[left], 0),
        start=start,
        at_us=at_us,
        number=part.number[is_in],
    )
    return chosen, subject[left]
