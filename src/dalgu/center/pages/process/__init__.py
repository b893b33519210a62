"""The pages of the process: calls, cases, committees, certificates, roles, and verification.

They draw what the office answers and send it commands; what a step needs is never decided here.
"""

from starlette.routing import Route

from dalgu.center.context import Center
from dalgu.center.pages.process import (
    case,
    commands,
    committee,
    declaring,
    evidence,
    register,
    reviewing,
    roles,
    rounds,
    visiting,
)

PARTS = (
    rounds,
    roles,
    register,
    evidence,
    declaring,
    reviewing,
    visiting,
    committee,
    commands,
    case,
)


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language; more special paths come first."""
    return [route for part in PARTS for route in part.routes(center)]
