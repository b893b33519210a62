"""The city as it was at any minute: layers from held histories, incidents from the book."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from dalgu.center.ground import Ground
from dalgu.center.incidents.incidents import Incidents
from dalgu.center.incidents.state import Incident
from dalgu.center.layers import LAYERS, Layer, Reading, allowed_silence_s
from dalgu.center.replay.alarmed import Alarmed
from dalgu.center.replay.compare import WEEK, compared
from dalgu.center.replay.figures import Counted, Counts
from dalgu.center.replay.held import REREAD, Tracks
from dalgu.center.replay.past import Past
from dalgu.center.replay.roster import Roster, Rosters, collection, feature, quoted
from dalgu.center.replay.tracks import Floats
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Language

TURN = timedelta(seconds=20)
ATTENTIVE = timedelta(minutes=30)  # without a question for so long, nothing is read anew
BACK = timedelta(days=1)  # beyond a layer's own age, so that a stale value is still told


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of a layer.

    With `since` only what looks different than at that instant is answered; with `against_week`
    each thing tells how it differs from a week before.
    """

    at: datetime
    language: Language = "ko"
    since: datetime | None = None
    against_week: bool = False


class Stood(NamedTuple):
    """One roster at one instant: values, NaN where none, and when each was observed, seconds."""

    roster: Roster
    values: Floats
    seconds: Floats
    at_s: int
    alarmed: Alarmed | None

    def reading(self, index: int) -> Reading:
        """Return what was known of one thing."""
        second = float(self.seconds[index])
        reading = self.roster.reading(index, float(self.values[index]), self.at_s - second)
        return reading if self.alarmed is None else self.alarmed.told(reading, self, index)


class Replay:
    """The city as it was at any minute."""

    def __init__(self, ground: Ground, incidents: Incidents) -> None:
        self._ground = ground
        self._tracks = Tracks(ground.hub, ground.clock)
        self._rosters = Rosters(ground.hub, ground.clock)
        self._past = Past(ground, incidents)
        self._alarmed = Alarmed(ground.hub, ground.clock)
        self._counted = Counted(ground.hub, ground.clock, self._tracks)
        self._asked_at: datetime | None = None
        self._wanted = asyncio.Event()

    async def run(self) -> None:
        """Read ahead what replays will ask, as long as somebody looks; until cancelled."""
        clock = self._ground.clock
        while True:
            await self._wanted.wait()
            await self.warm()
            await clock.sleep_until(clock.now() + TURN)
            if self._asked_at is None or clock.now() - self._asked_at > ATTENTIVE:
                self._wanted.clear()

    def expect(self) -> None:
        """Tell that somebody has the time bar before them: histories are read meanwhile."""
        self._asked_at = self._ground.clock.now()
        self._wanted.set()

    async def warm(self) -> None:
        """Read the histories of all layers, a day at first and then as far as replays reach."""
        now = self._ground.clock.now()
        for layer in LAYERS.values():
            await self._rosters.of(layer)
            for kind in layer.types:
                await self._tracks.get((kind, layer.attribute), now, layer.stale)
        await self._counted.counts(now)
        await self._alarmed.renew(REREAD)
        await self._tracks.keep()

    async def layer(self, layer: Layer, asked: Asked) -> bytes:
        """Return a layer as it was, as GeoJSON."""
        self.expect()
        now = await self.stood(layer, asked.at)
        then = [] if asked.since is None else await self.stood(layer, asked.since)
        week = await self.stood(layer, asked.at - WEEK) if asked.against_week else []
        said = {"at": iso(asked.at), "layer": layer.name}
        return await asyncio.to_thread(_collected, layer, asked, said, (now, then, week))

    async def stood(self, layer: Layer, at: datetime) -> list[Stood]:
        """Return what was known of a layer's things at an instant."""
        found, at_s = [], int(at.timestamp())
        alarmed = await self._alarmed.read() if layer.name == "water" else None
        for roster in await self._rosters.of(layer):
            back = layer.stale + BACK
            track = await self._tracks.get((roster.type, layer.attribute), at, back)
            values, seconds = track.at(track.places(roster.ids), at_s)
            found.append(Stood(roster, values, seconds, at_s, alarmed))
        return found

    async def places(self) -> dict[str, tuple[float, float]]:
        """Return where each thing of the layers stands, (lon, lat)."""
        rosters = [one for layer in LAYERS.values() for one in await self._rosters.of(layer)]
        return {id: at for one in rosters for id, at in zip(one.ids, one.positions, strict=True)}

    async def incidents(self, at: datetime) -> list[Incident]:
        """Return the incidents that were open at an instant; read them before any await."""
        self.expect()
        known = await self._past.at(at)
        return [one for one in known.values() if one.is_open]

    async def counts(self, at: datetime) -> Counts:
        """Return what the strip of figures counted at an instant."""
        self.expect()
        return await self._counted.counts(at)


Sides = tuple[list[Stood], list[Stood], list[Stood]]


def _collected(layer: Layer, asked: Asked, said: dict[str, str], sides: Sides) -> bytes:
    now, then, week = sides
    features: list[bytes] = []
    for place, stood in enumerate(now):
        before = then[place] if then else None
        other = week[place] if week else None
        features += _features(layer, asked.language, stood, (before, other))
    return collection(features, said)


def _features(
    layer: Layer, language: Language, stood: Stood, others: tuple[Stood | None, Stood | None]
) -> Iterator[bytes]:
    before, week = others
    heads, count = stood.roster.heads[language], len(stood.roster.ids)
    for index in range(count) if before is None else _differing(layer, stood, before):
        reading = stood.reading(index)
        more = "" if week is None else _change(layer, reading, week.reading(index))
        yield feature(heads[index], layer.judge(reading), float(stood.seconds[index]), more)


def _differing(layer: Layer, now: Stood, before: Stood) -> list[int]:
    """Return which things may look different: a new reading, one that became old, or words.

    A sign changes without a reading only when its age passes what its layer allows.
    """
    limits_s = np.full(len(now.seconds), layer.stale.total_seconds())
    if layer.attribute == "deviceState":
        limits_s = np.array([allowed_silence_s(one) for one in now.roster.intervals_s])
    is_new = (now.seconds != before.seconds) & ~(np.isnan(now.seconds) & np.isnan(before.seconds))
    was_old, is_old = (side.at_s - side.seconds > limits_s for side in (before, now))
    found = set(np.flatnonzero(is_new | (was_old != is_old)).tolist())
    if now.alarmed is not None:
        found |= {i for i, one in enumerate(now.roster.ids) if one in now.alarmed.said}
    return sorted(found)


def _change(layer: Layer, now: Reading, then: Reading) -> str:
    change = compared(layer, now, then)
    text = "" if change.text is None else f',"delta":{quoted(change.text)}'
    return f',"change":"{change.way}"{text}'
