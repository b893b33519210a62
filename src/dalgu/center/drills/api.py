"""What pages and programs ask of drills beyond the pages themselves."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.drills import board
from dalgu.kernel.clock import iso


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    return [Route("/drills/{number:int}.json", Doors(center).one, name=Operation.DRILL_RUN)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def one(self, request: Request) -> Response:
        """Answer a drill with its evaluation and its timeline, for reports and comparisons."""
        drills = self.center.rooms.drills
        drill = drills.get(request.path_params["number"])
        moments = board.timeline(self.center.rooms.ground.logbook, drills, drill)
        body = {
            "id": drill.id,
            "exercise": True,
            "status": drill.status,
            "startedAt": iso(drill.started_at),
            "startedBy": drill.started_by,
            "endedAt": None if drill.ended_at is None else iso(drill.ended_at),
            "told": drill.told,
            "reason": drill.reason,
            "evaluation": drills.evaluation(drill),
            "timeline": [
                {"at": iso(one.entry.at), "room": one.room, "deed": one.deed,
                 "incident": one.incident, "by": one.entry.actor}
                for one in reversed(moments)
            ],
        }  # fmt: skip
        return Response(msgspec.json.encode(body), media_type="application/json")
