"""The pages of the roundtable: for everybody, for seats and tables by their codes, for staff."""

from starlette.routing import Route

from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.roundtables.pages import public, seats, staff


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    return [*public.routes(desk), *seats.routes(desk), *staff.routes(desk)]
