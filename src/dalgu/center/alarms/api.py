"""What pages and programs ask of alarms beyond the pages themselves."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.alarms.why import as_json, why
from dalgu.center.context import Center
from dalgu.kernel.text import Language
from dalgu.web.frame import actor_of


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    return [Route("/incidents/{number:int}/why.json", doors.why, name=Operation.INCIDENT_READ)]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def why(self, request: Request) -> Response:
        """Answer why an alarm came, and write down who asked."""
        actor, asked = actor_of(request), Operation.INCIDENT_READ
        incident = self.center.rooms.incidents.get(request.path_params["number"])
        access = self.center.access
        await access.require(actor, asked, incident.id, district=incident.district)
        await access.audit(actor, asked, incident.id, part="why")
        language: Language = "en" if request.query_params.get("language") == "en" else "ko"
        told = await why(self.center, incident, language, actor)
        return Response(
            msgspec.json.encode(as_json(told, language)),
            media_type="application/json",
            headers={"cache-control": "no-store"},
        )
