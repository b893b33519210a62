"""Finding a page or a thing of the city by a few letters."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from dalgu.access.actor import Actor
from dalgu.access.policy import may
from dalgu.center.context import Center
from dalgu.center.documents import short_id, title
from dalgu.hub.hub import Query
from dalgu.kernel.text import Language, Text

MOST = 12
NAMED_TYPES = ("OffStreetParking", "OnStreetParking", "DistrictMeteredArea", "Department")
PAGE = Text("화면", "Page")
DONG = Text("동네", "Neighbourhood")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing to go to."""

    title: str
    kind: str
    href: str


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
    """Return the best dozen: pages first, then named things, then ids."""
    wanted = text.strip().lower()
    found = _pages(center, actor, wanted, language)
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
    return list({one.href: one for one in found}.values())[:MOST]


def _pages(center: Center, actor: Actor, wanted: str, language: Language) -> list[Found]:
    return [
        Found(link.title.say(language), PAGE.say(language), f"/{language}{link.path}")
        for link in center.frame.links
        if may(actor, link.operation) and _fits(link.title, wanted)
    ]


def _dongs(center: Center, wanted: str, language: Language) -> list[Found]:
    return [
        Found(dong.name.say(language), DONG.say(language), f"/{language}/?dong={dong.code}")
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
