"""The pages of requests: for everybody, and for those who work them."""

from starlette.routing import Route

from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests.pages import filing, public, staff


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    return [*filing.routes(desk), *public.routes(desk), *staff.routes(desk)]
