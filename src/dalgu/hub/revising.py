"""Changes of the past (CIM 009 5.6.13 to 5.6.15), with the state that stands on it.

State and history are one entity: where the newest instance of an attribute goes or changes, the
state becomes the one that is newest then.
"""

import msgspec

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.change import Applied
from dalgu.hub.document import instances
from dalgu.hub.errors import (
    AttributeNotExisting,
    DocumentInvalid,
    EntityNotExisting,
    InstanceNotExisting,
)
from dalgu.hub.hub import Revision
from dalgu.hub.merge import folded, partial_update
from dalgu.hub.model import Document
from dalgu.hub.past import (
    instance_id,
    instance_of,
    is_tombstone,
    place_of,
    series_name,
    template,
    value_of,
)
from dalgu.hub.writing import Touched, Writing, micros_of
from dalgu.kernel.clock import iso
from dalgu.store.instants import instant
from dalgu.store.series import Instance


def revise(writing: Writing, revision: Revision) -> None:
    """Change the past of one entity."""
    touched = writing.touch(revision.entity)
    if touched.key is None:
        raise EntityNotExisting(revision.entity)
    found = _series(writing, touched, revision)
    if not found:
        is_known = touched.document is not None or writing.tables.series.attributes(touched.key)
        if not is_known:
            raise EntityNotExisting(revision.entity)
        raise AttributeNotExisting(revision.entity, revision.attribute, revision.dataset)
    if revision.instance is None:
        for dataset, series in found:
            writing.tables.series.remove(touched.key, series)
            _settle(writing, touched, revision.attribute, dataset, series)
    else:
        _revise_instance(writing, touched, revision, found)
    writing.finish()


def _series(writing: Writing, touched: Touched, revision: Revision) -> list[tuple[str | None, int]]:
    """Return dataset and series of an attribute that a revision speaks of."""
    tables, key = writing.tables, touched.key
    wanted = None if revision.dataset == "@none" else revision.dataset
    found = []
    for text in tables.series.attributes(key or 0):
        dataset, _, name = text.partition("\n")
        is_meant = revision.every_dataset or revision.instance or (dataset or None) == wanted
        series = tables.names.find(text)
        if name == revision.attribute and is_meant and series is not None:
            found.append((dataset or None, series))
    return found


def _revise_instance(
    writing: Writing, touched: Touched, revision: Revision, found: list[tuple[str | None, int]]
) -> None:
    wanted = str(revision.instance)
    key = touched.key or 0
    for dataset, series in found:
        row = _row(writing, key, series, wanted)
        if row is None:
            continue
        writing.tables.series.take(key, series, row.at_us, row.n)
        moved = series
        if revision.patch is not None:
            moved = _put_back(writing, key, revision, row, series)
        _settle(writing, touched, revision.attribute, dataset, series)
        if moved != series:
            _settle(writing, touched, revision.attribute, revision.patch["datasetId"], moved)  # type: ignore[index]
        return
    raise InstanceNotExisting(revision.entity, revision.attribute, wanted)


def _row(writing: Writing, key: int, series: int, wanted: str) -> Instance | None:
    """Find an instance by its id: where the id says, or, was it moved, by the id it kept."""
    place = place_of(wanted)
    at = writing.tables.series
    if place is not None and place[2] == series:
        for row in at.newest(key, series, place[0], place[0] + 1):
            if row.n == place[1] and instance_id(row, series, instance_of(row)) == wanted:
                return row
    sign = msgspec.json.encode(wanted)
    return next((row for row in at.newest(key, series) if sign in row.rest), None)


def _put_back(writing: Writing, key: int, revision: Revision, row: Instance, series: int) -> int:
    """Keep a patched instance under the id it had; return the series it lies in now."""
    before = instance_of(row)
    given = revision.patch or {}
    kind = given.get("type", before["type"])
    if kind != before["type"]:
        raise DocumentInvalid(revision.attribute, f"is a {before['type']}, not a {kind}.")
    after = partial_update(before, given, writing.now)
    after["createdAt"] = before.get("createdAt", iso(instant(row.stored_us)))
    after["instanceId"] = instance_id(row, series, before)
    after.pop("modifiedAt", None)
    at_us = micros_of(after["observedAt"]) if "observedAt" in after else row.at_us
    names = writing.tables.names
    moved = names.intern(series_name(revision.attribute, after.get("datasetId")))
    value = value_of(revision.attribute, after[VALUE_MEMBER[after["type"]]])
    rest = template(after, keep=("createdAt",))
    writing.tables.series.put((key, moved, at_us, value, rest, -writing.now_us))
    return moved


def _settle(
    writing: Writing, touched: Touched, attribute: str, dataset: str | None, series: int
) -> None:
    """Let the state of one attribute follow the newest instance that is left."""
    document = touched.document
    if document is None:
        return
    held = {one.get("datasetId"): one for one in _held(document, attribute)}
    newest = next(writing.tables.series.newest(touched.key or 0, series), None)
    if newest is None or is_tombstone(newest):
        held.pop(dataset, None)
    else:
        left = instance_of(newest)
        left.pop("instanceId", None)
        stamps = {"createdAt": held.get(dataset, {}).get("createdAt", writing.stamp)}
        held[dataset] = left | stamps | {"modifiedAt": writing.stamp}
    after = {name: value for name, value in document.items() if name != attribute}
    if held:
        after[attribute] = folded(list(held.values()))
    after["modifiedAt"] = writing.stamp
    writing.lay(touched, Applied(after, "updated", (attribute,)), remember=False)


def _held(document: Document, attribute: str) -> list[Document]:
    return instances(document[attribute]) if attribute in document else []
