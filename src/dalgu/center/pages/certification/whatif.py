"""What gets the city to a grade: what can be done, what it costs, the cheapest way, solved."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.certification import pictures
from dalgu.center.pages.certification.asking import (
    body_of,
    choices,
    common,
    fields_of,
    framework_named,
)
from dalgu.certification.framework.model import HIGHEST_LEVEL
from dalgu.certification.planning import costs as tables
from dalgu.certification.planning.costs import Costs, Improvement
from dalgu.certification.planning.effort import Gain, gains, nearest, sensitivity
from dalgu.certification.planning.errors import ImprovementInvalid
from dalgu.certification.planning.whatif import OutOfReach, Plan, what_if
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.sheet import Line
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.web.frame import language_of
from dalgu.web.language import refusal
from dalgu.web.upload import read_form

FIRST = 15  # entries of the table that are open at once
BARS = 15  # of the tornado
PATH = "/certification/what-if"


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, read = Pages(center), Operation.INDICATOR_READ
    return [
        Route(PATH, pages.form, name=read),
        Route(PATH, pages.solve, methods=["POST"], name=read),
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: the grade, and the costs as entered or as a file has them."""

    grade: int
    costs: Costs
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table of costs: what can be done for an indicator that is not full."""

    standing: Standing
    line: Line
    gain: Gain
    lacking: float
    up_to: float
    is_known: bool  # a value or level to start from

    @property
    def now(self) -> float | None:
        """Value or level of today, the city's own level where no reviewer gave one."""
        if self.standing.indicator.kind == "quantitative":
            return self.line.value
        return self.line.self_level if self.line.level is None else self.line.level


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def form(self, request: Request) -> Response:
        """Draw what can be done, and the form to enter what it costs."""
        card = await self.center.certification.scorecard(framework_named(request))
        grade = request.query_params.get("grade", "")
        return self._page(request, card, {"grade": grade})

    async def solve(self, request: Request) -> Response:
        """Solve what was asked, and show the plan above the form."""
        card = await self.center.certification.scorecard(framework_named(request))
        body = await body_of(request)
        try:
            fields = _fields(request, body)
        except DalguError as refused:
            return self._page(request, card, {}, refused=refused)
        try:
            asked = asked_of(fields, card)
            found = await asyncio.to_thread(
                what_if, card.framework, card.basis, asked.grade, asked.costs
            )
        except DalguError as refused:
            return self._page(request, card, fields, refused=refused)
        return self._page(request, card, fields, found=found)

    def _page(
        self,
        request: Request,
        card: Scorecard,
        fields: Mapping[str, str],
        *,
        found: Plan | OutOfReach | None = None,
        refused: DalguError | None = None,
    ) -> Response:
        data: dict[str, JSON] = {}
        if card.sheet is not None:
            data = _planning(card)
        return self.center.frame.render(
            request,
            "center/certification/what_if.html",
            status=200 if refused is None else refused.status,
            **common(request, card.framework),
            **data,
            frameworks=[
                one for one in choices(self.center.certification) if one.scoring == "points"
            ],
            card=card,
            fields=fields,
            grade=_grade(fields, card),
            found=found,
            is_plan=isinstance(found, Plan),
            refused=refused,
            told=None if refused is None else refusal(language_of(request), refused),
            first=FIRST,
        )


def _fields(request: Request, body: bytes) -> dict[str, str]:
    """Return the fields of either form; a file stands in `costs` as its text."""
    kind = request.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return fields_of(body)
    form = read_form(kind, body)
    fields = {name: one.strip() for name, one in form.fields.items() if one.strip()}
    if form.file:
        fields |= {"costs": form.file.decode("utf-8", "replace"), "file": form.file_name}
    return fields


def asked_of(fields: Mapping[str, str], card: Scorecard) -> Asked:
    """Return the question of a form.

    Raises
    ------
    CostsInvalid, ImprovementInvalid
        When the costs cannot be read.
    """
    budget = _number("budget", fields.get("budget", ""))
    if text := fields.get("costs"):
        kind = "json" if text.lstrip().startswith("{") else "toml"
        table = tables.read_costs(text.encode(), fields.get("file") or f"costs.{kind}")
    else:
        table = Costs(improvements=list(_improvements(fields, card)))
    if budget is not None:
        table = replace(table, budget=round(budget))
    return Asked(_grade(fields, card), table, fields)


def _improvements(fields: Mapping[str, str], card: Scorecard) -> Iterator[Improvement]:
    for one in card.framework.indicators:
        per_unit = _number(one.code, fields.get(f"unit:{one.code}", ""))
        fixed = _number(one.code, fields.get(f"fixed:{one.code}", ""))
        if per_unit is None and fixed is None:
            continue
        yield Improvement(
            indicator=one.code,
            cost_per_unit=per_unit or 0.0,
            fixed_cost=round(fixed or 0.0),
            up_to=_number(one.code, fields.get(f"to:{one.code}", "")),
            starts_from=_number(one.code, fields.get(f"start:{one.code}", "")),
        )


def _number(indicator: str, text: str) -> float | None:
    plain = text.replace(",", "").replace("_", "").strip()
    if not plain:
        return None
    try:
        value = float(plain)
    except ValueError:
        raise ImprovementInvalid(indicator, f"'{text[:40]}' is no number") from None
    if not isfinite(value) or value < 0:
        raise ImprovementInvalid(indicator, f"'{text[:40]}' is no number from 0 on")
    return value


def _grade(fields: Mapping[str, str], card: Scorecard) -> int:
    """Return the grade that is asked for, the next better one where none is."""
    asked = fields.get("grade", "")
    known = [one.grade for one in card.framework.grades]
    if asked.isdecimal() and len(asked) < 3 and int(asked) in known:
        return int(asked)
    better = None if card.sheet is None else nearest(card.framework, card.sheet)
    return better[0].grade if better else min(known, default=1)


def _planning(card: Scorecard) -> dict[str, JSON]:
    basis = card.basis
    found = gains(card.framework, basis)
    slopes = sensitivity(card.framework, basis)
    return {
        "entries": entries_of(card, basis, found),
        "gains": found,
        "scatter": pictures.scatter(found),
        "tornado": pictures.tornado(slopes[:BARS]),
        "slopes": slopes,
        "cost_template": tables.template(card.framework, basis),
    }


def entries_of(card: Scorecard, basis: Basis, found: list[Gain]) -> list[Entry]:
    """Return each indicator that is not full once, the least effort first."""
    first: dict[str, Gain] = {}
    for gain in found:
        first.setdefault(gain.indicator, gain)
    entries = []
    for gain in first.values():
        standing = card.standing(gain.indicator)
        line, indicator = standing.line, standing.indicator
        if line is None:
            continue
        is_rubric = indicator.kind == "qualitative"
        up_to = HIGHEST_LEVEL if is_rubric else indicator.goalposts_for(basis.city_type).full_at
        entries.append(
            Entry(
                standing=standing,
                line=line,
                gain=gain,
                lacking=round(line.max_points - line.points, 2),
                up_to=float(up_to),
                is_known=is_rubric or line.value is not None,
            )
        )
    return entries
