"""Who stands on a layer: places, names and what never changes by the minute, read at times."""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from dalgu.center.documents import title, value
from dalgu.center.layers import RANKS, Layer, Reading, Sign, extras
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.kernel.clock import Clock
from dalgu.kernel.text import LANGUAGES, Language

FRESH = timedelta(minutes=2)


@dataclass(slots=True)
class Roster:
    """The things of one type of a layer, in one order; `heads` begin their features in JSON."""

    type: str
    ids: list[str] = field(default_factory=list)
    positions: list[tuple[float, float]] = field(default_factory=list)
    totals: list[float | None] = field(default_factory=list)
    intervals_s: list[float | None] = field(default_factory=list)
    heads: dict[Language, list[bytes]] = field(default_factory=lambda: {x: [] for x in LANGUAGES})

    def add(self, document: Document) -> None:
        """Add a thing that has a place; one without is on no map."""
        geometry = value(document, "location")
        if not isinstance(geometry, dict) or geometry.get("type") != "Point":
            return
        self.ids.append(str(document["id"]))
        lon, lat = geometry["coordinates"][:2]
        self.positions.append((lon, lat))
        self.totals.append(value(document, "totalSpotNumber"))
        self.intervals_s.append(value(document, "declaredInterval"))
        for language in LANGUAGES:
            self.heads[language].append(_head(document, geometry, title(document, language)))

    def reading(self, index: int, number: float, age_s: float) -> Reading:
        """Return a reading of one thing; NaN stands for what is not known."""
        return Reading(
            value=None if math.isnan(number) else number,
            age_s=None if math.isnan(age_s) else age_s,
            total=self.totals[index],
            interval_s=self.intervals_s[index],
        )


class Rosters:
    """The rosters of the layers that somebody asked for lately."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub, self._clock = hub, clock
        self._held: dict[str, tuple[datetime, list[Roster]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def of(self, layer: Layer) -> list[Roster]:
        """Return a layer's things, one roster for each type."""
        now = self._clock.now()
        async with self._locks.setdefault(layer.name, asyncio.Lock()):
            held = self._held.get(layer.name)
            if held is None or not timedelta() <= now - held[0] < FRESH:
                held = self._held[layer.name] = (now, await self._read(layer))
            return held[1]

    async def _read(self, layer: Layer) -> list[Roster]:
        rosters = []
        for kind in layer.types:
            roster = Roster(kind)
            async for document in self._hub.every(kind, q=layer.q):
                roster.add(document)
            rosters.append(roster)
        return rosters


def _head(document: Document, geometry: Document, name: str) -> bytes:
    known = {"id": document["id"], "name": name} | extras(document)
    start = {"type": "Feature", "geometry": geometry, "properties": known}
    return msgspec.json.encode(start)[:-2]


def feature(head: bytes, sign: Sign, at_s: float, more: str = "") -> bytes:
    """Return a feature as JSON: what stays of it, what its sign says, and what else is told."""
    seen = "" if math.isnan(at_s) else f',"at":{at_s:.0f}'
    text = "" if sign.text is None else f',"text":{quoted(sign.text)}'
    tail = f',"state":"{sign.state}","rank":{RANKS[sign.state]}{seen}{text}{more}}}}}'
    return head + tail.encode()


def quoted(text: str) -> str:
    """Return a text as JSON."""
    return msgspec.json.encode(text).decode()


def collection(features: Iterable[bytes], said: Document) -> bytes:
    """Return features as one collection; `said` tells of the whole."""
    told = msgspec.json.encode(said)[1:-1]
    return b'{"type":"FeatureCollection",%s,"features":[%s]}' % (told, b",".join(features))
