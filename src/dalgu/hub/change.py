"""Every way to change an entity, as a value: the hub's one write operation takes these.

`apply_change` is pure; the hub reads the current document, calls it and writes what it returns,
all inside one transaction.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dalgu.hub.attribute import VALUE_MEMBER
from dalgu.hub.document import types_of
from dalgu.hub.errors import (
    AttributeNotExisting,
    DocumentInvalid,
    EntityAlreadyExists,
    EntityNotExisting,
)
from dalgu.hub.merge import (
    Mode,
    erases,
    folded,
    instances,
    merge_document,
    partial_update,
    skipped_names,
)
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.types import matches_types
from dalgu.hub.values import check_geometry
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId


class Action(StrEnum):
    """What is done to an entity, named after the operations of CIM 009 5.6."""

    CREATE = "create"  # 5.6.1; the entity must not exist
    UPSERT_UPDATE = "upsert-update"  # 5.6.8 options=update: create, or append to it
    UPSERT_REPLACE = "upsert-replace"  # 5.6.8: create, or replace it
    OBSERVE = "observe"  # create, or append what is not older
    MERGE = "merge"  # 5.6.17; from here on the entity must exist
    APPEND = "append"  # 5.6.3
    APPEND_NEW = "append-new"  # 5.6.3 noOverwrite
    UPDATE = "update"  # 5.6.2
    REPLACE = "replace"  # 5.6.18
    DELETE = "delete"  # 5.6.6
    UPDATE_ATTRIBUTE = "update-attribute"  # 5.6.4
    REPLACE_ATTRIBUTE = "replace-attribute"  # 5.6.19
    DELETE_ATTRIBUTE = "delete-attribute"  # 5.6.5


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one entity.

    `document` is a canonical document or fragment; for the three attribute actions it holds one
    attribute (for DELETE_ATTRIBUTE none), which `attribute` names. `dataset` picks the instance
    that DELETE_ATTRIBUTE takes away; `every_dataset` takes all.
    """

    action: Action
    entity: EntityId
    document: Document = field(default_factory=dict)
    attribute: str = ""
    dataset: str | None = None
    every_dataset: bool = False
    types: tuple[str, ...] = ()  # the change is for an entity of these only (a type selection)


@dataclass(frozen=True, slots=True)
class Applied:
    """What a change makes of an entity: the new document (None: it is gone) and what changed."""

    document: Document | None
    kind: str  # created, updated, deleted, unchanged
    changed: tuple[str, ...] = ()  # attributes whose content is not as before, deleted ones too
    skipped: tuple[str, ...] = ()  # attributes that the action's rule left out


_LAID: dict[Action, Mode] = {
    Action.UPSERT_UPDATE: Mode.APPEND,
    Action.UPSERT_REPLACE: Mode.REPLACE,
    Action.OBSERVE: Mode.OBSERVE,
    Action.MERGE: Mode.MERGE,
    Action.APPEND: Mode.APPEND,
    Action.APPEND_NEW: Mode.APPEND_NEW,
    Action.UPDATE: Mode.UPDATE,
    Action.REPLACE: Mode.REPLACE,
}
MEMBERS_AS_ATTRIBUTES = frozenset(("scope", "expiresAt"))  # DELETE_ATTRIBUTE takes these, too

_MAY_CREATE = frozenset(
    (Action.CREATE, Action.UPSERT_UPDATE, Action.UPSERT_REPLACE, Action.OBSERVE)
)


def apply_change(current: Document | None, change: Change, now: datetime) -> Applied:
    """Return what a change makes of the current document.

    Raises
    ------
    EntityAlreadyExists, EntityNotExisting, AttributeNotExisting
        When the entity or the attribute is not as the action needs it.
    DocumentInvalid
        When a partial update does not fit the attribute it updates.
    """
    if current is None:
        if change.action not in _MAY_CREATE:
            raise EntityNotExisting(change.entity)
        return _create(change, now)
    if change.action is Action.CREATE:
        raise EntityAlreadyExists(change.entity)
    if change.types and not matches_types(change.types, types_of(current)):
        raise EntityNotExisting(change.entity)
    if change.action is Action.DELETE:
        return Applied(None, "deleted")
    mode = _LAID.get(change.action)
    if mode is None:
        return _change_attribute(current, change, now)
    skipped = skipped_names(current, change.document, mode)
    new, changed = merge_document(current, change.document, now, mode)
    kind = "unchanged" if new is current else "updated"
    return Applied(new, kind, tuple(changed), tuple(skipped))


def _create(change: Change, now: datetime) -> Applied:
    if "type" not in change.document:
        raise DocumentInvalid("type", "is required for an entity.")
    new, changed = merge_document(None, {"id": change.entity, **change.document}, now)
    return Applied(new, "created", tuple(changed))


def _change_attribute(current: Document, change: Change, now: datetime) -> Applied:
    name = change.attribute
    if name not in current:
        raise AttributeNotExisting(change.entity, name)
    if name in MEMBERS_AS_ATTRIBUTES:
        new = {key: value for key, value in current.items() if key != name}
        return Applied(new | {"modifiedAt": iso(now)}, "updated")
    held = {one.get("datasetId"): one for one in instances(current[name])}
    if change.action is Action.DELETE_ATTRIBUTE:
        _delete_instance(held, change)
    else:
        for given in instances(change.document[name]):
            _change_instance(held, given, change, now)
    new = {key: value for key, value in current.items() if key != name}
    if held:
        new[name] = folded(list(held.values()))
    if new.get(name) == current[name]:
        return Applied(current, "unchanged")
    new["modifiedAt"] = iso(now)
    return Applied(new, "updated", (name,))


def _delete_instance(held: dict[str | None, Document], change: Change) -> None:
    if change.every_dataset:
        held.clear()
    elif change.dataset in held:
        del held[change.dataset]
    else:
        raise AttributeNotExisting(change.entity, change.attribute, change.dataset)


def _change_instance(
    held: dict[str | None, Document], given: JSON, change: Change, now: datetime
) -> None:
    name = change.attribute
    if isinstance(given, str):  # the null of a patch
        held.clear()
        return
    dataset = given.get("datasetId")
    before = held.get(dataset)
    if before is None:
        raise AttributeNotExisting(change.entity, name, dataset)
    if erases(given):
        del held[dataset]
        return
    if change.action is Action.UPDATE_ATTRIBUTE:
        _check_fits(name, before, given)
        held[dataset] = partial_update(before, given, now)
        return
    stamps = {"createdAt": before.get("createdAt", iso(now)), "modifiedAt": iso(now)}
    held[dataset] = {**given, **stamps}


def _check_fits(name: str, before: Document, given: Document) -> None:
    """Refuse a partial update that would leave an attribute of two kinds."""
    kind = before["type"]
    written = given.get("type")
    is_open = written == "Property" and kind == "GeoProperty"  # concise form cannot tell
    if written is not None and written != kind and not is_open:
        raise DocumentInvalid(name, f"is a {kind}; its kind cannot change to {written}.")
    others = set(VALUE_MEMBER.values()) - {VALUE_MEMBER[kind]}
    if not others.isdisjoint(given):
        raise DocumentInvalid(name, f"is a {kind} and must have its '{VALUE_MEMBER[kind]}'.")
    if kind == "GeoProperty" and "value" in given:
        check_geometry(name, given["value"])
