"""What a city service is: one frozen value that says all a service brings.

A service's `service.py` holds its `SERVICE` and no logic: it is the folder's table of
contents. The composition root reads it; services never import each other.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dalgu.devices.uplink import Decoder
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Entity
from dalgu.kernel.clock import Clock
from dalgu.kernel.schedule import Schedule
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from starlette.routing import BaseRoute


@dataclass(frozen=True, slots=True)
class Job:
    """Work on a schedule: reads the hub, thinks, writes the hub; harmless when it runs twice."""

    name: str
    title: Text
    schedule: Schedule
    run: Callable[[Hub, Clock], Awaitable[None]]


PageData = Callable[[Hub, Clock], Awaitable[Mapping[str, JSON]]]


@dataclass(frozen=True, slots=True)
class Page:
    """Something to see: a template of the service's `pages/` folder and the data it draws.

    `public` pages are open to everybody; all others ask for the viewer role.
    """

    path: str
    title: Text
    template: str
    data: PageData
    public: bool = False


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
    routes: tuple["BaseRoute", ...] = ()
    templates: Path | None = None  # folder of the pages; `pages/` beside the built-in services
