"""What a change makes of an entity: pure functions from one canonical document to the next."""

from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import msgspec

from dalgu.hub.attribute import MEMBERS, VALUE_MEMBER
from dalgu.hub.model import JSON, Document
from dalgu.hub.plain import is_plain, replaced
from dalgu.hub.values import NULL
from dalgu.kernel.clock import iso

_FIXED = frozenset(
    ("id", "type", "scope", "expiresAt", "createdAt", "modifiedAt", "deletedAt", "@context")
)
_STAMPS = ("createdAt", "modifiedAt")
_iso = lru_cache(maxsize=16)(iso)  # all changes of one transaction have one instant
_SORTED = msgspec.json.Encoder(order="deterministic")


class Mode(StrEnum):
    """How a document is laid over the one the hub holds."""

    MERGE = "merge"  # 5.6.17: merge patch, down to the members of values
    APPEND = "append"  # 5.6.3: instances are added or replaced
    APPEND_NEW = "append-new"  # 5.6.3 with noOverwrite: instances are added only
    UPDATE = "update"  # 5.6.2: as APPEND, and a scope replaces one that exists only
    REPLACE = "replace"  # 5.6.18: what is not in the document goes
    OBSERVE = "observe"  # as APPEND, where the new observedAt is not older


_REPLACING = frozenset((Mode.APPEND, Mode.UPDATE, Mode.REPLACE))  # an instance goes for another


def instances(attribute: JSON) -> list[Document]:
    """Return the instances of an attribute, however many it has.

    >>> instances({"type": "Property", "value": 1})
    [{'type': 'Property', 'value': 1}]
    """
    return attribute if isinstance(attribute, list) else [attribute]


def folded(several: list[Document]) -> JSON:
    """Return instances as a document holds them: one as itself, several as a list."""
    return several[0] if len(several) == 1 else several


def merge_document(
    current: Document | None, patch: Document, now: datetime, mode: Mode = Mode.MERGE
) -> tuple[Document, list[str]]:
    """Lay a canonical document or fragment over the current one.

    Parameters
    ----------
    current
        The document the hub holds, or None when there is none. It is not changed.
    patch
        A canonical document; it need not hold `id` and `type` where `current` does.
    now
        The instant that becomes createdAt and modifiedAt.
    mode
        How the two are laid over each other.

    Returns
    -------
    document, changed
        The new document and the names of the attributes whose content is not as before. When
        nothing changes, the document equals the current one, modifiedAt included.

    Examples
    --------
    >>> from datetime import UTC
    >>> new, changed = merge_document(
    ...     {"id": "urn:x:1", "type": "A", "speed": {"type": "Property", "value": 1}},
    ...     {"speed": {"type": "Property", "value": 2}}, datetime(2026, 1, 1, tzinfo=UTC))
    >>> new["speed"]["value"], changed
    (2, ['speed'])

    """
    stamp = _iso(now)
    if current is None:
        return _created(patch, stamp)
    new = dict(current)
    changed = _lay_attributes(new, patch, mode, stamp)
    if mode is Mode.REPLACE:
        gone = [name for name in current if name not in _FIXED and name not in patch]
        for name in gone:
            del new[name]
        changed += gone
    members_changed = _lay_members(new, current, patch, mode)
    if changed or members_changed:
        new["modifiedAt"] = stamp
        return new, changed
    return current, []


def _lay_attributes(new: Document, patch: Document, mode: Mode, stamp: str) -> list[str]:
    """Lay the attributes of a patch over a document; return the names of those that changed."""
    changed: list[str] = []
    is_replacing = mode in _REPLACING
    for name, attribute in patch.items():
        if name in _FIXED:
            continue
        held = new.get(name)
        laid = replaced(held, attribute, stamp) if is_replacing else None
        if laid is None:
            _lay_attribute(new, name, attribute, mode, stamp)
            if not _is_kept(held, new.get(name)):
                changed.append(name)
        elif laid is not held:
            new[name] = laid
            changed.append(name)
    return changed


def skipped_names(current: Document, patch: Document, mode: Mode) -> list[str]:
    """Return the names of a fragment that the mode leaves out, at least for one instance."""
    if mode is Mode.UPDATE:
        return ["scope"] if "scope" in patch and "scope" not in current else []
    if mode is not Mode.APPEND_NEW:
        return []
    return [
        name
        for name, attribute in patch.items()
        if name not in _FIXED
        and any(_holds(current.get(name), one) for one in instances(attribute))
    ]


