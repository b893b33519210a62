"""The doors for programs: Open311 GeoReport v2, and what the map of requests loads."""

from starlette.routing import Route

from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests.api import doors, layer


def routes(desk: Desk) -> list[Route]:
    """Return the routes; what no other takes of `/open311` comes last."""
    return [*layer.routes(desk), *doors.routes(desk)]
