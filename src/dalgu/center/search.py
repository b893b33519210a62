"""Finding a page or a thing of the city by a few letters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.documents import short_id, title
from dalgu.hub.hub import Query
from dalgu.kernel.text import Language, Text

MOST = 12
NAMED_TYPES = ("OffStreetParking", "OnStreetParking", "DistrictMeteredArea", "Department")
PAGE = Text("화면", "Page")
DONG = Text("동네", "Neighbourhood")
INCIDENT = Text("사건", "Incident")
DONG_ZOOM = 14.0  # shows a dong as a whole


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to go to."""

    title: str
    kind: str
    href: str
    at: tuple[float, float] | None = None  # (lon, lat), where an open map can show it
    zoom: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One named thing of the index."""

    entity: str
    type: str
    ko: str
    en: str


async def read_index(center: Center) -> list[Entry]:
    """Return all things that have a name of their own."""
    entries = []
    for kind in NAMED_TYPES:
        async for document in center.hub.every(kind):
            ko, en = title(document, "ko"), title(document, "en")
            entries.append(Entry(document["id"], kind, ko, en))
    return entries


async def search(
    center: Center, index: Iterable[Entry], actor: Actor, text: str, language: Language
) -> list[Found]:
    """Return the best dozen: what has this name, then pages, incidents, places, things, ids."""
    wanted = text.strip().lower()
    found = _pages(center, actor, wanted, language)
    found += _incidents(center, actor, wanted.removeprefix("#"), language)
    if len(wanted) < 2:
        return found[:MOST]
    found += _dongs(center, wanted, language)
    found += [
        Found(entry.en if language == "en" else entry.ko, entry.type, _of(entry.entity, language))
        for entry in index
        if wanted in entry.ko.lower() or wanted in entry.en.lower()
    ]
    if len(found) < MOST:
        found += await _by_id(center, text.strip(), language)
    # Whoever writes a whole name means that thing, before all that merely speak of it.
    found.sort(key=lambda one: one.title.lower() != wanted)
    return list({one.href: one for one in found}.values())[:MOST]


def _pages(center: Center, actor: Actor, wanted: str, language: Language) -> list[Found]:
    return [
        Found(link.title.say(language), PAGE.say(language), f"/{language}{link.path}")
        for link in center.frame.links
        if may(actor, link.operation) and _fits(link.title, wanted)
    ]


def _incidents(center: Center, actor: Actor, wanted: str, language: Language) -> list[Found]:
    if not wanted:
        return []
    open_ones = reversed(center.rooms.incidents.open_ones())
    fitting = (
        one
        for one in open_ones
        if (wanted == str(one.number) or (len(wanted) > 1 and _fits(one.title, wanted)))
        and may(actor, Operation.INCIDENT_READ, one.district)
    )
    return [
        Found(
            f"#{one.number} {one.title.say(language)}",
            INCIDENT.say(language),
            f"/{language}/center/incidents/{one.number}",
        )
        for one in islice(fitting, MOST // 3)
    ]


def _dongs(center: Center, wanted: str, language: Language) -> list[Found]:
    return [
        Found(
            dong.name.say(language),
            DONG.say(language),
            f"/{language}/?dong={dong.code}",
            (dong.centre[0], dong.centre[1]),
            DONG_ZOOM,
        )
        for dong in center.city.dongs
        if _fits(dong.name, wanted)
    ]


def _fits(words: Text, wanted: str) -> bool:
    return wanted in words.ko.lower() or wanted in words.en.lower()


async def _by_id(center: Center, wanted: str, language: Language) -> list[Found]:
    page = await center.hub.query(Query(id_pattern=f".*{re.escape(wanted)}.*", limit=MOST))
    return [
        Found(short_id(document["id"]), document["type"], _of(document["id"], language))
        for document in page.entities
    ]


def _of(entity: str, language: Language) -> str:
    return f"/{language}/center/entities/{entity}"
