"""What a notification says of one entity: its state, what it was, and what is gone (5.8.6).

Pure functions over canonical documents; `represent` shows the result in any form.
"""

from dataclasses import dataclass, field
from typing import Final

from dalgu.hub.attribute import ERASED_MAP, VALUE_MEMBER
from dalgu.hub.merge import folded, instances
from dalgu.hub.model import Document
from dalgu.hub.values import NULL

PREVIOUS: Final = {
    "value": "previousValue",
    "object": "previousObject",
    "languageMap": "previousLanguageMap",
    "vocab": "previousVocab",
    "valueList": "previousValueList",
    "objectList": "previousObjectList",
    "json": "previousJson",
}
_STAMPS: Final = ("createdAt", "modifiedAt")
_NOT_ATTRIBUTES: Final = frozenset(("id", "type", "scope", "expiresAt", "deletedAt", *_STAMPS))


@dataclass(frozen=True, slots=True)
class Happening:
    """A change as subscriptions see it.

    `document` is the entity as it is now, of a deleted one as it was last; `before` tells what
    each changed attribute was, None where there was none.
    """

    kind: str  # created, updated, deleted; or due, when an interval has passed
    document: Document
    before: Document = field(default_factory=dict)
    at: str = ""

    def after(self, earlier: "Happening") -> "Happening":
        """Return both changes of one entity as one."""
        is_new = earlier.kind == "created" and self.kind == "updated"
        before = self.before | earlier.before
        return Happening("created" if is_new else self.kind, self.document, before, self.at)

    def triggers(self, name: str) -> frozenset[str]:
        """Return what happened to an attribute: created, updated, deleted; some at once."""
        held = {one.get("datasetId") for one in _several(self.before.get(name))}
        if self.kind == "deleted":
            return frozenset(("attributeDeleted",))
        now = {one.get("datasetId") for one in _several(self.document.get(name))}
        found = {"attributeDeleted"} if held - now else set()
        found |= {"attributeCreated"} if now - held else set()
        if now & held and self._is_updated(name):
            found.add("attributeUpdated")
        return frozenset(found)

    def _is_updated(self, name: str) -> bool:
        held = {one.get("datasetId"): one for one in _several(self.before.get(name))}
        return any(
            one.get("datasetId") in held and one != held[one.get("datasetId")]
            for one in _several(self.document.get(name))
        )


def notified(
    happening: Happening,
    *,
    show_changes: bool = False,
    sys_attrs: bool = False,
    gone: frozenset[str] | None = frozenset(),
) -> Document:
    """Return the document that a notification shows.

    Parameters
    ----------
    happening
        What happened.
    show_changes
        Whether the previous values are told.
    sys_attrs
        Whether the instants of deletion are told.
    gone
        Of a deleted entity, which attributes are named as deleted; None means all.

    Examples
    --------
    >>> room = {"id": "urn:x:1", "type": "Room"}
    >>> heat = {"type": "Property", "value": 21}
    >>> notified(Happening("updated", room, {"heat": heat}))["heat"]
    {'type': 'Property', 'value': 'urn:ngsi-ld:null'}

    """
    document, before = happening.document, happening.before
    at = happening.at if sys_attrs else None
    if happening.kind == "deleted":
        kept = ("id", "type", *_STAMPS)
        shown: Document = {name: document[name] for name in kept if name in document}
        shown["deletedAt"] = happening.at
        for name, attribute in document.items():
            if name not in _NOT_ATTRIBUTES and (gone is None or name in gone):
                shown[name] = _erased(instances(attribute), at, show=show_changes)
        return shown
    shown = dict(document)
    for name, previous in before.items():
        if previous is not None and name not in _NOT_ATTRIBUTES:
            shown[name] = _with_previous(document.get(name), previous, at, show=show_changes)
    return shown


def _several(attribute: object) -> list[Document]:
    return [] if attribute is None else instances(attribute)


def _with_previous(
    attribute: object, previous: object, at: str | None, *, show: bool
) -> Document | list[Document]:
    now = _several(attribute)
    if not now:
        return _erased(instances(previous), at, show=show)
    held = {one.get("datasetId"): one for one in instances(previous)}
    shown = [_updated(one, held.pop(one.get("datasetId"), None), show=show) for one in now]
    shown += [_null(one, at, show=show) for one in held.values()]
    made: Document | list[Document] = folded(shown)
    return made


def _updated(instance: Document, previous: Document | None, *, show: bool) -> Document:
    if not show or previous is None:
        return instance
    member = VALUE_MEMBER[previous["type"]]
    if instance.get(member) == previous[member]:
        return instance
    return instance | {PREVIOUS[member]: previous[member]}


def _erased(several: list[Document], at: str | None, *, show: bool) -> Document | list[Document]:
    """Return an attribute that went with all its instances; one null stands for them all."""
    if show or at is not None or len(several) == 1:
        made: Document | list[Document] = folded([_null(one, at, show=show) for one in several])
        return made
    return {key: value for key, value in _null(several[0], None).items() if key != "datasetId"}


def _null(instance: Document, at: str | None, *, show: bool = False) -> Document:
    member = VALUE_MEMBER[instance["type"]]
    made: Document = {"type": instance["type"]}
    made[member] = dict(ERASED_MAP) if member == "languageMap" else NULL
    if "datasetId" in instance:
        made["datasetId"] = instance["datasetId"]
    if at is not None:
        made |= {name: instance[name] for name in _STAMPS if name in instance}
        made["deletedAt"] = at
    if show:
        made[PREVIOUS[member]] = instance[member]
    return made
