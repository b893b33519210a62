"""The index of the city's cameras: where each stands and looks, fresh by the hub's events."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dalgu.center.cameras.near import Near, Views, nearest
from dalgu.center.documents import value
from dalgu.cities import City
from dalgu.cities.places import dong_at
from dalgu.hub.hub import Event, Hub
from dalgu.hub.model import Document
from dalgu.hub.types import Device
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.geo import Position
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text

CATEGORY = "camera"
OURS = f'category=="{CATEGORY}"'
PREFIX = entity_id("Device", "")
EVENTS_A_TURN = 500
_HEARD_ONLY = frozenset({"deviceState"})  # changes with each message; the index holds none of it


class CameraNotExisting(NotExisting):
    """No device of the hub that is a camera has this id."""

    slug = "camera-not-existing"
    title = "The camera does not exist"

    def __init__(self, camera: str) -> None:
        super().__init__(f"Camera '{camera[:80]}' does not exist.", camera=camera[:80])


@dataclass(frozen=True, slots=True)
class Camera:
    """What the index knows of one camera; its bearing and the like may be unknown."""

    id: EntityId
    name: Text
    place: Position
    district: str | None  # code of the district it stands in
    bearing_deg: float | None
    field_of_view_deg: float | None
    reach_m: float | None
    origin: str | None

    @property
    def key(self) -> str:
        """Its id without what all ids share, for addresses."""
        return self.id.removeprefix(PREFIX)


class Register:
    """All cameras with a place, by id; `near` finds those for a place."""

    def __init__(self, hub: Hub, city: City) -> None:
        self._hub, self._city = hub, city
        self._cameras: dict[EntityId, Camera] = {}
        self._rows: list[Camera] = []
        self._views: Views | None = None
        self._cursor: int | None = None
        self._turn = asyncio.Lock()

    async def ready(self) -> None:
        """Bring the index up to date: all cameras at first, afterwards what changed."""
        async with self._turn:
            if self._cursor is None:
                cursor = await self._hub.head()
                async for document in self._hub.every("Device", q=OURS):
                    self._index(document)
                self._cursor = cursor
            await self._catch_up()

    async def changed(self) -> None:
        """Return as soon as something in the hub has changed since the last look."""
        await self._hub.wait(self._cursor or 0)

    def get(self, camera: str) -> Camera:
        """Return a camera by its id or the short form of it; raise `CameraNotExisting`."""
        full = camera if camera.startswith(PREFIX) else PREFIX + camera
        try:
            return self._cameras[EntityId(full)]
        except KeyError:
            raise CameraNotExisting(camera) from None

    def all(self) -> list[Camera]:
        """Return all cameras by id."""
        return [self._cameras[key] for key in sorted(self._cameras)]

    def near(self, place: Position, limit: int) -> list[tuple[Camera, Near]]:
        """Return the cameras for a place, those that look at it first."""
        if self._views is None:
            self._rows = list(self._cameras.values())
            self._views = views_of(self._rows)
        return [(self._rows[one.row], one) for one in nearest(self._views, place, limit)]

    async def _catch_up(self) -> None:
        assert self._cursor is not None
        while events := await self._hub.events(self._cursor, limit=EVENTS_A_TURN):
            for entity in {event.entity for event in events if _matters(event)}:
                await self._refresh(entity)
            self._cursor = events[-1].seq

    async def _refresh(self, entity: EntityId) -> None:
        try:
            document = await self._hub.retrieve(entity)
        except NotExisting:
            document = {}
        if value(document, "category") == CATEGORY:
            self._index(document)
        elif self._cameras.pop(entity, None) is not None:
            self._views = None

    def _index(self, document: Document) -> None:
        self._views = None
        device = Device.from_document(document)
        place = _place(device)
        if place is None:
            self._cameras.pop(device.id, None)
            return
        known = self._cameras.get(device.id)
        is_there = known is not None and known.place == place
        self._cameras[device.id] = Camera(
            id=device.id,
            name=device.name or Text(device.id, device.id),
            place=place,
            district=known.district if known and is_there else district_at(self._city, place),
            bearing_deg=device.bearing,
            field_of_view_deg=device.field_of_view,
            reach_m=device.reach,
            origin=device.origin,
        )


def views_of(cameras: Iterable[Camera]) -> Views:
    """Return cameras as arrays, `nan` where nobody knows."""
    rows = [(*one.place, one.bearing_deg, one.field_of_view_deg, one.reach_m) for one in cameras]
    table = np.array(rows, dtype=float).reshape(-1, 5)
    return Views(*(table[:, column].copy() for column in range(5)))


def district_at(city: City, place: Position) -> str | None:
    """Return the code of the district that a place lies in, `None` outside the city."""
    dong = dong_at(city, *place)
    return None if dong is None else dong.district


def _place(device: Device) -> Position | None:
    geometry = device.location
    if not isinstance(geometry, dict) or geometry.get("type") != "Point":
        return None
    lon, lat = geometry["coordinates"][:2]
    return float(lon), float(lat)


def _matters(event: Event) -> bool:
    return event.type == Device.type and not (
        event.attributes and _HEARD_ONLY.issuperset(event.attributes)
    )
