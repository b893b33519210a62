"""The scorecard: grade and its probability, coverage, profile, and every indicator beneath."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
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
    home,
    ratings_of,
    state_of,
)
from dalgu.center.pages.certification.likelihood import Likelihoods
from dalgu.certification.certification import DEFAULT
from dalgu.certification.framework.model import Area, Item
from dalgu.certification.measurement import Maturity
from dalgu.certification.measuring.measuring import Progress
from dalgu.certification.planning.drift import Drift, drift
from dalgu.certification.planning.effort import nearest
from dalgu.certification.planning.errors import SheetsDiffer
from dalgu.certification.scorecard import Scorecard, Standing
from dalgu.certification.scoring.bands import BandCard, Rating, band_card
from dalgu.certification.scoring.sheet import ScoreSheet, State
from dalgu.hub.model import JSON
from dalgu.kernel.clock import LOCAL, local
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.kernel.text import Text
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import refusal

RADAR = {"radius": 118.0, "centre": 160.0}
LAST_MOMENT = time(23, 59, 59)  # of a reference date: the day itself counts

Shows = Callable[[Standing], bool]


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    return [
        Route("/certification", pages.scorecard, name=Operation.PUBLIC_READ),
        Route("/certification", pages.assess, methods=["POST"], name=Operation.ASSESSMENT_RUN),
    ]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an assessment is asked for: as of now, or frozen as of a reference date."""

    framework: str
    reference: datetime | None = None

    @property
    def is_official(self) -> bool:
        """Tell whether it is to be the official one."""
        return self.reference is not None


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.likelihoods = Likelihoods()
        self._one_at_a_time = asyncio.Lock()

    async def scorecard(self, request: Request) -> Response:
        """Draw grade, coverage, profile, areas, items and indicators."""
        certification, name = self.center.certification, framework_named(request)
        card = await certification.scorecard(name)
        official = await certification.scorecard(name, official=True)
        ratings = ratings_of(card)
        filters = filters_of(card, ratings)
        chosen = request.query_params.get("show", "all")
        shows = filters.get(chosen, filters["all"])
        bands = band_card(card.framework, card.basis.measurements) if ratings else None
        return self.center.frame.render(
            request,
            "center/certification/scorecard.html",
            **common(request, card.framework),
            frameworks=choices(certification),
            card=card,
            bands=bands,
            ratings=ratings,
            most_of_band=max((one.points for one in card.framework.bands), default=0),
            official=official if official.measured_at else None,
            drift=drift_of(official, card),
            likelihood=await self.likelihoods.of(card),
            nearest=None if card.sheet is None else nearest(card.framework, card.sheet),
            own_sheet=with_own_levels(card),
            profile=profile_of(card, bands, official if official.measured_at else None),
            filters=[(name, sum(map(one, card.standings))) for name, one in filters.items()],
            chosen=chosen if chosen in filters else "all",
            shown_of=lambda part: [one for one in standings_of(card, part) if shows(one)],
            is_empty=not any(map(shows, card.standings)),
            reasons=await self._reasons(card),
            may_assess=may(actor_of(request), Operation.ASSESSMENT_RUN),
            may_export=may(actor_of(request), Operation.EXPORT_READ),
        )

    async def _reasons(self, card: Scorecard) -> dict[str, Text]:
        """Return why indicators have no value, as their evidence tells."""
        found = {}
        for one in card.standings:
            if one.measured is not None and one.measured.value is None and one.measured.snapshot:
                with suppress(DalguError):  # the indicator's own page tells what is wrong
                    told = await self.center.certification.evidence(one.measured.snapshot)
                    if told.reason is not None:
                        found[one.indicator.code] = told.reason
        return found

    async def assess(self, request: Request) -> Response:
        """Measure all indicators now; who asks for events is told how far it is."""
        asked = asked_of(fields_of(await body_of(request)))
        goal = home(request, asked.framework)
        if "text/event-stream" in request.headers.get("accept", ""):
            events = self._told(request, asked, goal)
            return StreamingResponse(events, media_type="text/event-stream")
        await self._assess(asked, lambda _: None)
        return RedirectResponse(goal, 303)

    async def _assess(self, asked: Asked, told: Callable[[Progress], None]) -> None:
        reference, now = asked.reference, self.center.clock.now()
        if reference is not None and local(reference).date() == local(now).date():
            reference = now  # today is measured as far as it has come
        async with self._one_at_a_time:
            await self.center.certification.assess(
                asked.framework,
                reference=reference,
                freeze=asked.is_official,
                progress=told,
            )

    async def _told(self, request: Request, asked: Asked, goal: str) -> AsyncIterator[bytes]:
        """Assess, and yield each step; the work ends with its reader."""
        steps: asyncio.Queue[JSON] = asyncio.Queue(maxsize=1_000)

        def tell(progress: Progress) -> None:
            with suppress(asyncio.QueueFull):  # a step that nobody waits for
                steps.put_nowait(msgspec.to_builtins(progress))

        async def work() -> None:
            try:
                await self._assess(asked, tell)
            except DalguError as refused:
                await steps.put({"failed": refusal(language_of(request), refused) or str(refused)})
            else:
                await steps.put({"goal": goal})

        async with asyncio.TaskGroup() as group:
            group.create_task(work())
            while True:
                step = await steps.get()
                yield b"data: " + msgspec.json.encode(step) + b"\n\n"
                if "goal" in step or "failed" in step:
                    return


