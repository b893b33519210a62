"""Reads from the hub what hangs on what, and what is needed of things: place, name, dong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dalgu.center.alarms.rules import Relation
from dalgu.center.alarms.signals import place_of
from dalgu.center.alarms.topology import Link, Topology
from dalgu.center.documents import instance, value
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import Document
from dalgu.kernel.geo import Position
from dalgu.kernel.ids import entity_id

PAGE = 500  # entities asked for at once
KNOWN_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Thing:
    """What is known of a thing beside its alerts."""

    place: Position | None = None
    dong: str | None = None
    name_ko: str = ""
    name_en: str = ""


NOBODY = Thing()


class Reader:
    """Tells a topology what the hub knows."""

    def __init__(self, hub: Hub, relations: Iterable[Relation], topology: Topology) -> None:
        self._hub = hub
        self._topology = topology
        self._by_type: dict[str, list[Relation]] = {}
        for relation in relations:
            for kind in relation.types:
                self._by_type.setdefault(kind, []).append(relation)
        self._things: dict[str, Thing] = {}

    async def read_all(self) -> None:
        """Read the relations of everything that has some."""
        held = await self._hub.types()
        for kind in self._by_type.keys() & held.keys():
            async for document in self._hub.every(kind):
                self._tell(document)

    async def learn(self, things: Iterable[str]) -> None:
        """Read things that nobody has asked about, and what they depend on."""
        wanted = [thing for thing in dict.fromkeys(things) if thing not in self._things]
        while wanted:
            found = await documents(self._hub, wanted)
            self._things |= dict.fromkeys(wanted, NOBODY)
            for document in found:
                self._tell(document)
                self._things[document["id"]] = _thing(document)
            above = [parent for one in wanted for _, parent in self._topology.ancestors(one)]
            wanted = [one for one in dict.fromkeys(above) if one not in self._things]
        while len(self._things) > KNOWN_MOST:
            del self._things[next(iter(self._things))]

    def thing(self, thing: str) -> Thing:
        """Return what was learnt of a thing."""
        return self._things.get(thing, NOBODY)

    def _tell(self, document: Document) -> None:
        links = tuple(self._links(document))
        if links or self._topology.knows(document["id"]):
            self._topology.tell(document["id"], links)

    def _links(self, document: Document) -> Iterator[Link]:
        for relation in self._by_type.get(_type(document), ()):
            named = value(document, relation.attribute)
            for one in named if isinstance(named, list) else [named]:
                if isinstance(one, str) and one:
                    yield relation.name, _parent(relation, one)


async def documents(hub: Hub, ids: Iterable[str]) -> list[Document]:
    """Return the entities that there are of some ids."""
    wanted = [one for one in dict.fromkeys(ids) if one.startswith("urn:")]
    found: list[Document] = []
    for start in range(0, len(wanted), PAGE):
        some = tuple(wanted[start : start + PAGE])
        found += (await hub.query(Query(ids=some, limit=PAGE))).entities
    return found


def _parent(relation: Relation, named: str) -> str:
    is_id = relation.into is None or named.startswith("urn:")
    return named if is_id else entity_id(str(relation.into), named)


def _type(document: Document) -> str:
    kind = document["type"]
    return str(kind[0] if isinstance(kind, list) else kind)


def _thing(document: Document) -> Thing:
    names = (instance(document, "name") or {}).get("languageMap", {})
    district = value(document, "district")
    return Thing(
        place=place_of(document),
        dong=district if isinstance(district, str) else None,
        name_ko=str(names.get("ko", "")),
        name_en=str(names.get("en", "")),
    )
