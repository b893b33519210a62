"""What the map of requests loads: points, what one of them says, in which dong a place lies."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.cities.places import dong_at
from dalgu.hub.model import JSON, Document
from dalgu.kernel.text import Language
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests.open311.asking import number
from dalgu.services.citizens.requests.refusals import RequestPlaceOutside, RequestPlaceRequired
from dalgu.services.citizens.requests.requests import Requests
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import BADGES, STATES
from dalgu.web.answer import asked_language, json_answer
from dalgu.web.language import moment, phrase

ENDED_WITHIN = timedelta(days=14)
MOST = 2_000
SIGNS = {"informational": "calm"}  # what a badge is called on the map
ROOT = "/open311/map"


def routes(desk: Desk) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    layer, see = Layer(desk), Operation.PUBLIC_READ
    return [
        Route(f"{ROOT}/requests.geojson", layer.features, name=see),
        Route(f"{ROOT}/things/{{number:int}}", layer.thing, name=see),
        Route(f"{ROOT}/place", layer.place, name=see),
    ]


class Layer:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.requests

    async def features(self, request: Request) -> Response:
        """Answer open requests and those that ended lately."""
        language = asked_language(request)
        since = self.desk.ground.clock.now() - ENDED_WITHIN
        shown = [
            feature(self.room, one, language)
            for one in reversed(self.room.all.values())
            if not one.parent and (one.ended_at is None or one.ended_at >= since)
        ]
        body = {"type": "FeatureCollection", "features": shown[:MOST]}
        return json_answer(body, headers={"cache-control": "no-cache"})

    async def thing(self, request: Request) -> Response:
        """Answer what the map says of one request."""
        one, language = self.room.get(request.path_params["number"]), asked_language(request)
        due = self.room.standing(one).term.due
        facts = {
            "state": STATES[one.state].say(language),
            "filed": moment(one.at, language),
            "due": "–" if due is None else due.isoformat(),
            "department": self.room.department(one).say(language),
        }
        told: dict[str, JSON] = {
            "title": self.room.title(one).say(language),
            "kind": phrase(language, "requests.number_n", n=one.number),
            "facts": [
                {"name": phrase(language, f"requests.{name}"), "text": text}
                for name, text in facts.items()
            ],
            "href": f"/{language}/requests/{one.number}",
        }
        return json_answer(told)

    async def place(self, request: Request) -> Response:
        """Answer in which dong a place lies."""
        asked = {name: [request.query_params.get(name, "")] for name in ("lat", "long")}
        lat, lon = number(asked, "lat"), number(asked, "long")
        if lat is None or lon is None:
            raise RequestPlaceRequired
        here = dong_at(self.desk.ground.city, lon, lat)
        if here is None:
            raise RequestPlaceOutside(lat, lon)
        return json_answer({"dong": here.code, "name": here.name.say(asked_language(request))})


def feature(room: Requests, one: ServiceRequest, language: Language) -> Document:
    """Return a request as a point of the map."""
    badge = BADGES[one.state]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [one.filed.lon, one.filed.lat]},
        "properties": {
            "id": str(one.number),
            "name": f"{room.title(one).say(language)} ({STATES[one.state].say(language)})",
            "state": SIGNS.get(badge, badge),
            "rank": one.number,
        },
    }
