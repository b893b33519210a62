"""A made-up sensor network over Daegu: where sensors stand and what they hang on.

Knows nothing of how Dalgu groups alerts: it imports the city's dongs and numpy, no more.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from dalgu import cities

SENSORS = 1_000
# Share of each kind among single sensors; clusters (buildings, underpasses, plazas) come first.
SPREAD = {
    "meter": 0.34, "camera": 0.17, "signal": 0.12, "traffic": 0.12, "lamp": 0.10,
    "parking": 0.08, "air": 0.07,
}  # fmt: skip
BUILDINGS, DETECTORS = 26, 4
UNDERPASSES, GAUGES = 12, 6
PLAZAS, PLAZA_CAMERAS = 6, 5
VAULTS, SNIFFERS = 6, 3
BELLS = 30
FEEDERS, SWITCHES, GATEWAYS, AREAS = 18, 16, 22, 18
RADIO = {"meter", "gauge", "parking", "air", "lamp", "bell"}
WIRED = {"camera", "signal", "traffic"}
POWERED = {"camera", "signal", "traffic", "lamp", "detector", "gauge"}
DEGREE_M = 111_195.0


@dataclass
class Sensor:
    id: str
    kind: str
    lon: float
    lat: float
    links: dict[str, str] = field(default_factory=dict)  # relation to the id of a parent


@dataclass
class Town:
    sensors: list[Sensor]
    parents: list[Sensor]  # feeders, switches, gateways, metered areas
    sites: dict[str, list[list[Sensor]]]  # buildings, underpasses, plazas, vaults

    def of(self, *kinds):
        return [one for one in self.sensors if one.kind in kinds]

    def near(self, lon, lat, radius_m, *kinds):
        return [one for one in self.of(*kinds) if metres(one, lon, lat) <= radius_m]


def metres(one, lon, lat):
    x = (one.lon - lon) * math.cos(math.radians(35.87)) * DEGREE_M
    return math.hypot(x, (one.lat - lat) * DEGREE_M)


def moved(lon, lat, east_m, north_m):
    return (
        lon + east_m / (DEGREE_M * math.cos(math.radians(35.87))),
        lat + north_m / DEGREE_M,
    )


class Builder:
    def __init__(self, chance):
        self.chance = chance
        dongs = [one for one in cities.load("daegu").dongs if one.area_km2 < 12]
        weight = np.array([one.residents for one in dongs], float)
        self.dongs, self.weight = dongs, weight / weight.sum()
        self.count = 0

    def place(self, spread_m=700.0):
        dong = self.dongs[int(self.chance.choice(len(self.dongs), p=self.weight))]
        east, north = self.chance.normal(0, spread_m, 2)
        return moved(*dong.centre, east, north)

    def sensor(self, kind, lon, lat):
        self.count += 1
        return Sensor(f"urn:ngsi-ld:Device:storm:{kind}-{self.count}", kind, float(lon), float(lat))

    def cluster(self, kind, count, spread_m):
        lon, lat = self.place()
        return [
            self.sensor(kind, *moved(lon, lat, *self.chance.normal(0, spread_m, 2)))
            for _ in range(count)
        ]

    def parents(self, kind, count, type_="Device"):
        found = []
        for _ in range(count):
            lon, lat = self.place(1500.0)
            self.count += 1
            id_ = f"urn:ngsi-ld:{type_}:storm:{kind}-{self.count}"
            found.append(Sensor(id_, kind, float(lon), float(lat)))
        return found


def build(chance) -> Town:
    maker = Builder(chance)
    sites = {
        "building": [maker.cluster("detector", DETECTORS, 20) for _ in range(BUILDINGS)],
        "underpass": [maker.cluster("gauge", GAUGES, 260) for _ in range(UNDERPASSES)],
        "plaza": [maker.cluster("camera", PLAZA_CAMERAS, 80) for _ in range(PLAZAS)],
        "vault": [maker.cluster("sniffer", SNIFFERS, 60) for _ in range(VAULTS)],
    }
    sensors = [one for places in sites.values() for place in places for one in place]
    sensors += [maker.sensor("bell", *maker.place()) for _ in range(BELLS)]
    left = SENSORS - len(sensors)
    for kind, share in SPREAD.items():
        sensors += [maker.sensor(kind, *maker.place()) for _ in range(round(left * share))]
    while len(sensors) < SENSORS:
        sensors.append(maker.sensor("meter", *maker.place()))
    sensors = sensors[:SENSORS]
    parents = hang(maker, sensors)
    return Town(sensors, parents, sites)


def hang(maker, sensors):
    feeders, switches = maker.parents("feeder", FEEDERS), maker.parents("switch", SWITCHES)
    gateways = maker.parents("gateway", GATEWAYS)
    areas = maker.parents("area", AREAS, "DistrictMeteredArea")
    for one in sensors:
        if one.kind in POWERED:
            one.links["poweredBy"] = nearest(maker.chance, feeders, one, 0.97).id
        if one.kind in WIRED:
            one.links["connectedTo"] = nearest(maker.chance, switches, one, 0.95).id
        if one.kind in RADIO:
            one.links["gateway"] = nearest(maker.chance, gateways, one, 0.90).id
        if one.kind == "meter":
            one.links["dma"] = nearest(maker.chance, areas, one, 1.0).id
    for one in gateways + switches:
        one.links["poweredBy"] = nearest(maker.chance, feeders, one, 1.0).id
    return feeders + switches + gateways + areas


def nearest(chance, parents, one, surely):
    """The nearest parent, or now and then the second: radio and streets are not circles."""
    order = sorted(parents, key=lambda parent: metres(parent, one.lon, one.lat))
    return order[0] if chance.random() < surely else order[1]


def documents(town):
    """The network as entities of a hub."""
    for one in [*town.parents, *town.sensors]:
        document = {
            "id": one.id,
            "type": one.id.split(":")[2],
            "location": {
                "type": "GeoProperty",
                "value": {"type": "Point", "coordinates": [one.lon, one.lat]},
            },
        }
        for relation, parent in one.links.items():
            is_radio = relation == "gateway"
            document[relation] = (
                {"type": "Property", "value": parent}
                if is_radio
                else {"type": "Relationship", "object": parent}
            )
        yield document
