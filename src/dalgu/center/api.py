"""What pages ask for after they are drawn: layers, the search, a thing in brief."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, allow, may
from dalgu.center import brief, care, drawn, layers, search
from dalgu.center.context import Center
from dalgu.center.documents import value
from dalgu.center.kept import Kept
from dalgu.cities.places import dong_at
from dalgu.hub.model import Document
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language
from dalgu.web.answer import asked_language, json_answer
from dalgu.web.frame import actor_of

LAYER_FRESH_S = 2.0
PIPES_FRESH_S = 600.0
INDEX_FRESH_S = 60.0
CARE_PURPOSE = "map"
VEHICLES = "vehicles"  # come by the stream alone
PANEL = (
    "incidents",
    "warnings",
    "traffic",
    VEHICLES,
    "parking",
    "water",
    "network",
    "gateways",
    "cameras",
    "care",
)


class LayerNotExisting(NotExisting):
    """The map has no such layer."""

    slug = "layer-not-existing"

    def __init__(self, name: str) -> None:
        known = ", ".join((*layers.LAYERS, *layers.DRAWN))
        super().__init__(f"Layer '{name[:40]}' does not exist; the map has {known}.")


def routes(center: Center) -> list[BaseRoute]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    public, page = Operation.PUBLIC_READ, Operation.PAGE_READ
    return [
        Route("/map/things/{entity:path}", doors.thing, name=public),
        Route("/map/{layer}.geojson", doors.layer, name=public),
        Route("/search", doors.search, name=page),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.kept = Kept()

    async def layer(self, request: Request) -> Response:
        """Answer a layer as GeoJSON."""
        name, language = request.path_params["layer"], asked_language(request)
        allow_layer(actor_of(request), name)
        if name in layers.DRAWN:
            found = await self._drawn(name, actor_of(request), language)
            body = msgspec.json.encode({"type": "FeatureCollection", "features": found})
        else:
            body = await self.kept.get(
                ("layer", name, language), LAYER_FRESH_S, lambda: self._collection(name, language)
            )
        return geojson(body)

    async def _collection(self, name: str, language: Language) -> bytes:
        layer, now = layers.LAYERS[name], self.center.clock.now()
        documents = [
            one for kind in layer.types async for one in self.center.hub.every(kind, q=layer.q)
        ]
        features = (layers.feature(layer, one, language, now) for one in documents)
        found = [one for one in features if one is not None]
        return msgspec.json.encode({"type": "FeatureCollection", "features": found})

    async def _drawn(self, name: str, actor: Actor, language: Language) -> list[Document]:
        hub, rooms, now = self.center.hub, self.center.rooms, self.center.clock.now()
        if name == "incidents":
            places = await rooms.replay.places()
            open_ones = rooms.incidents.open_ones()
            return list(drawn.incident_features(open_ones, places, actor, language))
        if name == "warnings":
            return drawn.warning_features(rooms.warnings, language)
        if name == "care":
            return await homes(self.center, actor, now, language)
        read: dict[str, Callable[[], Awaitable[list[Document]]]] = {
            "network": lambda: drawn.pipe_features(hub),
            "reach": lambda: drawn.reach_features(hub),
        }
        return await self.kept.get((name,), PIPES_FRESH_S, read[name])

    async def thing(self, request: Request) -> Response:
        """Answer what the map's panel says of one thing."""
        document = await self.center.hub.retrieve(EntityId(request.path_params["entity"]))
        actor, layer = actor_of(request), layers.layer_of(document)
        allow(actor, Operation.PAGE_READ if layer is None else layer.operation)
        if value(document, "category") == layers.CARE:
            await self._allow_home(actor, document)
        if document["type"] == "Incident":
            allow(actor, Operation.INCIDENT_READ, value(document, "district"))
        asked = brief.Asked(asked_language(request), self.center.clock.now(), actor)
        return json_answer(await brief.brief(self.center.hub, document, layer, asked))

    async def _allow_home(self, actor: Actor, device: Document) -> None:
        """Refuse whoever may not see homes in care; write the reading down."""
        geometry = value(device, "location") or {}
        dong = dong_at(self.center.city, *geometry.get("coordinates", (0.0, 0.0))[:2])
        operation, target = Operation.CARE_READ, str(device["id"])
        district = None if dong is None else dong.district
        await self.center.access.require(actor, operation, target, district=district)
        await self.center.access.audit(actor, operation, target, purpose=CARE_PURPOSE)

    async def search(self, request: Request) -> Response:
        """Answer what the command palette lists."""
        index = await self.kept.get(
            ("index",), INDEX_FRESH_S, lambda: search.read_index(self.center)
        )
        text, language = request.query_params.get("q", "")[:80], asked_language(request)
        found = await search.search(self.center, index, actor_of(request), text, language)
        return json_answer(found)


async def homes(center: Center, actor: Actor, at: datetime, language: Language) -> list[Document]:
    """Return the homes in care that an actor may see, once that is written down."""
    await center.access.audit(actor, Operation.CARE_READ, "care/homes", purpose=CARE_PURPOSE)
    return await care.homes_by_dong(center.rooms.replay, center.city, actor, (at, language))


def allow_layer(actor: Actor, name: str) -> None:
    """Refuse a layer that does not exist, or that the actor may not see."""
    if name in layers.LAYERS:
        allow(actor, layers.LAYERS[name].operation)
    elif name in layers.DRAWN:
        # Of a bound operation the role is asked here, and the district of each thing below.
        district = actor.districts[0] if actor.districts else None
        allow(actor, layers.DRAWN[name], district)
    else:
        raise LayerNotExisting(name)


def known_layers(actor: Actor) -> list[str]:
    """Return the layers that an actor may see, in the order of the map's panel."""
    return [name for name in PANEL if _may_see(actor, name)]


def _may_see(actor: Actor, name: str) -> bool:
    if name in layers.LAYERS:
        return may(actor, layers.LAYERS[name].operation)
    if name == VEHICLES:
        return may(actor, Operation.PAGE_READ)
    district = actor.districts[0] if actor.districts else None
    return may(actor, layers.DRAWN[name], district)


def geojson(body: bytes) -> Response:
    """Answer a layer; a browser asks again each time."""
    return Response(body, media_type="application/geo+json", headers={"cache-control": "no-cache"})
