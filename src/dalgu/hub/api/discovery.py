"""What the hub holds: entity types, attributes, and who it is (CIM 009 6.25 to 6.28, 6.33)."""

from collections.abc import Iterable
from importlib.metadata import version
from typing import Protocol

from dalgu.hub.api.exchange import JSON_TYPE, LD_TYPE, Call, Response, plain, shown, shown_list
from dalgu.hub.context import Context
from dalgu.hub.errors import AttributeNameNotExisting, TypeNotExisting
from dalgu.hub.federation.discovering import (
    ATTRIBUTE,
    ATTRIBUTE_LIST,
    ATTRIBUTES,
    TYPE,
    TYPE_LIST,
    TYPES,
    Question,
)
from dalgu.hub.federation.sharing import SharedHub
from dalgu.hub.holding import Catalogue, Holding, Holdings, joined
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.hub.query.parse import flag

_DETAILS = frozenset(("details", "local"))


class Held(Protocol):
    """Tells what is held of what a request asks for, here and at the sources it is shared with."""

    async def names(self) -> Iterable[str]:
        """Return the types."""
        ...

    async def holdings(self, question: Question, name: str = "") -> Holdings:
        """Return what a question asks for; `name` is that of one type or attribute."""
        ...


class HeldHere:
    """What this hub alone holds."""

    def __init__(self, hub: Hub, catalogue: Catalogue) -> None:
        self._hub = hub
        self._catalogue = catalogue

    async def names(self) -> Iterable[str]:
        """Return the types."""
        return await self._hub.types()

    async def holdings(self, question: Question, name: str = "") -> Holdings:
        """Return all that is held."""
        return await self._catalogue.types(self._hub)


class HeldTogether:
    """What this hub and the sources hold."""

    def __init__(self, here: HeldHere, sources: SharedHub) -> None:
        self._here = here
        self._sources = sources

    async def names(self) -> Iterable[str]:
        """Return the types."""
        found = await self._sources.holdings(TYPE_LIST)
        return dict.fromkeys([*await self._here.names(), *(name for one in found for name in one)])

    async def holdings(self, question: Question, name: str = "") -> Holdings:
        """Return what a question asks for."""
        here = await self._here.holdings(question, name)
        return joined([here, *await self._sources.holdings(question, name)])


def held_by(hub: Hub, catalogue: Catalogue) -> Held:
    """Return what tells what is held, by this hub or by all."""
    here = HeldHere(hub, catalogue)
    if isinstance(hub, SharedHub) and not hub.is_local:
        return HeldTogether(here, hub)
    return here


async def types(known: Held, call: Call) -> Response:
    """List the entity types (6.25)."""
    details = flag(call.parameters(_DETAILS), "details")
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    if not details:
        names = sorted(context.compact(name) for name in await known.names())
        body = {"id": "urn:ngsi-ld:EntityTypeList:1", "type": "EntityTypeList", "typeList": names}
        return shown(body, media_type, context)
    held = await known.holdings(TYPES)
    bodies = [
        {
            "id": name if ":" in name else f"urn:ngsi-ld:EntityType:{name}",
            "type": "EntityType",
            "typeName": context.compact(name),
            "attributeNames": sorted(map(context.compact, holding.attributes)),
        }
        for name, holding in sorted(held.items())
        if name
    ]
    return shown_list(bodies, media_type, context, [])


async def type_(known: Held, call: Call) -> Response:
    """Describe one entity type (6.26)."""
    call.parameters(frozenset(("local",)))
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    name = context.expand(call.path[1])
    held = await known.holdings(TYPE, name)
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


async def attributes(known: Held, call: Call) -> Response:
    """List the attributes (6.27)."""
    details = flag(call.parameters(_DETAILS), "details")
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    held = await known.holdings(ATTRIBUTES if details else ATTRIBUTE_LIST)
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


async def attribute(known: Held, call: Call) -> Response:
    """Describe one attribute (6.28)."""
    call.parameters(frozenset(("local",)))
    media_type, context = call.media_type(JSON_TYPE, LD_TYPE), call.context()
    name = context.expand(call.path[1])
    held = await known.holdings(ATTRIBUTE, name)
    if not any(name in holding.attributes for holding in held.values()):
        raise AttributeNameNotExisting(call.path[1])
    return shown(_described(name, held, context, details=True), media_type, context)


def _described(name: str, held: dict[str, Holding], context: Context, *, details: bool) -> Document:
    carriers = {key: one for key, one in held.items() if name in one.attributes}
    body: Document = {
        "id": name if ":" in name else f"urn:ngsi-ld:Attribute:{name}",
        "type": "Attribute",
        "attributeName": context.compact(name),
        "typeNames": sorted(context.compact(one) for one in carriers if one),
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
