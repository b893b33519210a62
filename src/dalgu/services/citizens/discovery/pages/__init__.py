"""The pages of the discovery team, of test-bed calls, and of the desk that serves both."""

from starlette.routing import Route

from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.discovery.pages import calls, calls_desk, completion, desk, problems


def routes(of: Desk) -> list[Route]:
    """Return the routes, without their language."""
    return [
        route
        for part in (problems, completion, calls, desk, calls_desk)
        for route in part.routes(of)
    ]
