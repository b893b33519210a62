"""One indicator: from the grade down to its formula, the hub's answer and the very rows."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.documents import short_id
from dalgu.center.history import chart_line
from dalgu.center.pages.certification import pictures
from dalgu.center.pages.certification.asking import common, ratings_of
from dalgu.center.pages.certification.counts import shown_counts
from dalgu.center.pages.certification.mathematics import mathml
from dalgu.certification.comparison.profile import measured_alike
from dalgu.certification.errors import EvidenceAltered
from dalgu.certification.framework.model import Framework, Indicator, Plausibility
from dalgu.certification.measuring.evidence import FrozenVariable, Snapshot, thawed_rows
from dalgu.certification.measuring.queries import queries_of
from dalgu.certification.measuring.rows import Order, Row, some_rows
from dalgu.certification.plausibility import Finding, findings
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.hub.model import JSON, Document
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language
from dalgu.web.frame import actor_of, language_of

PAGE = 50
TREND_DAYS = 30
DIGITS = 12  # of a page number that is believed
PATH = "/certification/indicators/{framework}/{code:path}"


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    return [
        Route(PATH, pages.indicator, name=Operation.PUBLIC_READ),
        Route(PATH, pages.recompute, methods=["POST"], name=Operation.EVIDENCE_READ),
    ]


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What computing from the frozen rows gave: the same to the bit, or what differs."""

    value: float | None = None
    bits: str = ""
    difference: DalguError | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The rows of one variable, as far as a page shows them."""

    variable: str
    rows: list[Row]
    total: int
    page: int
    order: Order

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Rule:
    """One question of a verifier, with what became of it; no finding: it holds."""

    rule: Plausibility
    finding: Finding | None

    @property
    def outcome(self) -> str:
        """Return how it came out, as the catalogue names it."""
        return "holds" if self.finding is None else self.finding.outcome.value


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def indicator(self, request: Request) -> Response:
        """Draw one indicator."""
        return await self._page(request)

    async def recompute(self, request: Request) -> Response:
        """Compute the value again from its frozen rows, and show what came of it."""
        certification = self.center.certification
        name, code = request.path_params["framework"], request.path_params["code"]
        standing = (await certification.scorecard(name)).standing(code)
        if standing.measured is None or not standing.measured.snapshot:
            return await self._page(request)
        try:
            value = await certification.recompute(standing.measured.snapshot)
        except EvidenceAltered as altered:
            return await self._page(request, Recomputed(difference=altered))
        bits = "" if value is None else value.hex()
        return await self._page(request, Recomputed(value, bits))

    async def _page(self, request: Request, recomputed: Recomputed | None = None) -> Response:
        name, code = request.path_params["framework"], request.path_params["code"]
        card = await self.center.certification.scorecard(name)
        standing, actor = card.standing(code), actor_of(request)
        indicator, sees = standing.indicator, may(actor, Operation.EVIDENCE_READ)
        snapshot, broken = await self._snapshot(standing)
        opened = None
        if sees and snapshot is not None:
            try:
                opened = await self._opened(request, indicator, snapshot)
            except DalguError as fault:
                broken = fault
        return self.center.frame.render(
            request,
            "center/certification/indicator.html",
            **common(request, card.framework),
            **of_card(card, standing),
            **of_formula(indicator, snapshot, language_of(request), is_public=not sees),
            snapshot=snapshot,
            broken=broken,
            recomputed=recomputed,
            opened=opened,
            orders=list(Order),
            rules=rules_of(card, indicator, snapshot),
            queries=self._queries(indicator, snapshot),
            lines=await self._trend(request, card.framework, indicator),
            evidence_entities=evidence_of(standing, sees=sees),
            short_id=short_id,
            quoted=lambda text: quote(text, safe=":"),
            may_see_messages=may(actor, Operation.MESSAGE_READ),
            may_query=may(actor, Operation.ENTITY_READ),
        )

    async def _snapshot(self, standing: Standing) -> tuple[Snapshot | None, DalguError | None]:
        if standing.measured is None or not standing.measured.snapshot:
            return None, None
        try:
            return await self.center.certification.evidence(standing.measured.snapshot), None
        except DalguError as broken:  # the page says so, beside all that is known without it
            return None, broken

    def _queries(self, indicator: Indicator, snapshot: Snapshot | None) -> dict[str, list[str]]:
        """Return the questions to the hub: as they were put, or as they would be."""
        if snapshot is not None:
            return {one.name: one.queries for one in snapshot.variables}
        now = self.center.clock.now()
        since = now - timedelta(days=indicator.period_days)
        return {name: queries_of(one, since, now) for name, one in indicator.variables.items()}

    async def _opened(
        self, request: Request, indicator: Indicator, snapshot: Snapshot
    ) -> Opened | None:
        if not snapshot.variables:
            return None
        asked = request.query_params.get("variable") or indicator.numerator
        variable = snapshot.variable(asked) or snapshot.variables[0]
        order = request.query_params.get("order", "")
        chosen = Order(order) if order in set(Order) else Order.CONTRIBUTION
        body = await self.center.certification.hub.kept(variable.rows)
        page = _page_number(request.query_params.get("page", ""))
        return await asyncio.to_thread(_open, variable, body, chosen, page)

    async def _trend(
        self, request: Request, framework: Framework, indicator: Indicator
    ) -> list[Document]:
        """Return the measured values; those of other versions are lines of their own."""
        certification, language = self.center.certification, language_of(request)
        since = self.center.clock.now() - timedelta(days=TREND_DAYS)
        lines = []
        for one in versions_of(self.center, framework, indicator):
            found = await certification.trend(indicator.code, since, one.name)
            if len(found.value):
                unit = indicator.unit.say(language)
                lines.append(chart_line(f"{one.name}", unit, found))
        return lines


def versions_of(center: Center, framework: Framework, indicator: Indicator) -> list[Framework]:
    """Return the versions of a family that measure an indicator alike, the asked one first."""
    found = [framework]
    for name in center.certification.frameworks:
        if name == framework.name:
            continue
        try:
            other = center.certification.framework(name)
            same = other.family == framework.family and other.indicator(indicator.code)
        except DalguError:  # at fault, or without this indicator
            continue
        if same and measured_alike(same, indicator):
            found.append(other)
    return found


def of_card(card: Scorecard, standing: Standing) -> dict[str, JSON]:
    """Return what the framework and the city's type say of an indicator."""
    indicator, framework = standing.indicator, card.framework
    area, item = place_of(framework, indicator)
    ratings = ratings_of(card)
    return {
        "card": card,
        "standing": standing,
        "indicator": indicator,
        "of_area": area,
        "item": item,
        "ratings": ratings,
        "rating": ratings.get(indicator.code),
        "most_of_band": max((one.points for one in framework.bands), default=0),
        "posts": indicator.goalposts_for(card.city_type) if indicator.goalposts else None,
        "goal": goal_of(card, standing),
    }


