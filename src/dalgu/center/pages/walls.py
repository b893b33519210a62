"""The video wall by address, and the pages that list, preview and edit its layouts."""

from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center import layers
from dalgu.center.api import known_layers
from dalgu.center.context import Center
from dalgu.center.walls import forms, panels
from dalgu.center.walls.layout import Layout, Panel, PanelKind, WallPage
from dalgu.center.walls.walls import LayoutNotExisting
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Language
from dalgu.web.forms import first, sent_of, told
from dalgu.web.frame import actor_of, language_of

PANEL_TEMPLATE = "center/walls/panel.html"


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    read, put = Operation.PAGE_READ, Operation.CENTER_SET
    return [
        Route("/center/walls", pages.every, name=read),
        Route("/center/walls", pages.create, methods=["POST"], name=put),
        Route("/center/walls/{layout}", pages.edit, name=read),
        Route("/center/walls/{layout}", pages.save, methods=["POST"], name=put),
        Route("/center/wall/{layout}", pages.wall, name=read),
        Route("/center/wall/{layout}/{page:int}/{panel:int}", pages.panel, name=read),
    ]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel with what the server drew into it."""

    number: int
    panel: Panel
    title: str
    html: Markup
    refresh_s: int | None


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.walls

    async def wall(self, request: Request) -> Response:
        """Draw a wall: bare, its pages one above the other, of which one is to be seen."""
        version = self.room.get(request.path_params["layout"])
        layout, language = version.layout, language_of(request)
        screen = asked_screen(request, layout)
        numbered = [(n, page) for n, page in enumerate(layout.pages) if page.screen == screen]
        pages = [(n, page, await self._drawn(request, page)) for n, page in numbered]
        return self.center.frame.render(
            request,
            "center/walls/wall.html",
            layout=layout,
            version=version.number,
            pages=pages,
            layers=sorted({name for _, page in numbered for name in streamed(page)}),
            drill=self.center.rooms.drills.current(),
            title=layout.title.say(language),
        )

    async def _drawn(self, request: Request, page: WallPage) -> list[Drawn]:
        language = language_of(request)
        return [
            Drawn(
                number,
                panel,
                panels.title_of(self.center, panel, language),
                await self._html(request, panel, language),
                panels.REFRESH_S.get(panel.kind),
            )
            for number, panel in enumerate(page.panels)
        ]

    async def _html(self, request: Request, panel: Panel, language: Language) -> Markup:
        actor, draw = actor_of(request), self.center.frame.draw
        if panel.kind is PanelKind.PAGE:
            found = await panels.page_data(self.center, panel, actor)
            if found is None:
                return Markup(draw(request, PANEL_TEMPLATE, language, panel=panel, gone=True))  # noqa: S704
            return panels.content_of(draw(request, found[0], language, **found[1]))
        data = await panels.shown(self.center, panel, actor, language)
        # Escaped by the template.
        return Markup(draw(request, PANEL_TEMPLATE, language, panel=panel, gone=False, **data))  # noqa: S704

    async def panel(self, request: Request) -> Response:
        """Draw what one panel shows now, for a wall that is up."""
        version = self.room.get(request.path_params["layout"])
        panel = panel_at(version.layout, request.path_params["page"], request.path_params["panel"])
        html = await self._html(request, panel, language_of(request))
        headers = {
            "cache-control": "no-store",
            # A wall that shows an older version, or files of an older build, loads itself anew.
            "x-wall": f"{version.number}/{self.center.frame.static.digest}",
        }
        return Response(str(html), headers=headers, media_type="text/html")

    async def every(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw the list of layouts, each with its preview and its addresses."""
        return self.center.frame.render(
            request,
            "center/walls/walls.html",
            **_told(request, refused),
            versions=self.room.every(),
            base=str(request.base_url).rstrip("/"),
        )

    async def create(self, request: Request) -> Response:
        """Save a copy of a layout under a new name."""
        actor, sent = actor_of(request), await sent_of(request)
        name = first(sent, "name")
        try:
            old = self.room.get(first(sent, "copy")).layout
            new = Layout(name=name, ko=first(sent, "ko"), en=first(sent, "en"), pages=old.pages)
            await self.room.save(actor, new, is_new=True)
        except DalguError as refused:
            return await self.every(request, refused)
        return await self._saved(request, name)

    async def edit(self, request: Request) -> Response:
        """Draw a layout's form, of the newest or an older version."""
        asked = request.query_params.get("version", "")
        is_number = asked.isascii() and asked.isdigit() and len(asked) < 7
        number = int(asked) if is_number else None
        found = self.room.get(request.path_params["layout"], number)
        return self._form(request, found.layout)

    async def save(self, request: Request) -> Response:
        """Save a layout, or draw its form again with a page or a panel more."""
        name = self.room.get(request.path_params["layout"]).layout.name
        sent = await sent_of(request)
        layout = self.room.get(name).layout
        try:
            layout = forms.layout_of(name, sent)
            deed, _, of = first(sent, "deed").partition("-")
            if deed == "page":
                return self._form(request, forms.with_page(layout))
            if deed == "panel" and of.isdigit() and 0 < int(of) <= len(layout.pages):
                return self._form(request, forms.with_panel(layout, int(of)))
            await self.room.save(actor_of(request), layout)
        except DalguError as refused:
            return self._form(request, layout, refused)
        return await self._saved(request, name)

    async def _saved(self, request: Request, name: str) -> Response:
        actor = actor_of(request)
        await self.center.access.audit(actor, Operation.CENTER_SET, f"wall:{name}", step="save")
        return RedirectResponse(f"/{language_of(request)}/center/walls/{name}", 303)

    def _form(
        self, request: Request, layout: Layout, refused: DalguError | None = None
    ) -> Response:
        return self.center.frame.render(
            request,
            "center/walls/edit.html",
            **_told(request, refused),
            layout=layout,
            versions=self.room.versions(layout.name),
            newest=self.room.get(layout.name),
            kinds=list(PanelKind),
            choices=panels.choices(self.center),
            layer_names=known_layers(actor_of(request)),
            base=str(request.base_url).rstrip("/"),
        )


def asked_screen(request: Request, layout: Layout) -> int:
    """Return the screen that the query names, the layout's first where it names none of it."""
    asked = request.query_params.get("screen", "")
    known = {str(screen): screen for screen in layout.screens}
    return known.get(asked, layout.screens[0])


def panel_at(layout: Layout, page: int, panel: int) -> Panel:
    """Return a panel by its numbers, from 0; raise `LayoutNotExisting` where there is none."""
    try:
        return layout.pages[page].panels[panel]
    except IndexError:
        raise LayoutNotExisting(f"{layout.name}/{page}/{panel}") from None


def streamed(page: WallPage) -> list[str]:
    """Return the map layers of a page that the live stream carries."""
    return [name for one in page.panels for name in one.layers if name in layers.LAYERS]


def _told(request: Request, refused: DalguError | None) -> dict[str, JSON]:
    return {
        "status": 200 if refused is None else refused.status,
        "refusal": None if refused is None else told(language_of(request), refused),
    }
