"""The page of crossings: who waits where, what was given, where vehicles came too close."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.clock import LOCAL, local
from dalgu.services.traffic.network.model import Zone
from dalgu.services.traffic.pedestrians import duties, views

if TYPE_CHECKING:
    from dalgu.services.traffic.desk import Desk

PATH: Final = "/center/traffic/pedestrians"


def routes(desk: "Desk") -> list[Route]:
    """Return the routes, without their language."""
    return [Route(PATH, Pages(desk).crossings, name=Operation.PAGE_READ)]


class Pages:
    """The handler, with what it stands on."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    async def crossings(self, request: Request) -> Response:
        """Draw the crossings, those of one zone or all; conflicts before and after a day."""
        hub, now = self.desk.ground.hub, self.desk.ground.clock.now()
        rows = await views.read_rows(hub, now)
        asked = request.query_params.get("zone", "")
        zone = Zone(asked) if asked in set(Zone) else None
        turn = _midnight(request.query_params.get("turn", ""))
        turns = await duties.read_turns(hub, now)
        asked = request.query_params.get("crossing", "")
        turned_at = next((one for one in turns.crossings() if one == asked), None)
        latest = now - timedelta(days=views.COMPARED_DAYS)
        shown = [row for row in rows if zone is None or row.zone is zone]
        return self.desk.frame.render(
            request,
            "traffic/pedestrians.html",
            rows=shown[: views.SHOWN],
            not_shown=max(0, len(shown) - views.SHOWN),
            count=len(rows),
            zones={one: sum(row.zone is one for row in rows) for one in Zone},
            zone=zone,
            total={key: views.total(rows, key) for key in views.COUNTED},
            cautions=await views.read_cautions(hub, now),
            compared=await views.compare(hub, turn or latest),
            turn=local(turn or latest).date(),
            misread=bool(request.query_params.get("turn")) and turn is None,
            turns=turns,
            turned_at=turned_at,
            hourly=(
                turns.hourly(duties.KEPT.values(), turned_at),
                turns.hourly(duties.BROKEN.values(), turned_at),
            ),
            severe=await views.daily(hub, "severeCount", now, 2 * views.COMPARED_DAYS),
            sent=self.desk.rooms.roadside.sent,
            roadside=self.desk.ground.settings.traffic.roadside_url is not None,
        )


def _midnight(day: str) -> datetime | None:
    try:
        return datetime.combine(datetime.fromisoformat(day).date(), time(), LOCAL)
    except ValueError:
        return None
