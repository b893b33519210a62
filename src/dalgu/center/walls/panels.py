"""What each panel of the wall shows, read for one reader: no more than they may see."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from markupsafe import Markup

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center import board, layers
from dalgu.center.api import known_layers
from dalgu.center.context import Center
from dalgu.center.documents import observed, title
from dalgu.center.drawn import incident_features
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Status
from dalgu.center.picture import picture
from dalgu.center.walls.layout import Panel, PanelKind
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language, Text
from dalgu.service import Asked, Page, Service
from dalgu.web.language import phrase

ROWS_A_CELL = 1.1  # event rows that a twelfth of the wall's height holds
REPLAY_H = 24  # a replay goes through the last hours, one at each turn
CAMERAS_A_CELL = 0.5  # camera tiles per cell of the grid
REFRESH_S: Mapping[PanelKind, int] = {
    PanelKind.EVENTS: 3,
    PanelKind.FIGURES: 10,
    PanelKind.CAMERAS: 15,
    PanelKind.PAGE: 30,
    PanelKind.WARNINGS: 10,
    PanelKind.REPLAY: 4,
}
# The content of a service's page is what its frame holds within `main`, maps left out: on a wall
# a map is a panel of its own.
_CONTENT = re.compile(r"<main\b[^>]*>(.*)</main>", re.DOTALL)
_HEAD = re.compile(r"<h1\b.*?</h1>", re.DOTALL)
_MAP = re.compile(r"<city-map\b.*?</city-map>", re.DOTALL)

Shown = dict[str, JSON]


def service_pages(center: Center) -> Iterator[tuple[Service, Page]]:
    """Yield the pages of the services that can be a panel: those whose path names no part."""
    for service in center.services:
        for page in service.pages:
            if "{" not in page.path:
                yield service, page


def title_of(center: Center, panel: Panel, language: Language) -> str:
    """Return what stands above a panel."""
    if panel.kind is PanelKind.PAGE:
        found = _page(center, panel)
        return panel.path if found is None else found[1].title.say(language)
    return phrase(language, f"walls.kind.{panel.kind}")


async def shown(center: Center, panel: Panel, actor: Actor, language: Language) -> Shown:
    """Return what the template of a panel draws."""
    if panel.kind is PanelKind.EVENTS:
        return {"rows": events(center, panel, actor, language)}
    if panel.kind is PanelKind.FIGURES:
        return {"tiles": board.tiles(await board.read_figures(center), language)}
    if panel.kind is PanelKind.CAMERAS:
        return {"cameras": await cameras(center, panel, actor, language)}
    if panel.kind is PanelKind.WARNINGS:
        return {"warnings": center.rooms.warnings.active(language)}
    label = title_of(center, panel, language)
    if panel.kind is PanelKind.MAP:
        known = known_layers(actor)
        drawn = picture(center.city, language, label=label)
        shown = [name for name in panel.layers if name in known]
        return {"picture": drawn, "label": label, "layers": shown}
    if panel.kind is PanelKind.REPLAY:
        return replayed(center, actor, language, label)
    return {}


def events(center: Center, panel: Panel, actor: Actor, language: Language) -> list[Shown]:
    """Return the open incidents, the gravest first, that fit into a panel."""
    now = center.clock.now()
    seen = [
        one
        for one in center.rooms.incidents.open_ones()
        if _sees(actor, one) and (one.shelved_until is None or one.shelved_until <= now)
    ]
    seen.sort(key=lambda one: (one.priority, -one.number))
    return [row(one, language) for one in seen[: max(2, round(panel.h * ROWS_A_CELL))]]


def replayed(center: Center, actor: Actor, language: Language, label: str) -> Shown:
    """Return the city as it was at one hour of the last day; the hours follow each other."""
    now = center.clock.now()
    hours = REPLAY_H - int(now.timestamp() // REFRESH_S[PanelKind.REPLAY]) % REPLAY_H
    at = now - timedelta(hours=hours)
    were = [one for one in center.rooms.incidents.all.values() if _was_open(one, at)]
    dots = list(incident_features(were, {}, actor, language))
    drawn = picture(center.city, language, label=label, features=dots)
    return {"picture": drawn, "label": label, "at": iso(at), "count": len(dots)}


def _was_open(incident: Incident, at: datetime) -> bool:
    steps = [step.status for step in incident.steps if step.at <= at]
    return bool(steps) and steps[-1] is not Status.CLOSED


def _sees(actor: Actor, incident: Incident) -> bool:
    return may(actor, Operation.INCIDENT_READ, incident.district)


async def cameras(center: Center, panel: Panel, actor: Actor, language: Language) -> list[Shown]:
    """Return the cameras as tiles, silent ones first: whether each is heard, and since when.

    A wall is looked at by a whole room, so it shows no images: these take a purpose.
    """
    now = center.clock.now()
    found: list[Shown] = []
    async for device in center.hub.every("Device", q=layers.CAMERAS):
        at = observed(device, "deviceState")
        heard = layers.is_heard(device, now)
        found.append(
            {
                "name": title(device, language),
                "heard": heard,
                "at": None if at is None else iso(at),
                "origin": (device.get("origin") or {}).get("value"),
            }
        )
    found.sort(key=lambda one: (one["heard"], one["name"]))
    return found[: max(2, round(panel.w * panel.h * CAMERAS_A_CELL))]


async def page_data(center: Center, panel: Panel, actor: Actor) -> tuple[str, Shown] | None:
    """Return template and data of a service's page, `None` where the reader may not see it."""
    found = _page(center, panel)
    if found is None or not may(actor, found[1].operation):
        return None
    service, page = found
    data = await page.data(center.hub, center.clock, Asked())
    drawn: Shown = {
        "label": "", "map_layers": [], "stream_layers": "", "focus": None, "picture": "",
        "asked": Asked(), "refusal": None, **data,
    }  # fmt: skip
    return f"{service.name}/{page.template}", drawn


def content_of(html: str) -> Markup:
    """Return the content of a drawn page, without its frame, its maps and its first heading.

    The panel has a heading of its own that says the same.
    """
    found = _CONTENT.search(html)
    inside = html if found is None else found[1]
    return Markup(_HEAD.sub("", _MAP.sub("", inside)))  # noqa: S704 - the page's own template escaped it


def _page(center: Center, panel: Panel) -> tuple[Service, Page] | None:
    return next((one for one in service_pages(center) if one[1].path == panel.path), None)


def choices(center: Center) -> list[tuple[str, Text]]:
    """Return path and title of every page that can be a panel."""
    return [(page.path, page.title) for _, page in service_pages(center)]