def _holds(attribute: JSON, instance: JSON) -> bool:
    if attribute is None:
        return False
    if instance == NULL:
        return True
    dataset = instance.get("datasetId")
    return any(held.get("datasetId") == dataset for held in instances(attribute))


def _created(document: Document, stamp: str) -> tuple[Document, list[str]]:
    new: Document = {
        name: document[name]
        for name in ("id", "type", "scope", "expiresAt")
        if name in document and document[name] != NULL
    } | {"createdAt": stamp, "modifiedAt": stamp}
    changed: list[str] = []
    for name, attribute in document.items():
        if name in _FIXED:
            continue
        if type(attribute) is dict and is_plain(attribute):  # nearly every attribute
            new[name] = {**attribute, "createdAt": stamp, "modifiedAt": stamp}
            changed.append(name)
            continue
        made = [
            {**_without_nulls(one), "createdAt": stamp, "modifiedAt": stamp}
            for one in _alive(attribute)
        ]
        if made:
            new[name] = made[0] if len(made) == 1 else made
            changed.append(name)
    return new, changed


def _alive(attribute: JSON) -> list[Document]:
    if attribute == NULL:
        return []
    return [one for one in instances(attribute) if not erases(one)]


def erases(instance: Document) -> bool:
    """Whether the instance's value is the null of a patch."""
    if "value" in instance:
        return bool(instance["value"] == NULL)
    member = VALUE_MEMBER.get(instance.get("type", "Property"), "value")
    value = instance.get(member)
    return value == NULL or (member == "languageMap" and value == {"@none": NULL})


_MAY_CHANGE = frozenset(("scope", "expiresAt"))


def _lay_members(new: Document, current: Document, patch: Document, mode: Mode) -> bool:
    if mode is Mode.REPLACE:
        if "type" in patch:
            new["type"] = patch["type"]
        for name in ("scope", "expiresAt"):
            _set_member(new, name, patch.get(name, NULL))
    else:
        if patch.get("type", current["type"]) == current["type"] and _MAY_CHANGE.isdisjoint(patch):
            return False  # nearly every patch
        if "type" in patch and patch["type"] != current["type"]:
            joined = list(dict.fromkeys([*_listed(current["type"]), *_listed(patch["type"])]))
            new["type"] = joined[0] if len(joined) == 1 else joined
        if "scope" in patch and (mode is not Mode.UPDATE or "scope" in current):
            held = _listed(current.get("scope", [])) if mode is Mode.APPEND_NEW else []
            joined = list(dict.fromkeys([*held, *_listed(patch["scope"])]))
            _set_member(new, "scope", joined if held else patch["scope"])
        if "expiresAt" in patch:
            _set_member(new, "expiresAt", patch["expiresAt"])
    return any(new.get(name) != current.get(name) for name in ("type", "scope", "expiresAt"))


def _set_member(new: Document, name: str, value: JSON) -> None:
    if value == NULL:
        new.pop(name, None)
    else:
        new[name] = value


def _listed(names: JSON) -> list[str]:
    return names if isinstance(names, list) else [names]


def _lay_attribute(new: Document, name: str, attribute: JSON, mode: Mode, stamp: str) -> None:
    if attribute == NULL:
        new.pop(name, None)
        return
    before = new.get(name)
    if _are_one(before, attribute):
        result = _lay_instance(before, attribute, mode, stamp)
        if result is None:
            del new[name]
        else:
            new[name] = result
        return
    held = [] if before is None else instances(before)
    by_dataset = {one.get("datasetId"): one for one in held}
    kept = {} if mode is Mode.REPLACE else dict(by_dataset)
    for one in instances(attribute):
        dataset = one.get("datasetId")
        result = _lay_instance(by_dataset.get(dataset), one, mode, stamp)
        if result is None:
            kept.pop(dataset, None)
        else:
            kept[dataset] = result
    if kept:
        new[name] = folded(list(kept.values()))
    else:
        new.pop(name, None)


def _are_one(before: JSON, attribute: JSON) -> bool:
    """Whether both are a single instance of one dataset, as nearly all attributes are."""
    if not isinstance(before, dict) or not isinstance(attribute, dict):
        return False
    return bool(before.get("datasetId") == attribute.get("datasetId"))


