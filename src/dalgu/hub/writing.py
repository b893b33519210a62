"""One transaction of the hub: entities are read once, changed in memory, and written once.

`Writing` is made for one piece of work in the store's writer. Documents, indexes, history and
events go out together in `finish`, so that a batch of a thousand values of one meter costs one
document, and one event.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.change import Applied
from dalgu.hub.document import instances, types_of
from dalgu.hub.model import JSON, Document
from dalgu.hub.past import row_of, tombstone
from dalgu.hub.query.geo import box_of
from dalgu.hub.ready import mark
from dalgu.kernel.clock import iso
from dalgu.store.documents import Bounds
from dalgu.store.instants import micros
from dalgu.store.outbox import CREATED, DELETED, UPDATED, Change
from dalgu.store.series import NewRow, Value
from dalgu.store.tables import Tables

SCOPE = "scope"  # a member whose history is kept as that of an attribute
EXPIRES = b'"expiresAt":'  # of every body of which something expires (4.22)
PLACE = "location"  # the geoproperty that the store indexes (CIM 009 4.7: the default one)

_VALUES = frozenset(VALUE_MEMBER.values())

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Document).decode

Past = tuple[int, int, Value, int | bytes, int]
"""A history row whose entity has perhaps no key yet."""


@dataclass(slots=True)
class Touched:
    """One entity within the work: what it was, what it is now, and its new history."""

    entity: str
    key: int | None  # None: the store has no row for it yet
    before: Document | None
    document: Document | None
    is_transient: bool = False  # something of it expires
    is_changed: bool = False
    changed: dict[str, None] = field(default_factory=dict)  # attributes, in order
    past: list[Past] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)  # which delivery each row came by


class Writing:
    """The entities that one work touches; `expires` is told when something of them will end.

    Without `is_told` no event announces what is written.
    """

    def __init__(
        self,
        tables: Tables,
        tenant: str,
        now: datetime,
        expires: Callable[[int], None] | None = None,
        *,
        is_told: bool = True,
    ) -> None:
        self.tables = tables
        self.now = now
        self.now_us = micros(now)
        self.stamp = iso(now)
        self._tenant = tenant
        self._touched: dict[str, Touched] = {}
        self._expires = expires
        self._bodies: list[tuple[bytes, int]] = []  # new ones of entities that have a row
        self._is_told = is_told
        self._observed = ""
        self._observed_us = 0

    def touch(self, entity: str) -> Touched:
        """Return an entity as the work has left it so far."""
        touched = self._touched.get(entity)
        if touched is None:
            kept = self.tables.documents.find(self._tenant, entity)
            if kept is None:
                touched = Touched(entity, None, None, None)
            else:
                body = kept.body
                document = None if body is None else _decode(body)
                transient = body is not None and EXPIRES in body
                touched = Touched(entity, kept.key, document, document, transient)
            self._touched[entity] = touched
        return touched

    def lay(self, touched: Touched, applied: Applied, *, remember: bool = True) -> None:
        """Take over what a change made of an entity; with `remember`, its history too."""
        before, after = touched.document or {}, applied.document
        touched.document = after
        if remember and after is not None and (SCOPE in after or SCOPE in before):
            self.remember_scope(touched, before.get(SCOPE), after.get(SCOPE))
        touched.is_changed |= applied.kind != "unchanged"
        for name in applied.changed:
            touched.changed[name] = None
            if remember and after is not None:
                self._remember(touched, name, before.get(name), after.get(name, []))

    def remember(self, touched: Touched, name: str, instance: Document, message: int) -> None:
        """Keep one instance in an entity's history."""
        series, value, rest = row_of(self.tables.names, name, instance)
        observed = instance.get("observedAt")
        if observed is None:
            at_us = self.now_us
        else:
            if observed != self._observed:  # most instances of one body share their instant
                self._observed, self._observed_us = observed, micros_of(observed)
            at_us = self._observed_us
        touched.past.append((series, at_us, value, rest, message))

    def finish(self) -> list[int]:
        """Write everything; return the owner of each history row that was held already."""
        past: list[NewRow] = []
        owners: list[int] = []
        events: list[Change] = []
        for touched in self._touched.values():
            event = self._write(touched)
            if event is not None:
                events.append(event)
            key = touched.key
            if key is not None:
                past.extend([(key, *row) for row in touched.past])
                owners.extend(touched.owners)
        if self._bodies:
            self.tables.documents.write(self._bodies)
        duplicates = self.tables.series.add(past) if past else []
        if self._is_told:
            self.tables.outbox.append(self._tenant, self.now_us, events)
        return [owners[position] for position in duplicates] if owners else []

    def _remove(self, touched: Touched) -> Change | None:
        if touched.key is None or touched.before is None:  # made and deleted within the work
            return None
        self.tables.documents.remove(touched.key)
        if touched.is_transient:
            self.tables.expiries.put(touched.key, None)
        return Change(DELETED, touched.key, _without_name(touched.before))

    def _locate(self, key: int, document: Document, *, is_new: bool) -> None:
        bounds = bounds_of(document)
        if bounds is not None or not is_new:
            self.tables.documents.locate(key, bounds)

    def _expire(self, key: int, document: Document) -> None:
        soonest = min(ends_of(document), default=None)
        self.tables.expiries.put(key, soonest)
        if soonest is not None and self._expires is not None:
            self._expires(soonest)

    def remember_scope(self, touched: Touched, before: JSON, after: JSON) -> None:
        """Keep a change of the scope: its history is that of a Property (4.5.6, 4.18)."""
        if before == after:
            return
        instance = {"type": "Property", "value": after, "observedAt": self.stamp}
        if after is None:
            instance = tombstone("Property", scope=True)
        self.remember(touched, SCOPE, instance, -self.now_us)

    def _remember(self, touched: Touched, name: str, before: JSON, after: JSON) -> None:
        if type(after) is dict and not isinstance(before, list):  # nearly always
            if after is not before:
                self.remember(touched, name, after, -self.now_us)
            return
        held = [] if before is None else instances(before)
        now = instances(after)
        for instance in now:
            if not any(instance is one for one in held):  # a merge leaves what it keeps in place
                self.remember(touched, name, instance, -self.now_us)
        if len(held) == 1 and len(now) == 1:
            return  # nearly always
        kept = {one.get("datasetId") for one in now}
        for one in held:
            dataset = one.get("datasetId")
            if dataset not in kept:
                self.remember(touched, name, tombstone(one["type"], dataset), -self.now_us)

    def _write(self, touched: Touched) -> Change | None:
        """Write an entity's document and indexes where they changed; return its event."""
        before, after = touched.before, touched.document
        if not touched.is_changed:
            return None
        documents = self.tables.documents
        if after is None:
            return self._remove(touched)
        body = mark(after, _encode(after))
        is_transient = EXPIRES in body
        if touched.key is None:
            touched.key = documents.create(self._tenant, touched.entity, types_of(after), body)
        else:
            self._bodies.append((body, touched.key))
            if before is None or before["type"] != after["type"]:
                documents.retype(self._tenant, touched.key, types_of(after))
        if PLACE in touched.changed or (before and PLACE in before and PLACE not in after):
            self._locate(touched.key, after, is_new=before is None)
        if is_transient or touched.is_transient:
            self._expire(touched.key, after)
        if before is None:
            return Change(CREATED, touched.key, list(touched.changed))
        return Change(UPDATED, touched.key, {name: before.get(name) for name in touched.changed})


def ends_of(holder: JSON, opaque: frozenset[str] = frozenset()) -> Iterator[int]:
    """Yield every `expiresAt` of an entity, of its attributes and of theirs."""
    for name, value in holder.items():
        if name == "expiresAt":
            yield micros_of(value)
        elif name not in opaque and isinstance(value, (dict, list)):
            for one in instances(value):
                if isinstance(one, dict):
                    yield from ends_of(one, _VALUES)


def micros_of(stamp: str) -> int:
    """Return the microseconds since 1970 of an instant in a document."""
    return micros(datetime.fromisoformat(stamp))


def _without_name(document: Document) -> Document:
    return {name: value for name, value in document.items() if name not in ("id", "type")}


def bounds_of(document: Document) -> Bounds | None:
    """Return the box around all places of an entity, `None` where it has none."""
    boxes = [
        box_of(one["value"])
        for one in instances(document.get(PLACE, []))
        if one.get("type") == "GeoProperty"
    ]
    if not boxes:
        return None
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)
