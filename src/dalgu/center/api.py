"""What pages ask for after they are drawn: layers, the stream, the search, a thing in brief."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar, cast

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, allow, may
from dalgu.center import alerts, board, layers, live, search
from dalgu.center.context import Center
from dalgu.center.documents import attributes, label_of, observed, shown, title, value
from dalgu.hub.hub import Query
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language
from dalgu.web.frame import actor_of
from dalgu.web.language import age, phrase
from dalgu.web.problem import wants_page

T = TypeVar("T")

TURN_S = 0.5  # a layer is sent at most twice a second
BEAT_S = 5.0  # the clock is sent this often, so that a cut stream is noticed
LAYER_FRESH_S = 2.0
BOARD_FRESH_S = 5.0
INDEX_FRESH_S = 60.0
BRIEF_FACTS = 6
EVENTS_A_TURN = 2000
CURSOR_DIGITS = 18  # what any store can count


class LayerNotExisting(NotExisting):
    """The map has no such layer."""

    slug = "layer-not-existing"

    def __init__(self, name: str) -> None:
        known = ", ".join(layers.LAYERS)
        super().__init__(f"Layer '{name[:40]}' does not exist; the map has {known}.")


class Kept:
    """Answers that are the same for all readers, made at most so often."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, ...], tuple[float, object]] = {}
        self._locks: dict[tuple[str, ...], asyncio.Lock] = {}

    async def get(
        self, key: tuple[str, ...], fresh_s: float, make: Callable[[], Awaitable[T]]
    ) -> T:
        """Return the kept answer, or make it once for all who wait."""
        now_s = asyncio.get_running_loop().time()
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept = self._answers.get(key)
            if kept is not None and now_s - kept[0] < fresh_s:
                return cast("T", kept[1])
            made = await make()
            self._answers[key] = (asyncio.get_running_loop().time(), made)
            return made


def routes(center: Center) -> list[BaseRoute]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    public, page = Operation.PUBLIC_READ, Operation.PAGE_READ
    return [
        Route("/live", doors.stream, name=page),
        Route("/map/things/{entity:path}", doors.thing, name=public),
        Route("/map/{layer}.geojson", doors.layer, name=public),
        Route("/search", doors.search, name=page),
        Route(
            "/alerts/{alert:path}/{step}",
            doors.step,
            methods=["POST"],
            name=Operation.INCIDENT_HANDLE,
        ),
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

    async def step(self, request: Request) -> Response:
        """Take an alert one step on, in the actor's name."""
        actor, alert = actor_of(request), EntityId(request.path_params["alert"])
        document = await self.center.hub.retrieve(alert)
        step = _step_of(request.path_params["step"])
        await self.center.access.require(
            actor, Operation.INCIDENT_HANDLE, alert, district=await self._district(document)
        )
        changed = alerts.stepped(document, step, actor.id, self.center.clock.now())
        await self.center.hub.merge(changed)
        await self.center.access.audit(actor, Operation.INCIDENT_HANDLE, alert, step=step)
        if wants_page(request):
            return RedirectResponse(f"/{asked_language(request)}/center", 303)
        return _json(await self._wall_row(request, alert))

    async def _district(self, alert: Document) -> str | None:
        """Return the district of the thing an alert speaks of, `None` when it lies in none."""
        source = value(alert, "alertSource")
        if source is None:
            return None
        try:
            dong = value(await self.center.hub.retrieve(EntityId(source)), "district")
        except NotExisting:
            return None
        return next((one.district for one in self.center.city.dongs if one.code == dong), None)

    async def _wall_row(self, request: Request, alert: EntityId) -> Document:
        document = await self.center.hub.retrieve(alert)
        one = alerts.row(document, asked_language(request))
        html = self.center.frame.draw(
            request, "center/alert_row.html", asked_language(request), alert=one
        )
        return {"id": one.id, "status": one.status, "html": html}

    async def stream(self, request: Request) -> Response:
        """Answer the page's stream."""
        shown = live.known_layers(request.query_params.get("layers", "").split())
        newest = request.headers.get("last-event-id", "")
        is_number = newest.isascii() and newest.isdigit() and len(newest) <= CURSOR_DIGITS
        cursor = int(newest) if is_number else await self.center.hub.head()
        return StreamingResponse(
            self._said(request, shown, cursor),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def _said(self, request: Request, shown: list[str], cursor: int) -> AsyncIterator[bytes]:
        for kind, said in await self._pulse(request):
            yield _event(kind, said, cursor)
        beat_s = asyncio.get_running_loop().time()
        while not await request.is_disconnected():
            try:
                await asyncio.wait_for(self.center.hub.wait(cursor), BEAT_S)
                await asyncio.sleep(TURN_S)
            except TimeoutError:
                pass
            events = await self.center.hub.events(cursor, limit=EVENTS_A_TURN)
            changes = live.gather(events, cursor)
            cursor = changes.cursor
            for kind, said in await self._changed(request, shown, changes):
                yield _event(kind, said, cursor)
            if asyncio.get_running_loop().time() - beat_s >= BEAT_S:
                beat_s = asyncio.get_running_loop().time()
                for kind, said in await self._pulse(request):
                    yield _event(kind, said, cursor)

    async def _changed(
        self, request: Request, shown: list[str], changes: live.Changes
    ) -> list[tuple[str, JSON]]:
        said: list[tuple[str, JSON]] = []
        for name in shown:
            touched = changes.of_layer(name)
            if len(touched) > live.MOST_FEATURES or (touched and name == "alerts"):
                said.append(("refresh", {"layer": name}))
            elif touched:
                found = await self._features(name, touched, asked_language(request))
                said.append(("features", {"layer": name, "features": found}))
        if changes.alerts:
            rows = [await self._wall_row(request, alert) for alert in changes.alerts[-50:]]
            said.append(("alerts", rows))
        return said

    async def _features(self, name: str, ids: list[EntityId], language: Language) -> list[Document]:
        layer, now = layers.LAYERS[name], self.center.clock.now()
        page = await self.center.hub.query(Query(ids=tuple(ids), q=layer.q, limit=len(ids)))
        found = (layers.feature(layer, one, language, now) for one in page.entities)
        return [one for one in found if one is not None]

    async def _pulse(self, request: Request) -> list[tuple[str, JSON]]:
        language, progress = asked_language(request), self.center.progress()
        figures = await self.kept.get(
            ("board",), BOARD_FRESH_S, lambda: board.read_figures(self.center)
        )
        said = (
            None
            if progress is None
            else {
                "share": progress.share,
                "label": progress.title.say(language),
            }
        )
        return [
            ("clock", {"now": iso(self.center.clock.now()), "speed": self.center.frame.speed}),
            ("kpis", board.tiles(figures, language)),
            ("progress", said),
        ]


def asked_language(request: Request) -> Language:
    """Return the language that the query names; these addresses carry none."""
    return "en" if request.query_params.get("language") == "en" else "ko"


def _step_of(text: str) -> alerts.Step:
    try:
        return alerts.Step(text)
    except ValueError:
        raise NotExisting(f"Step '{text[:40]}' does not exist.") from None


def _event(kind: str, said: JSON, cursor: int) -> bytes:
    return b"event: %s\nid: %d\ndata: %s\n\n" % (kind.encode(), cursor, msgspec.json.encode(said))


def _json(body: JSON) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")
