"""The scorecard: from the grade to the indicator, its formula, its rows, the message behind."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.documents import short_id
from dalgu.center.history import chart_line
from dalgu.certification.evidence import Snapshot
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.certification.variables import Row
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
        indicator = certification.framework.indicator(code)
        standing = await self._standing(code)
        may_see = may(actor_of(request), Operation.EVIDENCE_READ)
        since = self.center.clock.now() - timedelta(days=TREND_DAYS)
        trend = await certification.trend(code, since)
        return self.center.frame.render(
            request,
            "center/indicator.html",
            indicator=indicator,
            standing=standing,
            snapshot=await self._snapshot(standing) if may_see else None,
            may_see_evidence=may_see,
            line=chart_line(indicator.name.say(language), indicator.unit.say(language), trend),
            most_rows=ROWS,
            in_order=telling_first,
            short_id=short_id,
        )

    async def _standing(self, code: str) -> Standing:
        card = await self.center.certification.scorecard()
        return next(one for one in card.standings if one.indicator.code == code)

    async def _snapshot(self, standing: Standing) -> Snapshot | None:
        if standing.measured is None or standing.measured.measurement is None:
            return None
        return await self.center.certification.evidence(standing.measured.measurement)


def telling_first(rows: list[Row]) -> list[Row]:
    """Return the rows that lack most first, then those with the newest evidence."""
    newest = sorted(rows, key=lambda row: row.last_at or "", reverse=True)
    return sorted(newest, key=lambda row: row.share)


def nearest_gain(card: Scorecard) -> Standing | None:
    """Return the indicator that would raise the score most, `None` when all are full."""
    lacking = [one for one in card.standings if one.indicator.points > one.points]
    return max(lacking, key=lambda one: one.indicator.points - one.points, default=None)
