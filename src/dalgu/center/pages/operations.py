"""What operators see: the situation with its map and wall, and the pages of each service."""

from collections.abc import Mapping
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center import board, layers
from dalgu.center.api import known_layers
from dalgu.center.context import Center
from dalgu.center.live import wall
from dalgu.center.picture import picture, view_of
from dalgu.hub.model import Document
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language
from dalgu.service import Asked, Form, Page, Service
from dalgu.web.forms import sent_of, told
from dalgu.web.frame import actor_of, language_of
from dalgu.web.language import phrase

MOVING = "moving"  # frames of all that moves, on the stream beside the layers
NOTHING: Mapping[str, str] = MappingProxyType({})


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    found = [Route("/center", pages.situation, name=Operation.PAGE_READ)]
    for service in center.services:
        drawn = {page.path: ServicePage(center, service, page) for page in service.pages}
        found += [Route(path, one.draw, name=one.page.operation) for path, one in drawn.items()]
        for form in service.forms:
            post = ServiceForm(center, form, drawn[form.page]).post
            found.append(Route(form.path, post, methods=["POST"], name=form.operation))
    return found


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def situation(self, request: Request) -> Response:
        """Draw the situation: figures, live map, event wall."""
        language = language_of(request)
        label = phrase(language, "situation.map_label")
        self.center.rooms.replay.expect()
        return self.center.frame.render(
            request,
            "center/situation.html",
            tiles=board.tiles(await board.read_figures(self.center), language),
            wall=wall.read(self.center, actor_of(request), language, request.query_params),
            progress=self.center.progress(),
            stream_layers=" ".join((*layers.LAYERS, MOVING)),
            layers=known_layers(actor_of(request)),
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

    async def draw(
        self, request: Request, sent: Mapping[str, str] = NOTHING, refused: DalguError | None = None
    ) -> Response:
        """Draw the page, after a form that was refused with what was sent and why."""
        language = language_of(request)
        asked = asked_of(request, sent)
        data = await self.page.data(self.center.hub, self.center.clock, asked)
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
            asked=asked,
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language, refused),
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


class ServiceForm:
    """What a page of a service lets a reader do."""

    def __init__(self, center: Center, form: Form, drawn: ServicePage) -> None:
        self.center = center
        self.form = form
        self.drawn = drawn

    async def post(self, request: Request) -> Response:
        """Do it and go back to the page, or draw the page again with why it was refused."""
        fields = await sent_of(request)
        sent = {name: values[0].strip() for name, values in fields.items()}
        asked = asked_of(request, sent)
        try:
            await self.form.take(self.center.hub, self.center.clock, actor_of(request), asked)
        except DalguError as refused:
            return await self.drawn.draw(request, sent, refused)
        path = self.form.page.format(**request.path_params)
        return RedirectResponse(f"/{language_of(request)}{path}", 303)


def asked_of(request: Request, sent: Mapping[str, str]) -> Asked:
    """Return what a request asks of a service's page."""
    path = {name: str(value) for name, value in request.path_params.items()}
    return Asked(path, dict(request.query_params), sent)
