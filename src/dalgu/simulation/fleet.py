"""Vehicles of the city's service between its crossings: made up, and known at any instant.

They do not speak by the device entrance: like the servers of real fleets, this one writes `Vehicle`
entities into the hub, once a minute while they move. Nothing is back-filled.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub
from dalgu.hub.model import Entity
from dalgu.kernel.clock import Clock
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.traffic.entities import Vehicle
from dalgu.simulation.chance import stream
from dalgu.simulation.city import CityPlan
from dalgu.simulation.day import DAY_S, day_of, start_s

REPORT: Final = timedelta(seconds=60)  # while it moves
REST_REPORT_S: Final = 600  # while it stands
LEAST_PAUSE_S: Final = 1.0  # between two reports by the wall, however fast the city's clock runs
DEG_M: Final = 111_320.0  # metres of a degree of latitude
HOUR_S: Final = 3_600


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of vehicle. Numbers and speeds are assumptions of the usual size.

    `hours` are those of the local day in which it works, from and to; `calls_s` is how long of
    every `cycle_s` it attends to an emergency, for those that wait for one.
    """

    key: str
    vehicle_type: str
    ko: str
    en: str
    count: int
    speed_kph: float
    stops: int  # crossings of its way
    hours: tuple[int, int] = (0, 24)
    cycle_s: int = 0
    calls_s: int = 0


KINDS: Final = (
    Kind("bus", "bus", "시내버스", "Bus", 56, 19.0, 14, (5, 24)),
    Kind("patrol", "policeVan", "순찰차", "Patrol car", 12, 24.0, 18),
    Kind("ambulance", "ambulance", "구급차", "Ambulance", 12, 38.0, 5,
         cycle_s=7_200, calls_s=2_400),
    Kind("fire", "fireTender", "소방차", "Fire engine", 6, 34.0, 5,
         cycle_s=28_800, calls_s=2_700),
    Kind("sweeper", "sweepingMachine", "노면청소차", "Street sweeper", 6, 9.0, 8, (22, 30)),
    Kind("snow", "constructionOrMaintenanceVehicle", "제설차", "Snow plough", 4, 20.0, 10, (3, 5)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seen:
    """One vehicle at one instant."""

    lon: float
    lat: float
    moves: bool
    is_on_call: bool


class Fleet:
    """All vehicles; each drives up and down its own way."""

    def __init__(self, plan: CityPlan) -> None:
        self._vehicles = [
            (kind, number, _way(plan, kind, number))
            for kind in KINDS
            for number in range(1, kind.count + 1)
        ]
        chance = stream(plan.seed, "fleet.phase")
        self._phase_s = chance.integers(0, DAY_S, size=len(self._vehicles))

    def registers(self) -> Iterator[Entity]:
        """Yield every vehicle without a place: what its fleet knows of it before it is heard."""
        for kind, number, _ in self._vehicles:
            yield Vehicle(
                id=entity_id("Vehicle", f"{kind.key}-{number:02d}"),
                name=Text(f"{kind.ko} {number}호", f"{kind.en} {number}"),
                vehicle_type=kind.vehicle_type,
                origin="synthetic",
            )

    def reports(self, at: datetime, *, everything: bool = False) -> list[Vehicle]:
        """Return what is heard at a minute: all that moves, and of what rests a part or all."""
        at_s = int(at.timestamp())
        found = []
        for i, (kind, number, way) in enumerate(self._vehicles):
            seen = _seen(kind, way, at_s, int(self._phase_s[i]))
            is_due = (at_s // 60 + i) % (REST_REPORT_S // 60) == 0
            if everything or seen.moves or is_due:
                found.append(_vehicle(kind, number, seen, at))
        return found

    async def drive(self, hub: Hub, clock: Clock) -> None:
        """Write where vehicles are as the clock passes, until cancelled."""
        await hub.upsert(self.registers())
        await hub.upsert(self.reports(clock.now(), everything=True))
        while True:
            now = clock.now()
            await clock.sleep_until(now + REPORT - timedelta(seconds=now.timestamp() % 60))
            await hub.upsert(self.reports(clock.now()))
            await asyncio.sleep(LEAST_PAUSE_S)


def _vehicle(kind: Kind, number: int, seen: Seen, at: datetime) -> Vehicle:
    return Vehicle(
        id=entity_id("Vehicle", f"{kind.key}-{number:02d}"),
        observed_at=at,
        service_status="onRoute" if seen.moves else "parked",
        service_on_duty=seen.is_on_call if kind.cycle_s else None,
        speed=kind.speed_kph if seen.moves else 0.0,
        location={"type": "Point", "coordinates": [seen.lon, seen.lat]},
    )


def _seen(kind: Kind, way: NDArray[np.float64], at_s: int, phase_s: int) -> Seen:
    is_on_call = kind.cycle_s > 0 and (at_s + phase_s) % kind.cycle_s < kind.calls_s
    hour = (at_s - start_s(day_of(at_s))) / HOUR_S
    begin, end = kind.hours
    works = is_on_call if kind.cycle_s else begin <= hour < end or begin <= hour + 24 < end
    if not works:
        lon, lat = way[0, :2].tolist()
        return Seen(lon, lat, moves=False, is_on_call=False)
    # An emergency begins at its station; others are anywhere on their way.
    driven_s = (at_s + phase_s) % kind.cycle_s if is_on_call else at_s + phase_s
    length_m = float(way[-1, 2])
    along_m = driven_s * kind.speed_kph / 3.6 % (2 * length_m)
    along_m = min(along_m, 2 * length_m - along_m)  # there, and back
    lon, lat = (float(np.interp(along_m, way[:, 2], way[:, axis])) for axis in (0, 1))
    return Seen(lon, lat, moves=True, is_on_call=is_on_call)


def _way(plan: CityPlan, kind: Kind, number: int) -> NDArray[np.float64]:
    """Return a way as corners, shape (n, 3): degrees east and north, metres from its begin.

    From crossing to near crossing in about one direction, around corners as streets go.
    """
    chance = stream(plan.seed, f"fleet.{kind.key}", number)
    crossings = plan.intersections.place
    here = crossings[chance.integers(len(crossings))]
    if kind.cycle_s:
        stations = plan.city.stations
        here = np.array(stations[int(chance.integers(len(stations)))].position)
    course = chance.uniform(0, 2 * np.pi)
    corners, left = [here], np.ones(len(crossings), dtype=np.bool_)
    for _ in range(kind.stops):
        away = crossings - here
        metres = np.hypot(away[:, 0] * _shrink(here), away[:, 1]) * DEG_M
        turn = np.abs(np.angle(np.exp(1j * (np.arctan2(away[:, 1], away[:, 0]) - course))))
        cost = np.where(left & (metres > 150), metres * (1 + turn), np.inf)
        chosen = int(np.argmin(cost))
        left[chosen] = False
        corners += [np.array([crossings[chosen, 0], here[1]]), crossings[chosen]]
        here = crossings[chosen]
    return _measured(np.array(corners))


def _measured(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    legs = np.diff(corners, axis=0) * DEG_M
    metres = np.hypot(legs[:, 0] * _shrink(corners[0]), legs[:, 1])
    return np.column_stack([corners, np.r_[0.0, np.cumsum(metres)]])


def _shrink(place: NDArray[np.float64]) -> float:
    """Return how much shorter a degree of longitude is there than one of latitude."""
    return float(np.cos(np.radians(place[1])))
