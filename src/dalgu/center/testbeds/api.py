"""What pages and programs ask of testbeds beyond the pages themselves."""

from dataclasses import asdict

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    return [Route("/testbeds/{testbed}/rollouts.json", doors.rollouts, name=Operation.PAGE_READ)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def rollouts(self, request: Request) -> Response:
        """Answer what was rolled out when, by whom and on which figures."""
        room = self.center.rooms.testbeds
        testbed = room.get(request.path_params["testbed"])
        record = [asdict(one) for one in reversed(room.of(testbed.name))]
        body = {"testbed": testbed.name, "isApproximate": testbed.is_approximate, "record": record}
        return Response(msgspec.json.encode(body), media_type="application/json")
