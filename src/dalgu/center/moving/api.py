"""What a map asks when somebody points at a thing that moves."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.moving.moving import Moving


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    return [Route("/moving/{place:int}", Doors(center).thing, name=Operation.PAGE_READ)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.moving: Moving = center.rooms.moving

    async def thing(self, request: Request) -> Response:
        """Lead to what the map's panel says of the thing that holds a place in the frames."""
        thing = self.moving.at(request.path_params["place"])
        language = "en" if request.query_params.get("language") == "en" else "ko"
        return RedirectResponse(f"/map/things/{quote(thing)}?language={language}", 303)
