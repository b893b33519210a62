"""What the hub holds: entity types, attributes, and who it is (CIM 009 6.25 to 6.28, 6.33)."""

from dataclasses import dataclass, field
from importlib.metadata import version

from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, Call, Response, plain, shown, shown_list
from dalgu.hub.context import Context
from dalgu.hub.document import attribute_names, instances, types_of
from dalgu.hub.errors import AttributeNameNotExisting, TypeNotExisting
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.hub.query.parse import flag

_DETAILS = frozenset(("details", "local"))


@dataclass(slots=True)
class Holding:
    """What the entities of a type, or the carriers of an attribute, have in common."""

    count: int = 0
    attributes: dict[str, set[str]] = field(default_factory=dict)  # name -> kinds


class Catalogue:
    """Types and attributes, counted anew when an entity has changed since."""

    def __init__(self) -> None:
        self._head = -1
        self._types: dict[str, Holding] = {}

    async def types(self, hub: Hub) -> dict[str, Holding]:
        """Return each entity type with its attributes."""
        head = await hub.head()
        if head != self._head:
            self._types = await _counted(hub)
            self._head = head
        return self._types


async def _counted(hub: Hub) -> dict[str, Holding]:
    counted: dict[str, Holding] = {}
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


async def types(hub: Hub, call: Call, catalogue: Catalogue) -> Response:
    """List the entity types (6.25)."""
    details = flag(call.parameters(_DETAILS), "details")
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    if not details:
        names = sorted(context.compact(name) for name in await hub.types())
        body = {"id": "urn:ngsi-ld:EntityTypeList:1", "type": "EntityTypeList", "typeList": names}
        return shown(body, media_type, context)
    held = await catalogue.types(hub)
    bodies = [
        {
            "id": name if ":" in name else f"urn:ngsi-ld:EntityType:{name}",
            "type": "EntityType",
            "typeName": context.compact(name),
            "attributeNames": sorted(map(context.compact, holding.attributes)),
        }
        for name, holding in sorted(held.items())
    ]
    return shown_list(bodies, media_type, context, [])


async def type_(hub: Hub, call: Call, catalogue: Catalogue) -> Response:
    """Describe one entity type (6.26)."""
    call.parameters(frozenset(("local",)))
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    name = context.expand(call.path[1])
    held = await catalogue.types(hub)
    if name not in held:
        raise TypeNotExisting(call.path[1])
    holding = held[name]
    body = {
        "id": name if ":" in name else f"urn:ngsi-ld:EntityTypeInfo:{name}",
        "type": "EntityTypeInfo",
        "typeName": context.compact(name),
        "entityCount": holding.count,
        "attributeDetails": [
            {
                "id": attribute if ":" in attribute else f"urn:ngsi-ld:Attribute:{attribute}",
                "type": "Attribute",
                "attributeName": context.compact(attribute),
                "attributeTypes": sorted(kinds),
            }
            for attribute, kinds in sorted(holding.attributes.items())
        ],
    }
    return shown(body, media_type, context)


async def attributes(hub: Hub, call: Call, catalogue: Catalogue) -> Response:
    """List the attributes (6.27)."""
    details = flag(call.parameters(_DETAILS), "details")
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    held = await catalogue.types(hub)
    names = sorted({name for holding in held.values() for name in holding.attributes})
    if details:
        bodies = [_described(name, held, context, details=False) for name in names]
        return shown_list(bodies, media_type, context, [])
    body = {
        "id": "urn:ngsi-ld:AttributeList:1",
        "type": "AttributeList",
        "attributeList": sorted(map(context.compact, names)),
    }
    return shown(body, media_type, context)


async def attribute(hub: Hub, call: Call, catalogue: Catalogue) -> Response:
    """Describe one attribute (6.28)."""
    call.parameters(frozenset(("local",)))
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    name = context.expand(call.path[1])
    held = await catalogue.types(hub)
    if not any(name in holding.attributes for holding in held.values()):
        raise AttributeNameNotExisting(call.path[1])
    return shown(_described(name, held, context, details=True), media_type, context)


def _described(name: str, held: dict[str, Holding], context: Context, *, details: bool) -> Document:
    carriers = {key: one for key, one in held.items() if name in one.attributes}
    body: Document = {
        "id": name if ":" in name else f"urn:ngsi-ld:Attribute:{name}",
        "type": "Attribute",
        "attributeName": context.compact(name),
        "typeNames": sorted(map(context.compact, carriers)),
    }
    if details:
        kinds = (kinds for one in carriers.values() for kinds in one.attributes[name])
        body["attributeTypes"] = sorted(set(kinds))
        body["attributeCount"] = sum(one.count for one in carriers.values())
    return body


async def software(call: Call) -> Response:
    """Say which release this is and which standard it speaks."""
    call.parameters(frozenset())
    return plain({"name": "Dalgu", "version": version("dalgu"), "ngsi-ld": "1.9.1"})
