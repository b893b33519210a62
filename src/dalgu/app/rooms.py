"""Opens the rooms of the operation center and hands them what lies outside it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from dalgu.access.access import Access
from dalgu.access.logbook import Logbook
from dalgu.center.cameras.snapshots import HttpStills
from dalgu.center.cameras.sources import Sources
from dalgu.center.documents import value
from dalgu.center.ground import BOOK, Ground
from dalgu.center.outside import Injected, Still
from dalgu.center.rooms import Rooms, open_rooms
from dalgu.cities import City
from dalgu.hub.hub import Hub
from dalgu.hub.model import Document
from dalgu.hub.types import Device
from dalgu.kernel.clock import Clock
from dalgu.service import Service
from dalgu.store.sqlite import Store

LOOKS = {"fire": "smoke", "flood": "flood"}  # category of an incident to what a camera sees of it


class CityStills:
    """Stills of real cameras over HTTP, and drawn ones of the cameras that a simulation set up.

    A simulated camera that has an address of its own is asked there: so a demonstration can
    show one real camera among the drawn ones.
    """

    def __init__(self, clock: Clock, real: HttpStills) -> None:
        self._clock = clock
        self._real = real
        self.happening: Callable[[], Sequence[tuple[str, float, float]]] = tuple

    async def take(self, camera: Document) -> Still:
        """Return an image of a camera now; raise `CameraSilent`."""
        is_simulated = value(camera, "origin") == "synthetic"
        if is_simulated and await self._real.sources.of(str(camera["id"])) is None:
            return await asyncio.to_thread(self._drawn, camera)
        return await self._real.take(camera)

    def _drawn(self, camera: Document) -> Still:
        from dalgu.simulation.stills import Happening, still

        at = self._clock.now()
        seen = [Happening((lon, lat), LOOKS[what]) for what, lon, lat in self.happening()]
        body = still(Device.from_document(camera), at, seen)
        return Still(body, "image/jpeg", at, is_synthetic=True)


def happening_in(rooms: Rooms) -> list[tuple[str, float, float]]:
    """Return what open incidents look like, and where: category, lon, lat."""
    return [
        (one.category, one.lon, one.lat)
        for one in rooms.incidents.open_ones()
        if one.category in LOOKS and one.lon is not None and one.lat is not None
    ]


async def injected(scenario: str, place: tuple[float, float], seed: int) -> Sequence[Injected]:
    """Return the alerts of a drill, in a simulated city as in a real one."""
    from dalgu.simulation.drill_scenarios import drill_alerts

    found: list[tuple[float, dict[str, Any]]] = drill_alerts(scenario, place, seed)
    return [Injected(after_s, alert) for after_s, alert in found]


def center_rooms(  # noqa: PLR0913 - the composition root names each
    hub: Hub,
    store: Store,
    clock: Clock,
    access: Access,
    city: City,
    services: tuple[Service, ...],
) -> Rooms:
    """Return the rooms of a platform."""
    logbook = Logbook(store, clock, access.book(BOOK))
    ground = Ground(hub, store, clock, access, city, services, logbook)
    sources = Sources(access)
    stills = CityStills(clock, HttpStills(sources, clock))
    rooms = open_rooms(ground, stills, injected)
    rooms.cameras.sources = sources
    stills.happening = lambda: happening_in(rooms)
    return rooms
