"""The frame of all pages: head, navigation, language, theme, footer around what a page says."""

import gzip
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path

import jinja2
import msgspec
from starlette.requests import Request
from starlette.responses import Response

from dalgu.access.actor import ANONYMOUS, Actor
from dalgu.access.policy import Operation, may
from dalgu.cities import City
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.text import LANGUAGES, Language, Text
from dalgu.web import drawing
from dalgu.web.language import age, browser_phrases, moment, number, phrase
from dalgu.web.static import Static

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("dark", "day", "contrast")
RAIL = ("operations", "services", "data", "elsewhere")  # the groups of the center's rail
VIEW_DEG = 0.13  # a map opens on the built-up city, not on its mountains
PACKING = 5  # a page in a millisecond; more effort gains a few per cent


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a navigation; it shows where the actor may do the operation."""

    path: str
    title: Text
    icon: str
    operation: Operation = Operation.PAGE_READ
    group: str = ""  # of the center's rail; outside it when there is none


class Frame:
    """Draws pages. `folders` maps a prefix to a folder of templates: `parking/lots.html`."""

    def __init__(  # noqa: PLR0913 - the composition root names each
        self,
        city: City,
        clock: Clock,
        static: Static,
        *,
        folders: Mapping[str, Path] | None = None,
        links: Iterable[Link] = (),
        speed: float = 1.0,
        is_simulated: bool = False,
    ) -> None:
        self.city = city
        self.clock = clock
        self.static = static
        self.links = tuple(links)
        self.speed = speed
        self.is_simulated = is_simulated
        lon, lat = city.centre
        self._view = (lon - VIEW_DEG, lat - VIEW_DEG, lon + VIEW_DEG, lat + VIEW_DEG / 2)
        self._templates = _environment(folders or {})

    def render(
        self, request: Request, template: str, *, status: int = 200, **data: JSON
    ) -> Response:
        """Return the page; templates see `data`, the actor and the frame's own names."""
        body = self.draw(request, template, language_of(request), **data)
        cached = "no-cache" if actor_of(request).is_anonymous else "no-store"
        headers = {"cache-control": cached, "vary": "Accept-Encoding, Cookie"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(body, status, headers, media_type="text/html")
        headers["content-encoding"] = "gzip"
        packed = gzip.compress(body.encode(), PACKING, mtime=0)
        return Response(packed, status, headers, media_type="text/html")

    def draw(self, request: Request, template: str, language: Language, **data: JSON) -> str:
        """Return a template as text: a part of a page, for those who put it into one."""
        actor, path = actor_of(request), request.url.path
        context = {
            **data,
            "request": request,
            "language": language,
            "actor": actor,
            "may": partial(may, actor),
            "path": path.removeprefix(f"/{language}") or "/",
            "theme": theme_of(request),
            "rail": "folded" if request.cookies.get("rail") == "folded" else "wide",
            "rail_groups": self._rail(actor),
            "now": self.clock.now(),
            **self._words(language),
        }
        return self._templates.get_template(template).render(context)

    def _rail(self, actor: Actor) -> dict[str, list[Link]]:
        groups: dict[str, list[Link]] = {group: [] for group in RAIL}
        for link in self.links:
            if link.group in groups and may(actor, link.operation):
                groups[link.group].append(link)
        return groups

    def _words(self, language: Language) -> dict[str, JSON]:
        return {
            "t": partial(phrase, language),
            "say": lambda text: "" if text is None else text.say(language),
            "url": lambda path: f"/{language}{path}",
            "other_language": next(other for other in LANGUAGES if other != language),
            "static": self.static.url,
            "import_map": self.static.import_map,
            "has_libraries": self.static.has_libraries,
            "phrases": partial(_phrases, language),
            "moment": lambda at: moment(_instant(at), language),
            "ago": lambda at: age(self.clock.now() - (_instant(at) or self.clock.now()), language),
            "city": self.city,
            "city_view": self._view,
            "links": self.links,
            "speed": self.speed,
            "is_simulated": self.is_simulated,
        }


@cache
def _phrases(language: Language, area: str) -> str:
    told = msgspec.json.encode(browser_phrases(language, area))
    return told.decode().replace("<", "\\u003c")


def _environment(folders: Mapping[str, Path]) -> jinja2.Environment:
    prefixed = {prefix: jinja2.FileSystemLoader(folder) for prefix, folder in folders.items()}
    environment = jinja2.Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.ChoiceLoader(
            [jinja2.FileSystemLoader(TEMPLATES), jinja2.PrefixLoader(prefixed)]
        ),
    )
    environment.filters |= {"number": number, "iso": iso}
    environment.globals |= {"drawing": drawing}
    return environment


def _instant(at: datetime | str | None) -> datetime | None:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def language_of(request: Request) -> Language:
    """Return the language that the address names, Korean where it names none."""
    return "en" if request.url.path.split("/", 2)[1:2] == ["en"] else "ko"


def actor_of(request: Request) -> Actor:
    """Return who asks: whom the session or token named, or nobody in particular."""
    actor: Actor = request.scope.get("actor", ANONYMOUS)
    return actor


def remote_of(request: Request) -> str:
    """Return from where a request comes, empty where the server does not say."""
    return request.client.host if request.client else ""


def theme_of(request: Request) -> str:
    """Return the remembered theme, `auto` when the reader never chose."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else "auto"
