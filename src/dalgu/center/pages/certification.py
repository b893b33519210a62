"""The scorecard: from the grade to the indicator, its formula, its rows, the message behind."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.documents import short_id
from dalgu.center.history import chart_line
from dalgu.certification.measuring.evidence import Snapshot
from dalgu.certification.measuring.rows import Row, first_rows
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.web.frame import actor_of, language_of

ROWS = 100
TREND_DAYS = 30


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    return [
        Route("/certification", pages.scorecard, name=Operation.PUBLIC_READ),
        Route("/certification/{indicator}", pages.indicator, name=Operation.PUBLIC_READ),
        Route("/certification", pages.assess, methods=["POST"], name=Operation.ASSESSMENT_RUN),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def scorecard(self, request: Request) -> Response:
        """Draw grade, areas, items and measured indicators."""
        card = await self.center.certification.scorecard()
        return self.center.frame.render(
            request,
            "center/scorecard.html",
            card=card,
            nearest=nearest_gain(card),
            may_assess=may(actor_of(request), Operation.ASSESSMENT_RUN),
        )

    async def assess(self, request: Request) -> Response:
        """Measure all indicators now, then show the scorecard."""
        await self.center.certification.assess()
        return RedirectResponse(f"/{language_of(request)}/certification", 303)

    async def indicator(self, request: Request) -> Response:
        """Draw one indicator: formula, variables, queries, rows, trend."""
        certification, language = self.center.certification, language_of(request)
        code = request.path_params["indicator"]
        standing = (await certification.scorecard()).standing(code)
        indicator = standing.indicator
        may_see = may(actor_of(request), Operation.EVIDENCE_READ)
        since = self.center.clock.now() - timedelta(days=TREND_DAYS)
        trend = await certification.trend(code, since)
        snapshot = await self._snapshot(standing) if may_see else None
        return self.center.frame.render(
            request,
            "center/indicator.html",
            indicator=indicator,
            standing=standing,
            snapshot=snapshot,
            rows_of=await self._rows(snapshot),
            may_see_evidence=may_see,
            line=chart_line(indicator.name.say(language), indicator.unit.say(language), trend),
            most_rows=ROWS,
            short_id=short_id,
        )

    async def _snapshot(self, standing: Standing) -> Snapshot | None:
        if standing.measured is None or not standing.measured.snapshot:
            return None
        return await self.center.certification.evidence(standing.measured.snapshot)

    async def _rows(self, snapshot: Snapshot | None) -> dict[str, list[Row]]:
        """Return the first rows of each variable."""
        if snapshot is None:
            return {}
        certification = self.center.certification
        return {
            one.name: first_rows(await certification.rows(one.rows), one.counting, ROWS)
            for one in snapshot.variables
        }


def nearest_gain(card: Scorecard) -> Standing | None:
    """Return the indicator that would raise the score most, `None` when all are full."""
    lacking = [one for one in card.standings if one.max_points > one.points]
    return max(lacking, key=lambda one: one.max_points - one.points, default=None)
