"""What a city service is: one frozen value that says all a service brings.

A service's `service.py` holds its `SERVICE` and no logic: it is the folder's table of
contents. The composition root reads it; services never import each other.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dalgu.access.access import Access
from dalgu.access.actor import Actor
from dalgu.access.logbook import Logbook
from dalgu.access.policy import Operation
from dalgu.cities import City
from dalgu.devices.uplink import Decoder
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.schedule import Schedule
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.store.sqlite import Store

if TYPE_CHECKING:
    from starlette.routing import BaseRoute, Route

    from dalgu.web.frame import Frame


@dataclass(frozen=True, slots=True)
class Job:
    """Work on a schedule: reads the hub, thinks, writes the hub; harmless when it runs twice."""

    name: str
    title: Text
    schedule: Schedule
    run: Callable[[Hub, Clock], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks a page for: the parts of its path, the query, and what a form sent."""

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)


PageData = Callable[[Hub, Clock, Asked], Awaitable[Mapping[str, JSON]]]
Take = Callable[[Hub, Clock, Actor, Asked], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Page:
    """Something to see: a template of the service's `pages/` folder and the data it draws.

    A path may name parts, as `/center/water/meters/{meter}`. The operation says who may look.
    """

    path: str
    title: Text
    template: str
    data: PageData
    operation: Operation = Operation.PAGE_READ


@dataclass(frozen=True, slots=True)
class Form:
    """Something to do on a page: `take` does it in the reader's name, and the page comes again.

    `path` is posted to; `page` is the path of the page that holds the form, with the same
    parts. What `take` refuses is told on that page, with what was sent.
    """

    path: str
    page: str
    operation: Operation
    take: Take


@dataclass(frozen=True, slots=True)
class Ground:
    """What a service stands on that keeps a sealed book of its own (ADR 11)."""

    hub: Hub
    store: Store
    clock: Clock
    access: Access
    city: City
    settings: Settings
    folder: Path  # of the city's data
    book: Logbook

    @property
    def today(self) -> date:
        """The city's local day."""
        return local(self.clock.now()).date()


@dataclass(frozen=True, slots=True)
class Opened:
    """A service over its book: what of it answers, and what runs behind the pages.

    `pages` gives routes without their language, `routes` those of programs; each is named after
    its operation. `rooms` is for who knows the service: its commands, the simulation, tests.
    """

    name: str
    rooms: Any
    book: Logbook
    routes: Callable[["Frame"], list["Route"]]
    pages: Callable[["Frame"], list["Route"]]
    works: Mapping[str, Callable[[], Awaitable[None]]] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()


def routed(
    parts: Iterable[Any], desk_of: Callable[["Frame"], Any]
) -> Callable[["Frame"], list["Route"]]:
    """Return what gives the routes of all parts over one desk; a part has `routes(desk)`."""

    def routes(frame: "Frame") -> list["Route"]:
        desk = desk_of(frame)
        return [route for part in parts for route in part.routes(desk)]

    return routes


@dataclass(frozen=True, slots=True)
class Service:
    """All that one city service brings to the platform."""

    name: str
    title: Text
    summary: Text
    entities: tuple[type[Entity], ...]
    decoders: Mapping[str, Decoder] = field(default_factory=dict)
    jobs: tuple[Job, ...] = ()
    pages: tuple[Page, ...] = ()
    forms: tuple[Form, ...] = ()
    routes: tuple["BaseRoute", ...] = ()
    open: Callable[[Ground], Opened] | None = None  # of a service with a book of its own
    templates: Path | None = None  # folder of the pages; `pages/` beside the built-in services
