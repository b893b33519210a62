"""Transient entities and attributes: what has an `expiresAt` goes when it comes (CIM 009 4.22).

Nothing expired is ever read: the hub looks at the soonest end before it answers, which costs one
comparison, and sweeps when it has come. The history of an entity outlives it; that of an
attribute goes with the attribute.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from dalgu.hub.attribute import MEMBERS
from dalgu.hub.change import Applied
from dalgu.hub.document import ENTITY_MEMBERS
from dalgu.hub.merge import folded, instances
from dalgu.hub.model import JSON, Document
from dalgu.hub.past import series_name
from dalgu.hub.writing import Touched, Writing
from dalgu.kernel.clock import Clock, iso
from dalgu.store.instants import micros
from dalgu.store.sqlite import Store
from dalgu.store.tables import Tables

NEVER = 2**63 - 1
AT_ONCE = 1_000  # entities that one transaction sweeps


class Remains(NamedTuple):
    """What is left of an entity (None: nothing), and which series of it have ended."""

    document: Document | None
    ended: list[tuple[str, str | None]]  # attribute and datasetId


def remains(document: Document, now: datetime) -> Remains:
    """Return what has not expired of an entity.

    >>> from datetime import UTC
    >>> heat = {"type": "Property", "value": 1, "expiresAt": "2026-01-01T00:00:00Z"}
    >>> remains({"id": "urn:x:1", "type": "A", "heat": heat}, datetime(2026, 1, 2, tzinfo=UTC))
    Remains(document={'id': 'urn:x:1', 'type': 'A'}, ended=[('heat', None)])
    """
    if _is_over(document, now):
        return Remains(None, [])
    left: Document = {}
    ended: list[tuple[str, str | None]] = []
    for name, attribute in document.items():
        if name in ENTITY_MEMBERS:
            left[name] = attribute
            continue
        alive = [_without_ended(one, now) for one in instances(attribute) if not _is_over(one, now)]
        over = (one for one in instances(attribute) if _is_over(one, now))
        ended.extend((name, one.get("datasetId")) for one in over)
        if alive:
            left[name] = folded(alive)
    return Remains(left, ended)


def _without_ended(instance: Document, now: datetime) -> Document:
    """Leave out sub-attributes that have expired."""
    if instance.keys() <= MEMBERS:
        return instance
    left: Document = {}
    for key, value in instance.items():
        if key in MEMBERS:
            left[key] = value
            continue
        alive = [_without_ended(one, now) for one in instances(value) if not _is_over(one, now)]
        if alive:
            left[key] = folded(alive)
    return left


def _is_over(holder: JSON, now: datetime) -> bool:
    at = holder.get("expiresAt")
    return at is not None and datetime.fromisoformat(at) <= now


class Sweep:
    """Takes away what has expired, in all tenants of a store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._due_us = store.read().expiries.soonest() or NEVER

    @property
    def is_due(self) -> bool:
        """Whether something has expired that is still there."""
        return self._due_us != NEVER and self._due_us <= micros(self._clock.now())

    def note(self, at_us: int) -> None:
        """Take note that something will expire."""
        self._due_us = min(self._due_us, at_us)

    async def run(self) -> None:
        """Take away all that is due."""
        while self.is_due:
            self._due_us = await self._store.write(self._work)

    def _work(self, tables: Tables) -> int:
        now = self._clock.now()
        by_tenant: dict[str, list[str]] = {}
        for tenant, entity in tables.expiries.due(micros(now), AT_ONCE):
            by_tenant.setdefault(tenant, []).append(entity)
        for tenant, entities in by_tenant.items():
            writing = Writing(tables, tenant, now)
            ended = [one for entity in entities for one in _end(writing, writing.touch(entity))]
            writing.finish()
            for key, series in ended:
                name = tables.names.find(series)
                if name is not None:
                    tables.series.remove(key, name)
        soonest = tables.expiries.soonest()
        return NEVER if soonest is None else soonest


def _end(writing: Writing, touched: Touched) -> Iterator[tuple[int, str]]:
    """Lay what remains of an entity; yield the keys and names of the series that end."""
    if touched.key is None:
        return
    if touched.document is None:
        writing.tables.expiries.put(touched.key, None)
        return
    left, ended = remains(touched.document, writing.now)
    if left is None:
        writing.lay(touched, Applied(None, "deleted"))
        return
    changed = tuple(dict.fromkeys(name for name, _ in ended))
    left["modifiedAt"] = iso(writing.now)
    writing.lay(touched, Applied(left, "updated", changed), remember=False)
    for name, dataset in ended:
        yield touched.key, series_name(name, dataset)