def asked_of(form: dict[str, str]) -> Asked:
    """Return what the form of an assessment asks for; a reference date makes it official."""
    framework = form.get("framework") or DEFAULT
    if "reference" not in form:
        return Asked(framework)
    try:
        day = datetime.fromisoformat(form["reference"]).date()
    except ValueError:
        raise InvalidInput(f"Reference date '{form['reference'][:40]}' is no date.") from None
    return Asked(framework, datetime.combine(day, LAST_MOMENT, LOCAL))


def standings_of(card: Scorecard, part: Area | Item) -> list[Standing]:
    """Return the standings of an area or of an item."""
    return card.of_area(part) if isinstance(part, Area) else card.of_item(part)


def filters_of(card: Scorecard, ratings: dict[str, Rating]) -> dict[str, Shows]:
    """Return the filters of the list of indicators, by the name in the address."""
    best = max((one.points for one in card.framework.bands), default=0)

    def is_missing(one: Standing) -> bool:
        is_asked = one.indicator.kind == "quantitative"
        lacks = one.measured is None or one.measured.value is None
        return (is_asked and lacks) or (one.line is not None and one.line.state is State.MISSING)

    def loses(one: Standing) -> bool:
        if ratings:
            points = ratings[one.indicator.code].points
            return points is not None and points < best
        return one.points < one.max_points

    found: dict[str, Shows] = {"all": lambda _: True, "missing": is_missing}
    if not ratings:
        found["review"] = lambda one: state_of(one) == "awaiting_review"
    return found | {"losing": loses}


def drift_of(official: Scorecard, live: Scorecard) -> Drift | None:
    """Return how far the live score is from the official one, None where there is no such."""
    if official.measured_at is None or official.sheet is None or live.sheet is None:
        return None
    with suppress(SheetsDiffer):  # the city is of another type than at the reference date
        return drift(official.sheet, live.sheet)
    return None


def with_own_levels(card: Scorecard) -> ScoreSheet | None:
    """Return the sheet as it would be if reviewers confirmed every level the city gave itself."""
    if card.sheet is None:
        return None
    basis, fewest = card.basis, max(1, card.framework.fewest_reviews)
    for one in basis.maturities.values():
        if one.self_level is not None and not one.levels:
            judged = Maturity(one.indicator, one.self_level, (one.self_level,) * fewest)
            basis = basis.with_maturity(judged)
    return basis.score(card.framework)


@dataclass(frozen=True, slots=True)
class ItemShare:
    """An item of the profile: points, and the share of them now and in the official score."""

    code: str
    name: Text
    points: float
    most: float
    share: float
    official: float | None


@dataclass(frozen=True, slots=True)
class Profile:
    """All items, and their radar."""

    items: tuple[ItemShare, ...]
    radar: pictures.Radar


def profile_of(card: Scorecard, bands: BandCard | None, official: Scorecard | None) -> Profile:
    """Return how the items stand, beside each other."""
    frozen = None if official is None else official.sheet
    items = []
    for item in (item for area in card.framework.areas for item in area.items):
        points, most = _of_item(card, bands, item.code)
        then = None if frozen is None else frozen.item(item.code).share
        share = points / most if most else 0.0
        items.append(ItemShare(item.code, item.name, points, most, share, then))
    shapes = [[one.share for one in items]]
    if frozen is not None:
        shapes.append([one.official or 0.0 for one in items])
    return Profile(tuple(items), pictures.radar([one.code for one in items], shapes, **RADAR))


def _of_item(card: Scorecard, bands: BandCard | None, code: str) -> tuple[float, float]:
    if bands is not None:
        return float(bands.items[code].points), float(bands.items[code].most)
    if card.sheet is None:
        return 0.0, 0.0
    part = card.sheet.item(code)
    return part.points, part.max_points
