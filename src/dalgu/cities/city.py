"""What is known of a model city: its parts as values, read from the package when asked for."""

from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from dalgu.kernel.geo import Position
from dalgu.kernel.text import Text

T = TypeVar("T")

Geometry = dict[str, Any]  # a GeoJSON geometry, (lon, lat)


class Source(msgspec.Struct, frozen=True):
    """Where one file of a city comes from, and the line that every page using it shows."""

    file: str
    title: Text
    owner: Text
    licence: str
    confirmed: bool  # the terms were read at the source; false: confirm before a release
    reference_date: str
    attribution: Text
    origin: str  # the way it came here, and what was changed
    synthetic: str = ""  # what in the file stands for nothing real


class District(msgspec.Struct, frozen=True):
    """One of the city's districts (gu) and counties (gun)."""

    code: str
    name: Text
    centre: Position
    geometry: Geometry


class Dong(msgspec.Struct, frozen=True):
    """An administrative dong, eup or myeon, with its registered residents of 2023."""

    code: str
    district: str
    name: Text
    residents: int
    households: int
    elderly: int  # residents aged 65 and more
    area_km2: float
    centre: Position
    geometry: Geometry


class CarPark(msgspec.Struct, frozen=True):
    """A car park of the national standard register.

    `public` tells who runs it (공영 or 민영), not who may park: all of them are open to all.
    """

    id: str
    name: Text
    kind: Literal["off-street", "on-street"]
    spaces: int
    district: str
    public: bool
    price: Text
    managed_by: Text
    position: Position | None = None
    dong: str | None = None


class Station(msgspec.Struct, frozen=True):
    """A fire station or a 119 safety centre."""

    name: Text
    district: str
    address: str
    position: Position


class _Summary(msgspec.Struct, frozen=True):
    name: Text
    kind: str
    centre: Position
    bbox: tuple[float, float, float, float]


class City:
    """A model city of the package; each part is read once, when it is first asked for."""

    def __init__(self, id: str, folder: Path) -> None:
        self.id = id
        self.folder = folder

    @property
    def name(self) -> Text:
        """Return the city's name."""
        return self._summary.name

    @property
    def kind(self) -> str:
        """Return the kind of its local government, as certification frameworks name it."""
        return self._summary.kind

    @property
    def centre(self) -> Position:
        """Return where a map of the city opens."""
        return self._summary.centre

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees."""
        return self._summary.bbox

    @cached_property
    def districts(self) -> tuple[District, ...]:
        """Return the districts, in the order of their codes."""
        return self._read("districts.json", tuple[District, ...])

    @cached_property
    def dongs(self) -> tuple[Dong, ...]:
        """Return the dongs, in the order of their codes."""
        return self._read("dongs.json", tuple[Dong, ...])

    @cached_property
    def car_parks(self) -> tuple[CarPark, ...]:
        """Return the car parks of the register, in its order."""
        return self._read("car_parks.json", tuple[CarPark, ...])

    @cached_property
    def stations(self) -> tuple[Station, ...]:
        """Return the 119 stations."""
        return self._read("stations.json", tuple[Station, ...])

    @cached_property
    def cameras(self) -> tuple[Position, ...]:
        """Return the positions of the public cameras that the city has published."""
        return self._read("cameras.json", tuple[Position, ...])

    @cached_property
    def settlements(self) -> dict[str, tuple[tuple[float, float, int], ...]]:
        """Return inhabited cells (lon, lat, hydrants) of about 200 m, by dong, where known."""
        return self._read("settlements.json", dict[str, tuple[tuple[float, float, int], ...]])

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """Return where each file comes from; pages show the attribution lines."""
        return self._read("sources.json", tuple[Source, ...])

    @property
    def basemap(self) -> Path:
        """Return the base map, one PMTiles archive of vector tiles."""
        return self.folder / f"{self.id}.pmtiles"

    def district(self, code: str) -> District:
        """Return a district by its code; `KeyError` says that there is none."""
        return self._district_by_code[code]

    def dong(self, code: str) -> Dong:
        """Return a dong by its code; `KeyError` says that there is none."""
        return self._dong_by_code[code]

    @cached_property
    def _district_by_code(self) -> dict[str, District]:
        return {district.code: district for district in self.districts}

    @cached_property
    def _dong_by_code(self) -> dict[str, Dong]:
        return {dong.code: dong for dong in self.dongs}

    @cached_property
    def _summary(self) -> _Summary:
        return self._read("city.json", _Summary)

    def _read(self, file: str, shape: type[T]) -> T:
        return msgspec.json.decode((self.folder / file).read_bytes(), type=shape)
