"""What pages ask for after they are drawn: layers, the search, a thing in brief."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, allow, may
from dalgu.center import layers, search
from dalgu.center.context import Center
from dalgu.center.documents import attributes, label_of, observed, shown, title, value
from dalgu.center.kept import Kept
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language
from dalgu.web.frame import actor_of
from dalgu.web.language import age, phrase

LAYER_FRESH_S = 2.0
INDEX_FRESH_S = 60.0
BRIEF_FACTS = 6


class LayerNotExisting(NotExisting):
    """The map has no such layer."""

    slug = "layer-not-existing"

    def __init__(self, name: str) -> None:
        known = ", ".join(layers.LAYERS)
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
        name = request.path_params["layer"]
        if name not in layers.LAYERS:
            raise LayerNotExisting(name)
        allow(actor_of(request), layers.LAYERS[name].operation)
        language = asked_language(request)
        body = await self.kept.get(
            ("layer", name, language), LAYER_FRESH_S, lambda: self._collection(name, language)
        )
        return Response(
            body, media_type="application/geo+json", headers={"cache-control": "no-cache"}
        )

    async def _collection(self, name: str, language: Language) -> bytes:
        layer, now = layers.LAYERS[name], self.center.clock.now()
        documents = [
            one for kind in layer.types async for one in self.center.hub.every(kind, q=layer.q)
        ]
        features = (layers.feature(layer, one, language, now) for one in documents)
        found = [one for one in features if one is not None]
        return msgspec.json.encode({"type": "FeatureCollection", "features": found})

    async def thing(self, request: Request) -> Response:
        """Answer what the map's panel says of one thing."""
        document = await self.center.hub.retrieve(EntityId(request.path_params["entity"]))
        actor, layer = actor_of(request), layers.layer_of(document)
        allow(actor, Operation.PAGE_READ if layer is None else layer.operation)
        return _json(self._brief(document, asked_language(request), actor))

    def _brief(self, document: Document, language: Language, actor: Actor) -> Document:
        known = attributes(document)
        skipped = {"name", "location", "origin", "forecast", "description", "data"}
        names = [name for name in known if name not in skipped][:BRIEF_FACTS]
        facts = [[label_of(name, language), shown(known[name], language)] for name in names]
        heard = max(filter(None, (observed(document, name) for name in known)), default=None)
        if heard is not None:
            said = age(self.center.clock.now() - heard, language)
            facts.append([phrase(language, "entity.heard"), said])
        brief: Document = {
            "title": title(document, language),
            "kind": label_of(document["type"], language),
            "synthetic": value(document, "origin") == "synthetic",
            "facts": facts,
        }
        if may(actor, Operation.PAGE_READ):
            brief["href"] = f"/{language}/center/entities/{document['id']}"
        return brief

    async def search(self, request: Request) -> Response:
        """Answer what the command palette lists."""
        index = await self.kept.get(
            ("index",), INDEX_FRESH_S, lambda: search.read_index(self.center)
        )
        text, language = request.query_params.get("q", "")[:80], asked_language(request)
        found = await search.search(self.center, index, actor_of(request), text, language)
        return _json(found)


def asked_language(request: Request) -> Language:
    """Return the language that the query names; these addresses carry none."""
    return "en" if request.query_params.get("language") == "en" else "ko"


def _json(body: JSON) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
