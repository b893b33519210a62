"""The pages of shifts."""

from starlette.routing import Route

from dalgu.center.context import Center


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    return []
