"""What citizens see: their neighbourhood now, and where the data comes from."""

from dataclasses import dataclass, field

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center import near_picture, neighbourhood
from dalgu.center.context import Center
from dalgu.center.kept import Kept
from dalgu.cities import Dong
from dalgu.hub.model import JSON
from dalgu.kernel.text import Language
from dalgu.kernel.units import UNITS
from dalgu.web.frame import language_of
from dalgu.web.language import phrase

FRESH_S = 5.0  # citizens' figures change by the minute; a rush of readers asks the hub once
LOTS_SHOWN = 6


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    public = Operation.PUBLIC_READ
    return [
        Route("/", pages.front, name=public),
        Route("/about/data", pages.about_data, name=public),
    ]


@dataclass(slots=True)
class Pages:
    """The handlers, with what they stand on."""

    center: Center
    kept: Kept = field(default_factory=Kept)

    async def front(self, request: Request) -> Response:
        """Draw the front page: a dong of the reader's choice, or the whole city."""
        city, language = self.center.city, language_of(request)
        chosen = request.query_params.get("dong", "")
        here = next((dong for dong in city.dongs if dong.code == chosen), None)
        key = (language, "" if here is None else here.code)
        shown = await self.kept.get(key, FRESH_S, lambda: self._shown(here, language))
        return self.center.frame.render(
            request,
            "center/front.html",
            here=here,
            district=None if here is None else city.district(here.district),
            units={code: unit.symbol for code, unit in UNITS.items()},
            lots_shown=LOTS_SHOWN,
            **shown,
        )

    async def _shown(self, here: Dong | None, language: Language) -> dict[str, JSON]:
        center, now = self.center, self.center.clock.now()
        lots = await neighbourhood.read_lots(center, language)
        parking = neighbourhood.parking(lots, here)
        incidents = list(center.rooms.incidents.all.values())
        warned = center.rooms.warnings.active(language, None if here is None else here.code)
        return {
            "parking": parking,
            "water": await neighbourhood.read_water(center, here),
            "traffic": await neighbourhood.read_traffic(center, here, language),
            "air": await neighbourhood.read_air(center, here, language),
            "outages": neighbourhood.outages(incidents, here),
            "deeds": neighbourhood.deeds(incidents, here, now),
            # An exercise is nobody's danger: what is practised never shows to citizens.
            "warned": [one for one in warned if not one["isExercise"]],
            "picture": self._picture(here, parking, language),
            "dong_names": {dong.code: dong.name for dong in center.city.dongs},
        }

    def _picture(
        self, here: Dong | None, parking: neighbourhood.Parking, language: Language
    ) -> Markup:
        city = self.center.city
        label = phrase(language, "near.map_label", place=(here or city).name.say(language))
        if here is None:
            return near_picture.whole(city, language, label)
        dots = [lot.feature for lot in parking.lots if lot.feature and lot.free is not None]
        return near_picture.near(city, language, here, label, dots)

    async def about_data(self, request: Request) -> Response:
        """Draw the sources, their licences and what is made up."""
        types = await self.center.hub.types()
        return self.center.frame.render(request, "center/about_data.html", types=types)
