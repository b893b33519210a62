"""Linked entity retrieval (CIM 009 4.5.23): the entities that relationships lead to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from dalgu.hub.errors import TooManyResults
from dalgu.hub.hub import Hub, Query
from dalgu.hub.merge import folded, instances
from dalgu.hub.model import JSON, Document
from dalgu.hub.query.q import linked_ids
from dalgu.hub.represent import Representation, represent

MAX_JOIN_LEVEL: Final = 10
MAX_LINKED: Final = 5_000  # entities that one answer may bring with it

Shown = tuple[Document, Representation]
Show = Callable[[str], Document | None]  # an entity as it stands in a relationship

_LINKS = frozenset(("Relationship", "ListRelationship"))


@dataclass(frozen=True, slots=True)
class Join:
    """How linked entities come: beside the others or within them, and over how many links."""

    flat: bool
    levels: int = 1
    contained_by: frozenset[str] = frozenset()  # ids that the client has already


async def join_entities(
    hub: Hub, documents: list[Document], how: Representation, join: Join
) -> list[Shown]:
    """Return the entities of an answer, each with how it is shown.

    Flat, the linked entities follow those that link to them. Inline, each stands in its
    relationship as `entity` (or `entityList`), represented already.
    """
    held, below = await _retrieve(hub, documents, how, join)
    if not join.flat:
        return [(_inlined(one, how, join, held, {one["id"]}), how) for one in documents]
    known = {one["id"] for one in documents}
    shown: list[Shown] = [(one, how) for one in documents]
    for entity, view in below:
        if entity not in known and entity in held:
            known.add(entity)
            shown.append((held[entity], view))
    return shown


async def _retrieve(
    hub: Hub, documents: list[Document], how: Representation, join: Join
) -> tuple[dict[str, Document], list[tuple[str, Representation]]]:
    """Return the entities within reach, and how each is first shown, nearest first."""
    held: dict[str, Document] = {one["id"]: one for one in documents}
    order: list[tuple[str, Representation]] = []
    frontier: list[Shown] = [(one, how) for one in documents]
    asked: set[str] = set(held)
    for _ in range(join.levels):
        found: dict[tuple[str, str], Representation] = {}
        for document, view in frontier:
            for name, entity in _links(document, view):
                if entity not in join.contained_by:
                    found.setdefault((entity, name), view.linked(name))
        wanted = tuple(dict.fromkeys(entity for entity, _ in found if entity not in asked))
        asked.update(wanted)
        if len(asked) > MAX_LINKED + len(documents):
            raise TooManyResults(f"An answer may bring at most {MAX_LINKED} linked entities.")
        if wanted:
            page = await hub.query(Query(ids=wanted, limit=len(wanted)))
            held.update((one["id"], one) for one in page.entities)
        order += [(entity, view) for (entity, _), view in found.items()]
        frontier = [(held[entity], view) for (entity, _), view in found.items() if entity in held]
    return held, order


def _links(document: Document, how: Representation) -> Iterator[tuple[str, str]]:
    for name, attribute in document.items():
        if isinstance(attribute, (dict, list)) and how.shows(name):
            yield from ((name, entity) for entity in linked_ids(document, name))


def _inlined(
    document: Document,
    how: Representation,
    join: Join,
    held: Mapping[str, Document],
    path: set[str],
) -> Document:
    """Return a copy in which relationships hold what they lead to; no entity holds itself."""
    if len(path) > join.levels:
        return document
    copy = dict(document)
    for name, attribute in document.items():
        if not isinstance(attribute, (dict, list)) or not how.shows(name):
            continue
        if not any(isinstance(one, dict) and one.get("type") in _LINKS for one in _all(attribute)):
            continue
        view = how.linked(name)

        def show(entity: str, view: Representation = view) -> Document | None:
            if entity not in held or entity in path or entity in join.contained_by:
                return None
            inner = _inlined(held[entity], view, join, held, path | {entity})
            return represent(inner, view)

        copy[name] = folded([_with_entities(one, show) for one in instances(attribute)])
    return copy


def _all(attribute: JSON) -> Iterable[JSON]:
    return attribute if isinstance(attribute, list) else [attribute]


def _with_entities(instance: Document, show: Show) -> Document:
    if instance.get("type") == "Relationship":
        several = instance["object"]
        if isinstance(several, str):
            found = show(several)
            return instance if found is None else {**instance, "entity": found}
        shown = [one for one in map(show, several) if one is not None]
        return {**instance, "entity": shown} if shown else instance
    if instance.get("type") == "ListRelationship":
        shown = [one for one in (show(item["object"]) for item in instance["objectList"]) if one]
        return {**instance, "entityList": shown} if shown else instance
    return instance
