"""Cities of one type and framework version beside each other, and one of them over the years."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.pages.certification import pictures
from dalgu.center.pages.certification.asking import (
    body_of,
    choices,
    common,
    fields_of,
    framework_named,
)
from dalgu.center.pages.certification.profiles import Profiles, key_of, newest
from dalgu.certification.comparison.compare import Comparison, Entrant, compare
from dalgu.certification.comparison.profile import (
    CityProfile,
    differing,
    profile,
    read_profile,
)
from dalgu.certification.comparison.trend import Trend, Year, trend
from dalgu.certification.framework.model import Framework
from dalgu.certification.scorecard import Scorecard
from dalgu.kernel.clock import iso, local
from dalgu.kernel.errors import DalguError
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import refusal
from dalgu.web.upload import read_form

SEED = 1
PATH = "/certification/compare"
WIDTH = 640.0  # of the pictures


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages, write = Pages(center), Operation.ASSESSMENT_RUN
    return [
        Route(PATH, pages.compare, name=Operation.INDICATOR_READ),
        Route(PATH, pages.add, methods=["POST"], name=write),
        Route(f"{PATH}/remove", pages.remove, methods=["POST"], name=write),
    ]


@dataclass(frozen=True, slots=True)
class Group:
    """Who is compared, and who is left out and why, by keys of the catalogue."""

    entrants: list[Entrant]
    left_out: list[tuple[CityProfile, str]]


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the trend's picture."""

    x: float
    y: float
    share: float


@dataclass(frozen=True, slots=True)
class TrendPicture:
    """Lines of spots, one for each version in turn, and the places where it changed."""

    series: tuple[tuple[Spot, ...], ...]
    breaks: tuple[float, ...]
    ticks: tuple[tuple[int, float], ...]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.profiles = Profiles(center.certification.hub.store)

    async def compare(self, request: Request) -> Response:
        """Draw ranks, profiles, peers and the trend of one city."""
        return await self._page(request)

    async def add(self, request: Request) -> Response:
        """Keep the profile of another city, or of another year."""
        body = await body_of(request)
        try:
            form = read_form(request.headers.get("content-type", ""), body)
            text = form.file or form.fields.get("profile", "").strip().encode()
            told = read_profile(text, form.file_name or "-")
            # What cannot be scored here could not stand on this page: it is not kept.
            told.basis.score(self.center.certification.framework(told.framework))
            await self.profiles.put(told)
        except DalguError as refused:
            return await self._page(request, refused=refused)
        return self._home(request, told.framework)

    async def remove(self, request: Request) -> Response:
        """Forget a kept profile."""
        fields = fields_of(await body_of(request))
        await self.profiles.remove(fields.get("key", ""))
        return self._home(request, fields.get("framework", ""))

    def _home(self, request: Request, framework: str) -> Response:
        return RedirectResponse(f"/{language_of(request)}{PATH}?framework={framework}", 303)

    async def _page(self, request: Request, *, refused: DalguError | None = None) -> Response:
        card = await self.center.certification.scorecard(framework_named(request))
        framework = card.framework
        own, kept = own_profile(self.center, card), self.profiles.all()
        mixed = request.query_params.get("mixed") == "yes"
        group = group_of(own, framework, kept, mixed=mixed)
        beside = await _beside(group, mixed=mixed) if framework.scoring == "points" else None
        years = self._trend(request, card, kept)
        return self.center.frame.render(
            request,
            "center/certification/compare.html",
            status=200 if refused is None else refused.status,
            **common(request, framework),
            frameworks=[
                one for one in choices(self.center.certification) if one.scoring == "points"
            ],
            card=card,
            own=own,
            kept=kept,
            key_of=key_of,
            group=group,
            beside=beside,
            mixed=mixed,
            names={one.city: one.name for one in (*kept, own)},
            at=lambda points: round(130 + points / card.total_points * (WIDTH - 150), 1),
            trend=years,
            picture=None if years is None else picture_of(years),
            trend_city=_trend_city(request, own),
            refused=refused,
            told=None if refused is None else refusal(language_of(request), refused),
            may_add=may(actor_of(request), Operation.ASSESSMENT_RUN),
            may_export=may(actor_of(request), Operation.EXPORT_READ),
        )

    def _trend(self, request: Request, card: Scorecard, kept: list[CityProfile]) -> Trend | None:
        city = _trend_city(request, own_profile(self.center, card))
        years = []
        for one in kept:
            if one.city != city or not one.reference_date:
                continue
            with suppress(DalguError, ValueError):  # a version this city does not have, or no date
                by = self.center.certification.framework(one.framework)
                if by.family == card.framework.family and not differing(by, one):
                    on = datetime.fromisoformat(one.reference_date).date()
                    years.append(Year(on, by, one.basis.score(by)))
        if city == self.center.city.id and card.sheet is not None and card.measured_at:
            years.append(Year(local(card.measured_at).date(), card.framework, card.sheet))
        return trend(years) if len(years) > 1 else None


def own_profile(center: Center, card: Scorecard) -> CityProfile:
    """Return this city as it was measured last."""
    at = "" if card.measured_at is None else iso(card.measured_at)
    city = center.city
    return profile(card.framework, city.id, city.name, card.basis, reference_date=at)


def group_of(
    own: CityProfile, framework: Framework, kept: Sequence[CityProfile], *, mixed: bool
) -> Group:
    """Return who can stand beside the own city; `mixed`: other types as well."""
    entrants, left_out = [(own, framework)], []
    others = newest(one for one in kept if one.city != own.city)
    for one in others:
        if one.framework != framework.name:
            left_out.append((one, "other_version"))
        elif differing(framework, one):
            left_out.append((one, "other_definitions"))
        elif one.city_type != own.city_type and not mixed:
            left_out.append((one, "other_type"))
        else:
            entrants.append((one, framework))
    return Group(entrants, left_out)


async def _beside(group: Group, *, mixed: bool) -> Comparison | None:
    if len(group.entrants) < 2:
        return None
    rng = np.random.default_rng(SEED)
    return await asyncio.to_thread(compare, group.entrants, rng, as_not_comparable=mixed)


def _trend_city(request: Request, own: CityProfile) -> str:
    return request.query_params.get("city") or own.city


def picture_of(found: Trend) -> TrendPicture:
    """Return the trend as lines that no break is drawn across."""
    days = [point.on for point in found.points]
    years = pictures.Years(min(days).year, max(days).year + 1, 44.0, WIDTH)
    series: dict[int, list[Spot]] = {}
    for point in found.points:
        spot = Spot(years.x(point.on), round(170 - 150 * point.share, 1), point.share)
        series.setdefault(point.series, []).append(spot)
    return TrendPicture(
        series=tuple(map(tuple, series.values())),
        breaks=tuple(years.x(_between(found, one.on)) for one in found.breaks),
        ticks=tuple(years.ticks()),
    )


def _between(found: Trend, on: date) -> date:
    """Return the middle between the two points on both sides of a break."""
    start = max((point.on for point in found.points if point.on < on), default=on)
    return date.fromordinal((start.toordinal() + on.toordinal()) // 2)
