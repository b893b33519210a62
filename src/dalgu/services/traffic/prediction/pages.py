"""The forecast page: what is expected, how sure it is, and how far it was off."""

from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.services.traffic.prediction import views
from dalgu.services.traffic.prediction.telling import Status

if TYPE_CHECKING:
    from dalgu.services.traffic.desk import Desk

PATH: Final = "/center/traffic/forecast"
INDICATOR: Final = "K63-41"


def routes(desk: "Desk") -> list[Route]:
    """Return the routes, without their language."""
    return [Route(PATH, Pages(desk).forecast, name=Operation.PAGE_READ)]


class Pages:
    """The handler, with what it stands on."""

    def __init__(self, desk: "Desk") -> None:
        self.desk = desk

    async def forecast(self, request: Request) -> Response:
        """Draw the forecast of one link, the slow links, and the errors."""
        hub, network = self.desk.ground.hub, self.desk.rooms.control.network()
        model = await views.read_model(hub)
        forecasts = await views.read_forecasts(hub)
        slow = views.slow_links(forecasts, network)
        asked = request.query_params.get("link", "")
        first = slow[0].link if slow else min(forecasts, default="")
        link = asked if asked in forecasts else first
        chosen = forecasts.get(link)
        names = {} if network is None else {one.id: one.name for one in network.links}
        return self.desk.frame.render(
            request,
            "traffic/prediction/forecast.html",
            model=model,
            standing=Status(model.status) if model is not None and model.status else None,
            foretold=sorted(forecasts),
            names=names,
            link=link,
            unknown=asked if asked and asked not in forecasts else "",
            pictures=[] if chosen is None else await views.pictures(hub, link, chosen),
            issued_at=views.age_of(forecasts),
            slow=slow,
            errors=[] if model is None else views.told_errors(model),
            lines=await views.error_lines(hub),
            index=await views.travel_time_index(hub),
        )