def _lay_instance(
    held: Document | None, given: Document, mode: Mode, stamp: str
) -> Document | None:
    if held is None:
        if erases(given):
            return None
        return _stamped(_without_nulls(given), None, stamp)
    if mode is Mode.APPEND_NEW or (mode is Mode.OBSERVE and _is_older(given, held)):
        return held
    if erases(given):
        return None
    if mode is Mode.MERGE:
        return _merged_instance(held, given, stamp)
    return _stamped(_without_nulls(given), held, stamp)


def _is_older(given: Document, held: Document) -> bool:
    before, after = given.get("observedAt"), held.get("observedAt")
    if before is None or after is None:
        return False
    return datetime.fromisoformat(before) < datetime.fromisoformat(after)


def _stamped(instance: Document, held: Document | None, stamp: str) -> Document:
    if held is not None and _same(instance, held):
        return held
    created = stamp if held is None else held.get("createdAt", stamp)
    return {**instance, "createdAt": created, "modifiedAt": stamp}


def _merged_instance(held: Document, given: Document, stamp: str) -> Document:
    if given.get("type", held["type"]) != held["type"]:
        return _stamped(_without_nulls(given), held, stamp)
    merged = dict(held)
    for key, value in given.items():
        if value == NULL:
            merged.pop(key, None)
        elif key == "json":  # opaque by definition (4.5.24): replaced, not merged
            merged[key] = value
        elif key in MEMBERS:
            merged[key] = merge_value(held.get(key), value)
        else:
            _lay_attribute(merged, key, value, Mode.MERGE, stamp)
    if not merged.keys() <= MEMBERS:
        merged = _without_stamps_below(merged)
    return _stamped(_bare(merged), held, stamp)


def partial_update(held: Document, given: Document, now: datetime) -> Document:
    """Return an instance with the members of another laid over it (5.6.4), one level deep."""
    updated = {key: value for key, value in held.items() if key not in _STAMPS}
    for key, value in given.items():
        if value == NULL:
            updated.pop(key, None)
        elif key != "type":  # the concise form cannot tell a GeoProperty from a Property
            updated[key] = value
    return _stamped(_without_nulls(updated), held, iso(now))


def merge_value(held: JSON, given: JSON) -> JSON:
    """Return a value with a patch laid over it (RFC 7396, with NGSI-LD's null).

    >>> merge_value({"a": 1, "b": 2}, {"b": "urn:ngsi-ld:null", "c": 3})
    {'a': 1, 'c': 3}
    """
    if not isinstance(given, dict) or "coordinates" in given:
        return given
    merged = dict(held) if isinstance(held, dict) else {}
    for key, value in given.items():
        if value == NULL:
            merged.pop(key, None)
        else:
            merged[key] = merge_value(merged.get(key), value)
    return merged


def _without_nulls(instance: Document) -> Document:
    """Leave out what a patch would delete: there is nothing to delete in a new instance."""
    if is_plain(instance):
        return instance
    clean: Document = {}
    for key, value in instance.items():
        if value == NULL:
            continue
        if key in MEMBERS:
            merges = isinstance(value, dict) and key != "json"
            clean[key] = merge_value(None, value) if merges else value
            continue
        alive = [_without_nulls(one) for one in _alive(value)]
        if alive:
            clean[key] = folded(alive)
    return clean


def _without_stamps_below(instance: Document) -> Document:
    """Leave out the stamps of sub-attributes: the hub keeps them for attributes only."""
    clean: Document = {}
    for key, value in instance.items():
        if key in MEMBERS:
            clean[key] = value
        else:
            clean[key] = folded(
                [
                    {k: v for k, v in _without_stamps_below(one).items() if k not in _STAMPS}
                    for one in instances(value)
                ]
            )
    return clean


def _is_kept(before: JSON, after: JSON) -> bool:
    """Whether laying a patch left an attribute's instances in place (`_stamped` keeps equals)."""
    if before is after:
        return True
    if not isinstance(before, list) or not isinstance(after, list) or len(before) != len(after):
        return False
    return all(one is other for one, other in zip(before, after, strict=True))


def _same(one: Document, other: Document) -> bool:
    """Whether two instances hold the same but for their stamps."""
    if one is other:
        return True
    for key, value in one.items():
        if key not in _STAMPS and (key not in other or other[key] != value):
            return False  # the usual end: a new value
    left, right = _bare(one), _bare(other)
    # Python holds True and 1 for equal, JSON does not.
    return left == right and _SORTED.encode(left) == _SORTED.encode(right)


def _bare(instance: Document) -> Document:
    bare = instance.copy()
    bare.pop("createdAt", None)
    bare.pop("modifiedAt", None)
    return bare
