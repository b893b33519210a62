"""What the entities of a type have in common: the catalogue behind 5.7.5 to 5.7.10 of CIM 009."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dalgu.hub.document import attribute_names, instances, types_of
from dalgu.hub.hub import Hub


@dataclass(slots=True)
class Holding:
    """What the entities of a type, or the carriers of an attribute, have in common."""

    count: int = 0
    attributes: dict[str, set[str]] = field(default_factory=dict)  # name -> kinds


Holdings = dict[str, Holding]
"""By type; under "" stands what is known of no type."""


class Catalogue:
    """Types and attributes, counted anew when an entity has changed since."""

    def __init__(self) -> None:
        self._head = -1
        self._types: Holdings = {}

    async def types(self, hub: Hub) -> Holdings:
        """Return each entity type with its attributes."""
        head = await hub.head()
        if head != self._head:
            self._types = await _counted(hub)
            self._head = head
        return self._types


async def _counted(hub: Hub) -> Holdings:
    counted: Holdings = {}
    for name in await hub.types():
        holding = counted[name] = Holding()
        async for document in hub.every(name):
            if name not in types_of(document):
                continue
            holding.count += 1
            for attribute in attribute_names(document):
                kinds = holding.attributes.setdefault(attribute, set())
                kinds.update(one["type"] for one in instances(document[attribute]))
    return counted


def joined(several: Iterable[Holdings]) -> Holdings:
    """Return what several hubs hold as one: an entity that two hold a part of counts twice.

    >>> joined([{"Room": Holding(2)}, {"Room": Holding(1, {"heat": {"Property"}})}])
    {'Room': Holding(count=3, attributes={'heat': {'Property'}})}
    """
    whole: Holdings = {}
    for one in several:
        for name, given in one.items():
            held = whole.setdefault(name, Holding())
            held.count += given.count
            for attribute, kinds in given.attributes.items():
                held.attributes[attribute] = held.attributes.get(attribute, set()) | kinds
    return whole
