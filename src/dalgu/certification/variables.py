"""From a variable of a framework to its rows: read the hub, think in arrays."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from dalgu.certification.formula.observed import HOUR_S, MEASURES, Observations, from_memory
from dalgu.certification.framework.model import Indicator
from dalgu.certification.framework.query import Observed, Variable
from dalgu.hub.hub import Columns, Hub
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso


@dataclass(frozen=True, slots=True)
class Period:
    """The time a measurement speaks of, and the share of it that the hub holds."""

    since: datetime
    until: datetime
    coverage: float

    @property
    def is_clipped(self) -> bool:
        """Whether the hub's memory is shorter than the indicator's period."""
        return self.coverage < 1.0

    @property
    def hours(self) -> int:
        """Whole hours h with since < h <= until."""
        since_s, until_s = self.since.timestamp(), self.until.timestamp()
        return int(math.floor(until_s / HOUR_S) - math.floor(since_s / HOUR_S))


@dataclass(frozen=True, slots=True)
class Row:
    """One subject of a variable: what it contributed and the message that last spoke for it."""

    subject: str
    share: float
    contribution: float
    last_at: str | None = None
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """Observations with the subject each speaks of; positions point into `subjects`."""

    subjects: dict[str, int]
    subject: NDArray[np.int64]
    at_s: NDArray[np.float64]
    message_id: NDArray[np.int64]


@dataclass(slots=True)
class Reader:
    """Reads each entity list and each column once for a whole assessment."""

    hub: Hub
    until: datetime
    _entities: dict[tuple[str, str], list[Document]] = field(default_factory=dict)
    _columns: dict[tuple[str, str, datetime], Columns] = field(default_factory=dict)

    async def entities(self, types: Sequence[str], where: str) -> list[Document]:
        """Return all entities of some types that match a query."""
        found: list[Document] = []
        for entity_type in types:
            key = (entity_type, where)
            if key not in self._entities:
                self._entities[key] = [
                    document async for document in self.hub.every(entity_type, q=where or None)
                ]
            found += self._entities[key]
        return found

    async def columns(self, entity_type: str, attribute: str, since: datetime) -> Columns:
        """Return the history of one attribute of a type since an instant."""
        key = (entity_type, attribute, since)
        if key not in self._columns:
            self._columns[key] = await self.hub.columns(entity_type, attribute, since, self.until)
        return self._columns[key]

    async def seen(self, observed: Observed, subjects: Sequence[Document], since: datetime) -> Seen:
        """Return the observations of some subjects, found through the relationships of `via`."""
        position = {document["id"]: n for n, document in enumerate(subjects)}
        parts: list[tuple[NDArray[np.int64], Columns]] = []
        for entity_type in observed.type:
            columns = await self.columns(entity_type, observed.attribute, since)
            links = await self._links(entity_type, observed.via)
            target = np.array(
                [position.get(links.get(i, "") if observed.via else i, -1) for i in columns.ids],
                dtype=np.int64,
            )
            parts.append((target, columns))
        return _joined(position, parts)

    async def _links(self, entity_type: str, via: Sequence[str]) -> dict[str, str]:
        """Return, for each entity of a type, the id at the end of a chain of relationships."""
        if not via:
            return {}
        links = await self._objects(entity_type, via[0])
        for step in via[1:]:
            onward: dict[str, str] = {}
            for target_type in sorted({_type_of(target) for target in links.values()}):
                onward |= await self._objects(target_type, step)
            links = {start: onward[end] for start, end in links.items() if end in onward}
        return links

    async def _objects(self, entity_type: str, relationship: str) -> dict[str, str]:
        found = {
            document["id"]: document[relationship].get("object")
            for document in await self.entities([entity_type], "")
            if isinstance(document.get(relationship), dict)
        }
        return {start: end for start, end in found.items() if isinstance(end, str)}


def _type_of(urn: str) -> str:
    return [*urn.split(":"), "", ""][2]  # a link may lead out of the hub


def _joined(subjects: dict[str, int], parts: list[tuple[NDArray[np.int64], Columns]]) -> Seen:
    subject = [target[columns.entity] for target, columns in parts if len(columns.ids)]
    if not subject:
        none = np.zeros(0, np.int64)
        return Seen(subjects, none, np.zeros(0), none)
    columns = [columns for _, columns in parts if len(columns.ids)]
    at = np.concatenate(subject)
    known = at >= 0
    return Seen(
        subjects,
        at[known],
        np.concatenate([c.at_s for c in columns])[known],
        np.concatenate([c.message_id for c in columns])[known],
    )


def clip(indicator: Indicator, seen: Mapping[str, Seen], until: datetime) -> Period | None:
    """Return the indicator's period clipped to what the hub holds.

    `None` when it holds nothing, or less than the age that one observation may have.
    """
    firsts = [float(s.at_s.min()) for s in seen.values() if len(s.at_s)]
    if seen and not firsts:
        return None
    full_s = indicator.period_days * 86_400.0
    start_s = until.timestamp() - full_s
    since_s = max(start_s, min(firsts)) if firsts else start_s
    held_s = until.timestamp() - since_s
    if held_s < max(variable.max_age_s for variable in indicator.variables.values()):
        return None
    coverage = held_s / full_s
    return Period(datetime.fromtimestamp(since_s, until.tzinfo), until, min(1.0, coverage))


def rows_of(
    variable: Variable, subjects: Sequence[Document], seen: Seen | None, period: Period
) -> list[Row]:
    """Return one row per subject of a variable: the whole of what its number is made of."""
    weights = [_weight(variable, document) for document in subjects]
    factor = float(period.hours) if variable.per_hour else 1.0
    if seen is None:
        return [
            Row(document["id"], 1.0, weight * factor)
            for document, weight in zip(subjects, weights, strict=True)
        ]
    share = _share(variable, subjects, seen, period)
    counted = share if variable.min_share is None else (share >= variable.min_share) * 1.0
    last_at, message_id = _last(len(subjects), seen)
    return [
        Row(
            subject=document["id"],
            share=float(share[n]),
            contribution=float(counted[n]) * weights[n] * factor,
            last_at=last_at[n],
            message_id=int(message_id[n]),
        )
        for n, document in enumerate(subjects)
    ]


def _share(
    variable: Variable, subjects: Sequence[Document], seen: Seen, period: Period
) -> NDArray[np.float64]:
    if period.until <= period.since:  # nothing was observed, so there is no time to share out
        return np.zeros(len(subjects))
    intervals = np.array([_interval_s(document) for document in subjects])
    max_age_s = variable.max_age_s + variable.max_age_intervals * intervals
    observations = Observations(
        n=len(subjects),
        subject=seen.subject,
        at_s=seen.at_s,
        since_s=period.since.timestamp(),
        until_s=period.until.timestamp(),
        max_age_s=max_age_s,
    )
    if variable.max_age_intervals and period.is_clipped:
        observations = from_memory(observations)
    return MEASURES[variable.measure](observations)


def _last(n: int, seen: Seen) -> tuple[list[str | None], NDArray[np.int64]]:
    newest = np.zeros(n)
    message = np.zeros(n, np.int64)
    order = np.argsort(seen.at_s, kind="stable")
    newest[seen.subject[order]] = seen.at_s[order]
    message[seen.subject[order]] = seen.message_id[order]
    return [_instant(at_s) for at_s in newest], message


def _instant(at_s: float) -> str | None:
    return None if at_s == 0 else iso(datetime.fromtimestamp(at_s, UTC))


def _number(document: Document, attribute: str) -> float:
    instance: JSON = document.get(attribute)
    value = instance.get("value") if isinstance(instance, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0  # a register's entry in words counts nothing
    return float(value)


def _weight(variable: Variable, document: Document) -> float:
    return _number(document, variable.weight) if variable.weight else 1.0


def _interval_s(document: Document) -> float:
    return _number(document, "declaredInterval")