def of_formula(
    indicator: Indicator, snapshot: Snapshot | None, language: Language, *, is_public: bool
) -> dict[str, JSON]:
    """Return the formula as people write it: in words, and with the values of its variables."""
    variables = {} if snapshot is None else {one.name: one.value for one in snapshot.variables}
    counts = shown_counts(indicator, variables, is_public=is_public)
    in_names = in_values = None
    if indicator.formula:
        words = {name: one.name.say(language) for name, one in indicator.variables.items()}
        in_names = mathml(indicator.formula, lambda name: words.get(name, name))
    if counts:
        in_values = mathml(indicator.formula, lambda name: counts.get(name, "–"))
    return {"counts": counts, "in_names": in_names, "in_values": in_values}


def place_of(framework: Framework, indicator: Indicator) -> tuple[object, object]:
    """Return the area and the item of an indicator."""
    return next(
        (area, item)
        for area in framework.areas
        for item in area.items
        if item.code == indicator.item
    )


def goal_of(card: Scorecard, standing: Standing) -> pictures.Goal | None:
    """Return where the value stands between its goalposts."""
    indicator = standing.indicator
    if not indicator.goalposts:
        return None
    value = None if standing.measured is None else standing.measured.value
    return pictures.goal(indicator.goalposts_for(card.city_type), value)


def rules_of(card: Scorecard, indicator: Indicator, snapshot: Snapshot | None) -> list[Rule]:
    """Return the questions of a verifier about an indicator, with what became of each."""
    if snapshot is None:
        return []
    values = {one.name: one.value for one in snapshot.variables}
    told = findings(card.framework, card.basis.measurements, {indicator.code: values})
    by_id = {one.id: one for one in told if one.indicator == indicator.code}
    return [
        Rule(rule, by_id.get(f"{indicator.code}#{place}"))
        for place, rule in enumerate(indicator.plausibility, start=1)
    ]


def evidence_of(standing: Standing, *, sees: bool) -> list[str]:
    """Return what the city names as evidence of its level; ids are for those who may see them."""
    named = () if standing.maturity is None else standing.maturity.evidence
    return [one for one in named if sees or not one.startswith("urn:")]


def _page_number(text: str) -> int:
    return max(1, int(text)) if text.isdecimal() and len(text) < DIGITS else 1


def _open(variable: FrozenVariable, body: bytes, order: Order, page: int) -> Opened:
    rows = thawed_rows(body, variable.rows)
    last = max(1, -(-len(rows) // PAGE))
    page = min(page, last)
    found = some_rows(rows, variable.counting, order, most=PAGE, offset=(page - 1) * PAGE)
    return Opened(variable.name, found, len(rows), page, order)
