"""Entity maps (CIM 009 5.14): which entities a query found, so that its pages stay the same.

They live in memory, as they live for minutes: a client whose map is gone is given a new one.
"""

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol, runtime_checkable
from uuid import uuid4

from dalgu.hub.errors import EntityMapNotExisting, ParameterInvalid
from dalgu.hub.hub import Query, TemporalQuery
from dalgu.hub.model import Document
from dalgu.kernel.clock import Clock, iso

LIFETIME: Final = timedelta(hours=1)
MAX_LIFETIME: Final = timedelta(days=1)
MAX_MAPS: Final = 500
MAX_MAPPED: Final = 20_000  # entities of one map
HERE: Final = "@none"  # stands for this hub among the sources of an entity

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.\d+)?S)?)?",
    re.ASCII,
)
_DAYS = (365, 30, 7, 1)  # of a year, a month, a week, a day: close enough for a lifetime
_SECONDS = (3600, 60, 1)


@dataclass(frozen=True, slots=True)
class Chart:
    """Who holds the entities that a query found, and the maps that sources made of it."""

    ids: dict[str, tuple[str, ...]]  # entity -> registrations, or HERE
    linked: dict[str, str] = field(default_factory=dict)  # registration -> id of its map

    @classmethod
    def of_here(cls, ids: Iterable[str]) -> "Chart":
        """Return the chart of entities that this hub holds."""
        return cls(dict.fromkeys(ids, (HERE,)))


@dataclass(slots=True)
class EntityMap:
    """The ids a query found, in its order; those that no longer fit are taken out."""

    id: str
    ids: dict[str, tuple[str, ...]]
    expires_at: datetime
    linked: dict[str, str] = field(default_factory=dict)

    def held_by(self, source: str, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those among ids that a source holds: a registration, or `HERE`."""
        return tuple(one for one in ids if source in self.ids.get(one, ()))

    def document(self) -> Document:
        """Return the map as a client sees it (5.2.39)."""
        return {
            "id": self.id,
            "type": "EntityMap",
            "expiresAt": iso(self.expires_at),
            "entityMap": {entity: list(sources) for entity, sources in self.ids.items()},
            "linkedMaps": dict(self.linked),
        }


@runtime_checkable
class Charted(Protocol):
    """A hub that shares queries with other sources, and knows who of them holds what."""

    followed: EntityMap | None  # the map that tells who is asked
    warnings: list[str]

    async def chart(self, query: Query) -> Chart:
        """Return who holds the entities that a query finds (5.14.4)."""
        ...

    async def temporal_chart(self, query: TemporalQuery) -> Chart:
        """Return who holds the histories that a query finds (5.14.5)."""
        ...


class EntityMaps:
    """The maps of every tenant; the oldest goes when there are too many."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._maps: OrderedDict[tuple[str, str], EntityMap] = OrderedDict()

    def create(self, tenant: str, chart: Chart, lifetime: timedelta | None) -> EntityMap:
        """Keep a map; a lifetime is cut to `MAX_LIFETIME`."""
        while len(self._maps) >= MAX_MAPS:
            self._maps.popitem(last=False)
        lives = min(LIFETIME if lifetime is None else lifetime, MAX_LIFETIME)
        made = EntityMap(
            f"urn:ngsi-ld:EntityMap:{uuid4()}", chart.ids, self._clock.now() + lives, chart.linked
        )
        self._maps[tenant, made.id] = made
        return made

    def find(self, tenant: str, name: str) -> EntityMap | None:
        """Return a map, None where there is none or it has expired."""
        found = self._maps.get((tenant, name))
        if found is not None and found.expires_at <= self._clock.now():
            del self._maps[tenant, name]
            return None
        return found

    def get(self, tenant: str, name: str) -> EntityMap:
        """Return a map; raise `EntityMapNotExisting`."""
        found = self.find(tenant, name)
        if found is None:
            raise EntityMapNotExisting(name)
        return found

    def prolong(self, tenant: str, name: str, expires_at: datetime) -> None:
        """Let a map expire at another instant (5.14.2), at most `MAX_LIFETIME` from now."""
        found = self.get(tenant, name)
        found.expires_at = min(expires_at, self._clock.now() + MAX_LIFETIME)

    def delete(self, tenant: str, name: str) -> None:
        """Forget a map (5.14.3)."""
        self.get(tenant, name)
        del self._maps[tenant, name]


def parse_lifetime(text: str) -> timedelta:
    """Return the length of an ISO 8601 duration.

    >>> parse_lifetime("PT90M")
    datetime.timedelta(seconds=5400)
    """
    found = _DURATION.fullmatch(text)
    if found is None:
        raise ParameterInvalid("entityMapLifetime", text, "is no ISO 8601 duration, as PT1H")
    parts = [int(part or 0) for part in found.groups()]
    days = sum(count * each for count, each in zip(parts[:4], _DAYS, strict=True))
    seconds = sum(count * each for count, each in zip(parts[4:], _SECONDS, strict=True))
    return timedelta(days=min(days, 10_000), seconds=min(seconds, 10**9))
