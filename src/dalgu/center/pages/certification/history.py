"""Past rounds of the certification: what public sources tell, and who held one on which day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.pages.certification.pictures import Years
from dalgu.certification.process.history.rounds import (
    CAVEAT,
    Holder,
    PastRound,
    history,
    rounds,
    who_held_a_valid_certificate,
)
from dalgu.certification.process.life import expiry
from dalgu.kernel.text import Text

LEFT, WIDTH, ROW, TOP = 150.0, 900.0, 22.0, 26.0
MOST_EXTENSIONS = 4  # that can follow each other between the first round and now


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    return [Route("/certification/history", Pages(center).history, name=Operation.PUBLIC_READ)]


@dataclass(frozen=True, slots=True)
class Span:
    """One certificate of the picture: from, width, and how sure it is."""

    x: float
    width: float
    holder: Holder


@dataclass(frozen=True, slots=True)
class CityRow:
    """One city of the picture with all its certificates."""

    name: Text
    y: float
    spans: tuple[Span, ...]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def history(self, request: Request) -> Response:
        """Draw the rounds, the timeline, and who held a certificate on a day."""
        today = self.center.today
        on = _day(request.query_params.get("on", ""), today)
        found = every_holder()
        years = Years(
            min(one.since.year for one in found),
            max(one.until.year for one in found) + 1,
            LEFT,
            WIDTH,
        )
        rows = timeline(found, years)
        return self.center.frame.render(
            request,
            "center/certification/history.html",
            on=on,
            today=today,
            holders=who_held_a_valid_certificate(on),
            rounds=[(one, _cities(one)) for one in reversed(rounds())],
            cities=history().cities,
            sources=history().sources,
            rows=rows,
            years=years,
            top=TOP,
            width=WIDTH,
            height=TOP + ROW * len(rows),
            caveat=CAVEAT,
        )


def every_holder() -> list[Holder]:
    """Return all certificates of all past rounds: each is held on the day it begins."""
    days = {one.result_on for one in rounds() if one.result_on is not None}
    for begin in tuple(days):
        following = begin
        for _ in range(MOST_EXTENSIONS):
            following = date.fromordinal(expiry(following).toordinal() + 1)
            days.add(following)
    found = {
        (one.city, one.year, one.since): one
        for day in days
        for one in who_held_a_valid_certificate(day)
    }
    return sorted(found.values(), key=lambda one: (one.since, one.city))


def timeline(found: Iterable[Holder], years: Years) -> list[CityRow]:
    """Return one row for each city, those first certified on top."""
    by_city: dict[str, list[Holder]] = {}
    for one in found:
        by_city.setdefault(one.city, []).append(one)
    return [
        CityRow(
            name=held[0].name,
            y=TOP + ROW * place,
            spans=tuple(
                Span(years.x(one.since), round(years.x(one.until) - years.x(one.since), 1), one)
                for one in held
            ),
        )
        for place, held in enumerate(by_city.values())
    ]


def _cities(one: PastRound) -> list[tuple[str, tuple[str, ...]]]:
    return [(kind, cities) for kind, cities in one.certified.items() if cities]


def _day(text: str, today: date) -> date:
    """Return the day of a text, today where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today
