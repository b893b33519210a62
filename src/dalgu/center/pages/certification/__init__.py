"""The pages of the score: scorecard, one indicator, what if, comparison, past rounds, exports.

Rounds, cases and certificates have pages of their own; how a city is judged is not decided here.
"""

from starlette.routing import Route

from dalgu.center.context import Center
from dalgu.center.pages.certification import (
    compare,
    exports,
    history,
    indicator,
    scorecard,
    whatif,
)

PARTS = (scorecard, indicator, whatif, compare, history, exports)


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    return [route for part in PARTS for route in part.routes(center)]
