"""What a map asks of things that move: all of them at once, or the one that is pointed at."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.moving.moving import Moving


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    return [
        Route("/moving/frame", doors.frame, name=Operation.PAGE_READ),
        Route("/moving/{place:int}", doors.thing, name=Operation.PAGE_READ),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.moving: Moving = center.rooms.moving

    async def frame(self, request: Request) -> Response:
        """Answer the newest frame as a whole, in base64, for a map that came in between."""
        frame = self.moving.newest or self.moving.frame()
        body = b"" if frame is None else frame.whole
        return Response(body, media_type="text/plain", headers={"cache-control": "no-store"})

    async def thing(self, request: Request) -> Response:
        """Lead to what the map's panel says of the thing that holds a place in the frames."""
        thing = self.moving.at(request.path_params["place"])
        language = "en" if request.query_params.get("language") == "en" else "ko"
        return RedirectResponse(f"/map/things/{quote(thing)}?language={language}", 303)
