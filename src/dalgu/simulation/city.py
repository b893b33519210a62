"""The plan of the synthetic city: how many of what, where, and how often they speak.

Every number is a fact with its source beside it, or an assumption that says so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.cities import CarPark, City, Dong
from dalgu.kernel.text import Text
from dalgu.simulation.chance import stream
from dalgu.simulation.consumption import is_business
from dalgu.simulation.placing import around, quotas, scatter
from dalgu.simulation.safety_cameras import SafetyCameras, plan_cameras
from dalgu.simulation.water_network import DistrictNetwork, plan_network

# The whole of Gachang-myeon was the city's pilot of remote reading: dailydgnews 2019-10-30.
GACHANG = "2231031"
METERED_HOUSEHOLDS = 3_062
# Some by wireless M-Bus, so that both radios are shown (our assumption).
OMS_METERS = 31
GACHANG_DMAS = 4  # our assumption: blocks of 500 to 1,000 taps (field practice: 1 to 5 k)

INTERSECTIONS = 250  # intersections with adaptive signals, city release
CARE_HOMES = 360  # 30 homes in 2020 and 300 planned for 2021, 110 with plugs in Dong-gu: > 350
LORA_SITES = 260  # safetimes, kmib 2023-10-04

# The lots with counters: public, this large, and off-street or paid (our assumption).
SMALLEST_COUNTED_LOT = 56
COUNTED_LOTS = 60
DENSE_PER_KM2 = 2_500  # residents; below it a dong has country roads rather than crossings

# How often each feed speaks, the same in history and live. Thirty days are 3.3 million measured
# values and a million signs of life; cameras that count every five minutes would add ten.
HOURLY_FRAME_S = 86_400  # one frame a day carries 24 registers
OMS_S = 3_600
PARKING_S = 600  # K63-42 asks for values no older than 10 minutes
CAMERA_S = 3_600
HEARTBEAT_S = 3_600
SAFETY_CAMERA_S = 21_600  # their recorders report four times a day: hourly would add 300,000 rows


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """One stream of observations and the department that gives it."""

    key: str
    department: str
    name: Text
    category: str
    interval_s: int


@dataclass(frozen=True, slots=True)
class DepartmentPlan:
    """A department; those in scope are expected to feed the hub."""

    key: str
    name: Text
    in_scope: bool


# Bureaus of the city as its own site named them in 2023; who gives which feed is our guess.
_DEPARTMENT_NAMES = (
    ("waterworks", "상수도사업본부", "Waterworks Headquarters"),
    ("transport", "교통국", "Transportation Bureau"),
    ("facilities", "대구공공시설관리공단", "Daegu Public Facilities Corporation"),
    ("welfare", "보건복지국", "Health and Welfare Bureau"),
    ("ict", "정보통신담당관", "Information and Communications Division"),
    ("fire", "소방안전본부", "Fire and Safety Headquarters"),
    ("disaster", "재난안전실", "Disaster and Safety Office"),
    ("environment", "환경수자원국", "Environment and Water Resources Bureau"),
    ("housing", "도시주택국", "Urban Development and Housing Bureau"),
    ("upkeep", "도시관리본부", "Urban Management Headquarters"),
    ("economy", "경제국", "Economy Bureau"),
    ("culture", "문화체육관광국", "Culture, Sports and Tourism Bureau"),
    ("planning", "기획조정실", "Planning and Coordination Office"),
    ("audit", "감사위원회", "Board of Audit and Inspection"),
)
_OUT_OF_SCOPE = frozenset({"planning", "audit"})  # they run nothing in the streets
DEPARTMENTS = tuple(
    DepartmentPlan(key, Text(ko, en), key not in _OUT_OF_SCOPE) for key, ko, en in _DEPARTMENT_NAMES
)

_FEED_NAMES = (
    ("water-lorawan", "waterworks", "waterMeter", HOURLY_FRAME_S,
     "가창 원격검침 (LoRaWAN)", "Gachang meters (LoRaWAN)"),
    ("water-oms", "waterworks", "waterMeter", OMS_S,
     "가창 원격검침 (무선 M-Bus)", "Gachang meters (wM-Bus)"),
    ("water-inlets", "waterworks", "flowMeter", HOURLY_FRAME_S,
     "가창 소블록 유입 유량", "Inflow of the Gachang DMAs"),
    ("water-pressure", "waterworks", "pressureSensor", HOURLY_FRAME_S,
     "가창 관망 수압", "Pressure in the Gachang network"),
    ("traffic-cameras", "transport", "camera", CAMERA_S,
     "교차로 교통량", "Intersection counts"),
    ("safety-cameras", "disaster", "camera", SAFETY_CAMERA_S,
     "방범 CCTV", "Safety cameras"),
    ("care-gateways", "welfare", "careGateway", HEARTBEAT_S,
     "돌봄 가구 게이트웨이", "Gateways of homes in care"),
    ("lora-sites", "ict", "gateway", HEARTBEAT_S, "LoRa 기지국", "LoRa sites"),
)  # fmt: skip
FEEDS = tuple(
    FeedPlan(key, department, Text(ko, en), category, interval_s)
    for key, department, category, interval_s, ko, en in _FEED_NAMES
)


@dataclass(frozen=True)
class Meters:
    """The metered households; the last `OMS_METERS` of them speak wireless M-Bus."""

    key: tuple[str, ...]  # 0001 … 3062
    place: NDArray[np.float64]
    dma: NDArray[np.int64]
    business: NDArray[np.bool_]  # a shop's or an inn's, not a household's


@dataclass(frozen=True)
class Placed:
    """Things that have a name and a place in a dong."""

    key: tuple[str, ...]
    name: tuple[Text, ...]
    dong: tuple[Dong, ...]
    place: NDArray[np.float64]


@dataclass(frozen=True)
class CityPlan:
    """Everything that stands in the synthetic city."""

    city: City
    seed: int
    feeds: tuple[FeedPlan, ...]
    meters: Meters
    networks: tuple[DistrictNetwork, ...]  # the pipes of each district, from the south on
    lots: tuple[CarPark, ...]  # those with counters
    intersections: Placed
    cameras: SafetyCameras
    homes: Placed
    sites: Placed


def plan_city(city: City, seed: int) -> CityPlan:
    """Plan the synthetic city on the facts of the real one; the same seed, the same plan."""
    lots, meters = counted_lots(city), _meters(city, seed)
    return CityPlan(
        city=city,
        seed=seed,
        feeds=FEEDS + _parking_feeds(city, lots),
        meters=meters,
        networks=_networks(meters, seed),
        lots=lots,
        intersections=_intersections(city, seed),
        cameras=plan_cameras(city, seed),
        homes=_homes(city, seed),
        sites=_sites(city, seed),
    )


def counted_lots(city: City) -> tuple[CarPark, ...]:
    """Return the lots that report free spaces: the largest public ones."""
    eligible = [
        park
        for park in city.car_parks
        if park.public
        and park.position is not None
        and park.spaces >= SMALLEST_COUNTED_LOT
        and (park.kind == "off-street" or park.price.en != "Free")
    ]
    return tuple(sorted(eligible, key=lambda park: (-park.spaces, park.id))[:COUNTED_LOTS])


def site_of(city: City, lot: CarPark) -> str:
    """Return the guidance server of a lot: one for each district."""
    return city.district(lot.district).name.en.lower()


def _parking_feeds(city: City, lots: tuple[CarPark, ...]) -> tuple[FeedPlan, ...]:
    districts = sorted({lot.district for lot in lots})
    feeds = []
    for code in districts:
        district = city.district(code)
        ko, en = f"{district.name.ko} 주차 유도", f"{district.name.en} parking guidance"
        key = f"parking-{district.name.en.lower()}"
        feeds.append(FeedPlan(key, "facilities", Text(ko, en), "parkingSensor", PARKING_S))
    return tuple(feeds)


def _meters(city: City, seed: int) -> Meters:
    from shapely.geometry import shape

    gachang = city.dong(GACHANG)
    place = around(
        stream(seed, "plan.meters"),
        city.settlements[GACHANG],
        shape(gachang.geometry),
        METERED_HOUSEHOLDS,
        spread_m=260,
    )
    # From south to north along the valley, so that a block of the network is one stretch.
    place = place[np.argsort(place[:, 1], kind="stable")]
    dma = np.arange(METERED_HOUSEHOLDS) * GACHANG_DMAS // METERED_HOUSEHOLDS
    # Both radios everywhere: the order of the keys has nothing to do with the place.
    order = stream(seed, "plan.meters.order").permutation(METERED_HOUSEHOLDS)
    keys = tuple(f"{number:04d}" for number in range(1, METERED_HOUSEHOLDS + 1))
    return Meters(keys, place[order], dma[order], is_business(METERED_HOUSEHOLDS, seed))


def _networks(meters: Meters, seed: int) -> tuple[DistrictNetwork, ...]:
    members = [np.flatnonzero(meters.dma == number) for number in range(GACHANG_DMAS)]
    return tuple(
        plan_network(number, among, meters.place[among], seed)
        for number, among in enumerate(members)
    )


def _intersections(city: City, seed: int) -> Placed:
    urban = [dong for dong in city.dongs if dong.residents / dong.area_km2 >= DENSE_PER_KM2]
    # Crossings follow streets more than people: the root keeps old quarters in.
    count = quotas(np.sqrt([dong.residents for dong in urban]), INTERSECTIONS)
    place = scatter(stream(seed, "plan.intersections"), urban, count)
    return _placed("x", Text("교차로", "intersection"), urban, count, place)


def _homes(city: City, seed: int) -> Placed:
    dongs = list(city.dongs)
    elderly = np.array([dong.elderly for dong in dongs], float)
    prone = stream(seed, "plan.homes").random(len(dongs)) < 0.4  # the dongs that take part
    count = quotas(np.where(prone, elderly, 0.0), CARE_HOMES)
    # Only the centre of the dong: where somebody in care lives is nobody's business.
    place = np.repeat([dong.centre for dong in dongs], count, axis=0)
    return _placed("care-", Text("돌봄 게이트웨이", "care gateway"), dongs, count, place)


def _sites(city: City, seed: int) -> Placed:
    dongs = list(city.dongs)
    area = np.array([dong.area_km2 for dong in dongs])
    count = 1 + quotas(np.sqrt(area), LORA_SITES - len(dongs))
    place = scatter(stream(seed, "plan.sites"), dongs, count)
    return _placed("lora-", Text("LoRa 기지국", "LoRa site"), dongs, count, place)


def _placed(
    prefix: str,
    what: Text,
    dongs: list[Dong],
    count: NDArray[np.int64],
    place: NDArray[np.float64],
) -> Placed:
    home = [dong for dong, n in zip(dongs, count, strict=True) for _ in range(int(n))]
    rank = [i + 1 for n in count for i in range(int(n))]
    return Placed(
        key=tuple(f"{prefix}{number:03d}" for number in range(1, len(home) + 1)),
        name=tuple(
            Text(f"{dong.name.ko} {what.ko} {i}", f"{dong.name.en} {what.en} {i}")
            for dong, i in zip(home, rank, strict=True)
        ),
        dong=tuple(home),
        place=place,
    )
