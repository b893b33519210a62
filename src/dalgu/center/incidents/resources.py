"""The board of teams, vehicles and equipment: what there is, where it is, for which incident."""

from collections.abc import Iterable
from dataclasses import dataclass

from dalgu.center.incidents.refusals import ResourceUnknown
from dalgu.center.incidents.words import Readiness
from dalgu.center.incidents.work import ResourceMoved
from dalgu.cities import City
from dalgu.kernel.geo import Position
from dalgu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Resource:
    """A team, a vehicle or a piece of equipment of the city."""

    id: str
    kind: str  # a word of the catalogue: fire_engine, ambulance, water_crew, …
    name: Text
    district: str
    base: Position  # where it stands when it is free
    origin: str | None = None


# What each district keeps. The city's register names stations, not what stands in them; until a
# city lists its own, each 119 station has one engine and one ambulance, and all are marked.
OF_STATIONS = (("fire_engine", "소방차", "fire engine"), ("ambulance", "구급차", "ambulance"))
OF_DISTRICTS = (
    ("water_crew", "상수도 복구반", "water repair crew"),
    ("road_crew", "도로 복구반", "road repair crew"),
    ("power_crew", "전기 안전반", "electrical safety crew"),
    ("pump", "양수기", "pump truck"),
    ("patrol", "현장 순찰차", "patrol car"),
    ("network_crew", "통신 복구반", "network repair crew"),
)


def seeded(city: City) -> list[Resource]:
    """Return what a city has until its own list is known: marked as synthetic."""
    found = []
    for number, station in enumerate(city.stations):
        for kind, ko, en in OF_STATIONS:
            name = Text(f"{station.name.ko} {ko}", f"{station.name.en} {en}")
            place = station.position
            found.append(
                Resource(f"{kind}-{number}", kind, name, station.district, place, "synthetic")
            )
    for district in city.districts:
        for kind, ko, en in OF_DISTRICTS:
            name = Text(f"{district.name.ko} {ko}", f"{district.name.en} {en}")
            number_of = f"{kind}-{district.code}"
            found.append(
                Resource(number_of, kind, name, district.code, district.centre, "synthetic")
            )
    return found


class Board:
    """Where every resource is: the fold of what was asked of each."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.all = {one.id: one for one in resources}
        self._where: dict[str, tuple[Readiness, int]] = {}

    def get(self, resource: str) -> Resource:
        """Return one resource; raise `ResourceUnknown`."""
        try:
            return self.all[resource]
        except KeyError:
            raise ResourceUnknown(resource) from None

    def where(self, resource: str) -> tuple[Readiness, int | None]:
        """Return what a resource is doing, and for which incident."""
        return self._where.get(resource, (Readiness.FREE, None))

    def move(self, deed: ResourceMoved, incident: int) -> None:
        """Follow one deed of the book."""
        if deed.to is Readiness.FREE:
            self._where.pop(deed.resource, None)
        else:
            self._where[deed.resource] = deed.to, incident

    def in_district(self, code: str | None) -> list[Resource]:
        """Return what a district keeps; everything where none is named."""
        return [one for one in self.all.values() if code is None or one.district == code]
