"""The stream of a page: server-sent events over one connection that the browser renews."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center import board, layers
from dalgu.center.context import Center
from dalgu.center.kept import Kept
from dalgu.center.live.gathering import Changes, gather, known_layers
from dalgu.hub.hub import Query
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Language

TURN_S = 0.5  # a layer is sent at most twice a second
BEAT_S = 5.0  # the clock is sent this often, so that a cut stream is noticed
BOARD_FRESH_S = 5.0
EVENTS_A_TURN = 2000
MOST_FEATURES = 400  # more at once, and the page loads the layer anew
CURSOR_DIGITS = 18  # what any store can count


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    return [Route("/live", Doors(center).stream, name=Operation.PAGE_READ)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.kept = Kept()

    async def stream(self, request: Request) -> Response:
        """Answer the page's stream."""
        shown = known_layers(request.query_params.get("layers", "").split())
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
            changes = gather(events, cursor)
            cursor = changes.cursor
            for kind, said in await self._changed(request, shown, changes):
                yield _event(kind, said, cursor)
            if asyncio.get_running_loop().time() - beat_s >= BEAT_S:
                beat_s = asyncio.get_running_loop().time()
                for kind, said in await self._pulse(request):
                    yield _event(kind, said, cursor)

    async def _changed(
        self, request: Request, shown: list[str], changes: Changes
    ) -> list[tuple[str, JSON]]:
        said: list[tuple[str, JSON]] = []
        for name in shown:
            touched = changes.of_layer(name)
            if len(touched) > MOST_FEATURES or (touched and name == "alerts"):
                said.append(("refresh", {"layer": name}))
            elif touched:
                found = await self._features(name, touched, asked_language(request))
                said.append(("features", {"layer": name, "features": found}))
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
    """Return the language that the query names; the address carries none."""
    return "en" if request.query_params.get("language") == "en" else "ko"


def _event(kind: str, said: JSON, cursor: int) -> bytes:
    return b"event: %s\nid: %d\ndata: %s\n\n" % (kind.encode(), cursor, msgspec.json.encode(said))
