"""What citizens see: their neighbourhood now, and where the data comes from."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center import neighbourhood
from dalgu.center.context import Center
from dalgu.center.picture import bounds, picture
from dalgu.web.frame import language_of
from dalgu.web.language import phrase


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    public = Operation.PUBLIC_READ
    return [
        Route("/", pages.neighbourhood, name=public),
        Route("/about/data", pages.about_data, name=public),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def neighbourhood(self, request: Request) -> Response:
        """Draw the front page: a dong of the reader's choice, or the whole city."""
        city, language = self.center.city, language_of(request)
        chosen = request.query_params.get("dong", "")
        here = next((dong for dong in city.dongs if dong.code == chosen), None)
        lots = await neighbourhood.read_lots(self.center, language)
        label = phrase(language, "front.map_label", place=(here or city).name.say(language))
        features = [lot.feature for lot in lots if lot.feature is not None and lot.free is not None]
        return self.center.frame.render(
            request,
            "center/front.html",
            here=here,
            district=None if here is None else city.district(here.district),
            now_here=await neighbourhood.read(self.center, lots, here),
            deeds=await neighbourhood.read_deeds(self.center.hub, self.center.clock.now()),
            label=label,
            picture=picture(
                city, language, label=label, features=features, here=here, has_dongs=True
            ),
            focus=None if here is None else bounds(here.geometry),
        )

    async def about_data(self, request: Request) -> Response:
        """Draw the sources, their licences and what is made up."""
        types = await self.center.hub.types()
        return self.center.frame.render(request, "center/about_data.html", types=types)
