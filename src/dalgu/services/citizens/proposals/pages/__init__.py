"""The pages of proposals, petitions and the city's questions, for residents and for the desk."""

from starlette.routing import Route

from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.proposals.pages import office, public


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    return [*public.routes(desk), *office.routes(desk)]
