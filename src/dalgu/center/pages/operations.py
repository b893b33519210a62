"""What operators see: the situation with its map and wall, and a page for each service."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center import alerts, board, layers
from dalgu.center.context import Center
from dalgu.center.picture import picture, view_of
from dalgu.hub.model import Document
from dalgu.kernel.text import Language
from dalgu.service import Page, Service
from dalgu.web.frame import language_of
from dalgu.web.language import phrase

STATUSES = ("open", "acknowledged", "closed")


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    found = [Route("/center", pages.situation, name=Operation.PAGE_READ)]
    for service in center.services:
        for page in service.pages:
            operation = Operation.PUBLIC_READ if page.public else Operation.PAGE_READ
            found.append(Route(page.path, ServicePage(center, service, page).draw, name=operation))
    return found


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def situation(self, request: Request) -> Response:
        """Draw the situation: figures, live map, event wall."""
        language = language_of(request)
        status = request.query_params.get("status", "open")
        status = status if status in STATUSES else "open"
        label = phrase(language, "situation.map_label")
        return self.center.frame.render(
            request,
            "center/situation.html",
            tiles=board.tiles(await board.read_figures(self.center), language),
            rows=await alerts.read_wall(self.center.hub, language, status=status),
            counts={s: await self.center.hub.count("Alert", q=f'status=="{s}"') for s in STATUSES},
            shown_status=status,
            progress=self.center.progress(),
            stream_layers=" ".join(layers.LAYERS),
            layers=list(layers.LAYERS),
            label=label,
            picture=picture(self.center.city, language, label=label),
            has_devices=bool(await self.center.hub.count("Device")),
        )


class ServicePage:
    """One page of a service: its own template over what it read from the hub."""

    def __init__(self, center: Center, service: Service, page: Page) -> None:
        self.center = center
        self.service = service
        self.page = page

    async def draw(self, request: Request) -> Response:
        """Draw the page."""
        language = language_of(request)
        data = await self.page.data(self.center.hub, self.center.clock)
        label = phrase(language, "service.map_label", name=self.page.title.say(language))
        layer = layers.LAYERS.get(self.service.name)
        features = [] if layer is None else await self._features(layer, language)
        return self.center.frame.render(
            request,
            f"{self.service.name}/{self.page.template}",
            label=label,
            map_layers=[] if layer is None else [layer.name],
            stream_layers="" if layer is None else layer.name,
            focus=view_of(features),
            picture=picture(self.center.city, language, label=label, features=features),
            **data,
        )

    async def _features(self, layer: layers.Layer, language: Language) -> list[Document]:
        now, found = self.center.clock.now(), []
        for kind in layer.types:
            async for document in self.center.hub.every(kind, q=layer.q):
                one = layers.feature(layer, document, language, now)
                if one is not None and one["properties"]["state"] != "stale":
                    found.append(one)
        return found
