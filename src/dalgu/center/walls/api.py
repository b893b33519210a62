"""What pages and programs ask of walls beyond the pages themselves: nothing."""

from starlette.routing import Route

from dalgu.center.context import Center


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    return []
