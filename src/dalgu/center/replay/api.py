"""The center as it was: layers, open incidents and figures of an instant, marks of a span."""

from datetime import UTC, datetime, timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center import board, drawn, layers
from dalgu.center.api import allow_layer, geojson, homes
from dalgu.center.context import Center
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.words import Priority
from dalgu.center.replay.compare import WEEK
from dalgu.center.replay.replay import Asked
from dalgu.hub.model import Document
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput, NotExisting
from dalgu.web.answer import asked_language, json_answer
from dalgu.web.frame import actor_of

MOST_MARKS = 400
SPAN = timedelta(days=7)  # of the marks, where the query names none


class InstantInvalid(InvalidInput):
    """An instant of the query is none."""

    slug = "instant-invalid"
    title = "The instant is invalid"

    def __init__(self, name: str, text: str) -> None:
        super().__init__(
            f"Parameter '{name}' has '{text[:40]}'; an instant reads 2026-11-22T03:00:00Z.",
            parameter=name,
            text=text[:40],
        )


class LayerNotReplayed(NotExisting):
    """The layer has no history by the minute."""

    slug = "layer-not-replayed"
    title = "The layer is not replayed"

    def __init__(self, layer: str) -> None:
        super().__init__(f"Layer '{layer}' keeps no history.", layer=layer)


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    page, incident = Operation.PAGE_READ, Operation.INCIDENT_READ
    return [
        Route("/replay/incidents.json", doors.incidents, name=incident),
        Route("/replay/marks.json", doors.marks, name=incident),
        Route("/replay/board.json", doors.strip, name=page),
        Route("/replay/{layer}.geojson", doors.layer, name=page),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.replay = center.rooms.replay

    async def layer(self, request: Request) -> Response:
        """Answer a layer as it was; with `since`, only what looks different than then."""
        name, actor, at = request.path_params["layer"], actor_of(request), self._at(request)
        allow_layer(actor, name)
        language = asked_language(request)
        if name in layers.LAYERS:
            is_against = request.query_params.get("against") == "week"
            asked = Asked(at, language, self._since(request), is_against)
            return geojson(await self.replay.layer(layers.LAYERS[name], asked))
        if name == "care":
            found = await homes(self.center, actor, at, language)
        elif name == "incidents":
            places = await self.replay.places()
            incidents = await self.replay.incidents(at)
            found = list(drawn.incident_features(incidents, places, actor, language))
        else:
            raise LayerNotReplayed(name)
        told = {"type": "FeatureCollection", "at": iso(at), "layer": name, "features": found}
        return geojson(msgspec.json.encode(told))

    async def incidents(self, request: Request) -> Response:
        """Answer the rows of the event wall as they were."""
        at, actor, language = self._at(request), actor_of(request), asked_language(request)
        found = await self.replay.incidents(at)
        rows = [row(one, language) for one in found if _sees(actor, one.district)]
        return json_answer({"at": iso(at), "rows": rows})

    async def strip(self, request: Request) -> Response:
        """Answer the figures as they were, and beside them those of a week before."""
        at, language = self._at(request), asked_language(request)
        figures = await self._figures(at)
        told: Document = {"at": iso(at), "tiles": board.tiles(figures, language)}
        if request.query_params.get("against") == "week":
            before = await self._figures(at - WEEK)
            told["deltas"] = board.deltas(figures, before, language)
        return json_answer(told)

    async def _figures(self, at: datetime) -> board.Figures:
        counts = await self.replay.counts(at)
        incidents = [one for one in await self.replay.incidents(at) if not one.is_drill]
        grave = sum(one.priority in (Priority.P1, Priority.P2) for one in incidents)
        return board.figures_of(counts, len(incidents), grave)

    async def marks(self, request: Request) -> Response:
        """Answer what happened in a span: when incidents were raised, for the time bar."""
        now, actor, language = self.center.clock.now(), actor_of(request), asked_language(request)
        since = self._instant(request, "since") or now - SPAN
        until = self._instant(request, "until") or now
        self.replay.expect()
        found = [
            one
            for one in self.center.rooms.incidents.all.values()
            if since <= one.raised_at <= until and _sees(actor, one.district)
        ]
        gravest = sorted(found, key=lambda one: (one.priority, -one.number))[:MOST_MARKS]
        marks = [
            {
                "at": iso(one.raised_at),
                "until": None if one.closed_at is None else iso(one.closed_at),
                "number": one.number,
                "title": one.title.say(language),
                "priority": one.priority,
                "isDrill": one.is_drill,
            }
            for one in gravest
        ]
        return json_answer({"marks": marks, "left": len(found) - len(marks)})

    def _at(self, request: Request) -> datetime:
        """Return the asked instant; the future is not known yet."""
        now = self.center.clock.now()
        return min(self._instant(request, "at") or now, now)

    def _since(self, request: Request) -> datetime | None:
        return self._instant(request, "since")

    def _instant(self, request: Request, name: str) -> datetime | None:
        text = request.query_params.get(name)
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise InstantInvalid(name, text) from None


def _sees(actor: Actor, district: str | None) -> bool:
    return may(actor, Operation.INCIDENT_READ, district)
