"""The room of all that moves: told by the hub's vehicles, or by whoever knows many at once."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.center.documents import observed, value
from dalgu.center.ground import Ground
from dalgu.center.moving.frames import Frame, Grid, Scene
from dalgu.center.moving.looks import NOTHING, State, look, look_of
from dalgu.hub.hub import Query
from dalgu.hub.model import Document
from dalgu.kernel.errors import NotExisting, Overloaded
from dalgu.kernel.ids import EntityId

TYPE: Final = "Vehicle"
MARGIN_DEG: Final = 0.1  # around the city: buses and ambulances leave it
TURN_S: Final = 0.5
EVENTS_A_TURN: Final = 2_000
FIRST_PLACES: Final = 256
MOST_PLACES: Final = 65_536  # more could not be told in a second
SILENT: Final = timedelta(minutes=15)  # a vehicle at rest speaks every ten minutes


class PlaceNotHeld(NotExisting):
    """Nothing moves under this number."""

    slug = "moving-place-not-held"
    title = "Nothing moves under this number"

    def __init__(self, place: int) -> None:
        super().__init__(f"Place {place} of the moving things is not held by any.", place=place)


class TooManyMoving(Overloaded):
    """More things move than frames can tell."""

    slug = "too-many-moving"
    title = "Too many things move"

    def __init__(self) -> None:
        super().__init__(f"Frames tell {MOST_PLACES} moving things; there are more.")


class Moving:
    """Where everything that moves is."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._grid = Grid.over(ground.city.bbox, MARGIN_DEG)
        self._place: dict[str, int] = {}
        self._id: list[str] = []
        self._x = np.zeros(FIRST_PLACES, dtype=np.int32)
        self._y = np.zeros(FIRST_PLACES, dtype=np.int32)
        self._look = np.full(FIRST_PLACES, NOTHING, dtype=np.uint8)
        self._heard: dict[str, datetime] = {}  # of the hub's vehicles
        self._told = Scene.empty()
        self.newest: Frame | None = None

    async def run(self) -> None:
        """Follow the hub's vehicles, until cancelled."""
        hub = self._ground.hub
        cursor = await hub.head()
        self._hear([one async for one in hub.every(TYPE)])
        self._mark_silent()
        while True:
            await hub.wait(cursor)
            events = await hub.events(cursor, limit=EVENTS_A_TURN)
            cursor = events[-1].seq if events else cursor
            ids = dict.fromkeys(one.entity for one in events if one.type == TYPE)
            self.remove(one.entity for one in events if one.type == TYPE and one.kind == "deleted")
            if ids:
                page = await hub.query(Query(ids=tuple(ids), types=(TYPE,), limit=len(ids)))
                self._hear(page.entities)
            self._mark_silent()
            if len(events) < EVENTS_A_TURN:
                await asyncio.sleep(TURN_S)

    def put(
        self,
        ids: Sequence[str],
        lon: NDArray[np.float64],
        lat: NDArray[np.float64],
        looks: NDArray[np.uint8],
    ) -> None:
        """Say where things are now.

        Parameters
        ----------
        ids
            Of the things, n of them.
        lon, lat
            Shape (n,), degrees; what lies outside the city and its surroundings is not shown.
        looks
            Shape (n,), as `looks.look` makes them.
        """
        places = np.fromiter((self._place_of(one) for one in ids), dtype=np.int64, count=len(ids))
        x, y, inside = self._grid.knots(lon, lat)
        self._x[places], self._y[places] = x, y
        self._look[places] = np.where(inside, looks, NOTHING)

    def remove(self, ids: Iterable[str]) -> None:
        """Show things no more; their places stay theirs."""
        for one in ids:
            if one in self._place:
                self._look[self._place[one]] = NOTHING
                self._heard.pop(one, None)

    def frame(self) -> Frame | None:
        """Return the next frame, `None` when nothing changed since the one before."""
        n, told = len(self._id), self._told
        now = Scene(self._x[:n].copy(), self._y[:n].copy(), self._look[:n].copy())
        held = len(told.look)
        if n == held and all(
            np.array_equal(a, b)
            for a, b in ((now.x, told.x), (now.y, told.y), (now.look, told.look))
        ):
            return None
        number = 0 if self.newest is None else self.newest.number + 1
        self.newest, self._told = Frame(number, self._grid, told, now), now
        return self.newest

    def at(self, place: int) -> EntityId:
        """Return the id of the thing that holds a place; raise `PlaceNotHeld`."""
        if not 0 <= place < len(self._id) or self._look[place] == NOTHING:
            raise PlaceNotHeld(place)
        return EntityId(self._id[place])

    def _place_of(self, thing: str) -> int:
        place = self._place.get(thing)
        if place is not None:
            return place
        place = len(self._id)
        if place == MOST_PLACES:
            raise TooManyMoving
        if place == len(self._look):
            self._x, self._y = np.resize(self._x, 2 * place), np.resize(self._y, 2 * place)
            self._look = np.concatenate([self._look, np.full(place, NOTHING, dtype=np.uint8)])
        self._place[thing] = place
        self._id.append(thing)
        return place

    def _hear(self, vehicles: Iterable[Document]) -> None:
        ids, points, looks = [], [], []
        for vehicle in vehicles:
            at = value(vehicle, "location")
            if isinstance(at, dict) and at.get("type") == "Point":
                ids.append(vehicle["id"])
                points.append(at["coordinates"][:2])
                looks.append(look_of(vehicle))
                self._heard[vehicle["id"]] = _heard_at(vehicle) or self._ground.clock.now()
        where = np.array(points, dtype=np.float64).reshape(-1, 2)
        self.put(ids, where[:, 0], where[:, 1], np.array(looks, dtype=np.uint8))

    def _mark_silent(self) -> None:
        latest = self._ground.clock.now() - SILENT
        for thing in [one for one, at in self._heard.items() if at < latest]:
            place = self._place[thing]
            if self._look[place] != NOTHING:
                self._look[place] = look(int(self._look[place]) // len(State), State.SILENT)
            del self._heard[thing]


def _heard_at(vehicle: Document) -> datetime | None:
    """Return when a vehicle last told something of itself; a place alone carries no instant."""
    told = (observed(vehicle, name) for name in ("location", "speed", "serviceStatus"))
    return max(filter(None, told), default=None)
