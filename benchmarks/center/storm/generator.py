"""A storm: 25 true incidents, background and chatter, 10,000 alerts in 60 s; membership is fixed
here. Written from what such incidents do to sensors, not from how anybody groups alerts.

Kinds are "category/subCategory" as the services of a city would name them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.center.storm.town import Sensor, Town, build, metres, moved

ALERTS, SPAN_S = 10_000, 60.0
LATEST_START_S = 42.0
MIX = {
    "power": 3, "gateway": 3, "network": 2, "flood": 3, "fire": 4, "burst": 3, "crash": 4,
    "gas": 1, "crowd": 1, "bell": 1,
}  # fmt: skip
INCIDENT_SHARE = 0.62  # of all alerts; the rest is background and chatter
CHATTERERS = 14
APART_M = 700.0  # between two crashes: one of them seen by the other's eyes is one crash
START = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)


@dataclass
class Telling:
    """One sensor that tells one kind from an instant on, again and again."""

    sensor: Sensor
    kind: str
    severity: str
    from_s: float
    until_s: float
    incident: int | None
    often: float = 1.0  # weight of how often it repeats
    place: tuple[float, float] | None = None


@dataclass
class Alerting:
    """One alert of the storm, with the incident it truly belongs to."""

    id: str
    at_s: float
    sensor: Sensor
    kind: str
    severity: str
    incident: int | None


@dataclass
class Storm:
    town: Town
    alerts: list[Alerting]
    incidents: list[str]  # what each is
    starts_s: list[float]  # of the first alert of each


class Maker:
    def __init__(self, seed):
        self.chance = np.random.default_rng(seed)
        self.town = build(self.chance)
        self.told: list[Telling] = []
        self.names: list[str] = []
        self.spots: list[tuple[float, float]] = []
        self.by_id = {one.id: one for one in [*self.town.sensors, *self.town.parents]}
        self.used: set[str] = set()
        self.telling: set[tuple[str, str]] = set()

    def uniform(self, low, high):
        return float(self.chance.uniform(low, high))

    def picks(self, share):
        return self.chance.random() < share

    def tell(self, sensor, kind, severity, from_s, *, often=1.0):
        # A thing that tells something already does not begin to tell it a second time.
        if from_s < SPAN_S - 0.5 and (sensor.id, kind) not in self.telling:
            self.telling.add((sensor.id, kind))
            number = len(self.names) - 1
            self.told.append(Telling(sensor, kind, severity, from_s, SPAN_S, number, often))

    def begin(self, name, lon, lat):
        self.names.append(name)
        self.spots.append((lon, lat))
        return self.uniform(0.3, LATEST_START_S)

    def parent(self, kind, least):
        """A parent with enough below it that has not failed yet."""
        below: dict[str, int] = {}
        for one in self.town.sensors:
            for parent in one.links.values():
                below[parent] = below.get(parent, 0) + 1
        fit = [
            one
            for one in self.town.parents
            if one.kind == kind and below.get(one.id, 0) >= least and one.id not in self.used
        ]
        chosen = fit[int(self.chance.integers(len(fit)))]
        self.used.add(chosen.id)
        return chosen

    def children(self, parent):
        return [one for one in self.town.sensors if parent.id in one.links.values()]

    def site(self, kind):
        places = [p for p in self.town.sites[kind] if p[0].id not in self.used]
        chosen = places[int(self.chance.integers(len(places)))]
        self.used.update(one.id for one in chosen)
        return chosen

    # -- incidents ------------------------------------------------------------------------

    def power(self):  # noqa: C901 - one line for each way in which a supply shows
        feeder = self.parent("feeder", 12)
        at = self.begin("power", feeder.lon, feeder.lat)
        fed = self.children(feeder)
        if self.picks(0.7):
            self.tell(feeder, "power/outage", "high", at + self.uniform(0, 4), often=0.3)
        for one in fed:
            if one.kind == "signal":
                self.tell(one, "traffic/signalFault", "medium", at + self.uniform(0.5, 6))
            elif one.kind in ("camera", "traffic") and self.picks(0.6):
                self.tell(one, "power/mainsLost", "high", at + self.uniform(0, 3))
            elif one.kind == "gauge":
                self.tell(one, "power/upsOnBattery", "medium", at + self.uniform(0, 5))
            elif self.picks(0.9):
                self.tell(one, "devices/silent", "medium", at + self.uniform(3, 16))
        dark = [p for p in self.town.parents if p.links.get("poweredBy") == feeder.id]
        for parent in dark:
            self.used.add(parent.id)
            self.tell(parent, "devices/silent", "medium", at + self.uniform(2, 10), often=0.5)
            for one in self.children(parent):
                if one not in fed and self.picks(0.7):
                    self.tell(one, "devices/silent", "medium", at + self.uniform(6, 20))

    def gateway(self):
        gateway = self.parent("gateway", 10)
        at = self.begin("gateway", gateway.lon, gateway.lat)
        if self.picks(0.8):
            self.tell(gateway, "devices/silent", "medium", at + self.uniform(0, 8), often=0.5)
        for one in self.children(gateway):
            if self.picks(0.92):
                self.tell(one, "devices/silent", "medium", at + self.uniform(1, 18))

    def network(self):
        switch = self.parent("switch", 8)
        at = self.begin("network", switch.lon, switch.lat)
        if self.picks(0.7):
            self.tell(switch, "network/linkDown", "high", at + self.uniform(0, 5), often=0.5)
        for one in self.children(switch):
            kind = "camera/offline" if one.kind == "camera" else "network/unreachable"
            if self.picks(0.92):
                self.tell(one, kind, "medium", at + self.uniform(0.5, 9))

    def flood(self):
        gauges = self.site("underpass")
        lon, lat = gauges[0].lon, gauges[0].lat
        at = self.begin("flood", lon, lat)
        speed_mps = self.uniform(25, 60)  # how fast the edge of the water moves
        for one in self.town.near(lon, lat, 1100, "gauge", "traffic", "camera"):
            wet = at + metres(one, lon, lat) / speed_mps + self.uniform(0, 2)
            if one.kind == "gauge":
                kind = "naturalDisaster/waterLevelHigh" if self.picks(0.6) else (
                    "naturalDisaster/roadFlooded")  # fmt: skip
                self.tell(one, kind, "high" if self.picks(0.75) else "medium", wet)
            elif metres(one, lon, lat) < 500 and self.picks(0.6):
                kind = "traffic/trafficJam" if one.kind == "traffic" else "traffic/carStopped"
                self.tell(one, kind, "medium", wet + self.uniform(1, 6), often=0.6)

    def fire(self):
        detectors = self.site("building")
        lon, lat = detectors[0].lon, detectors[0].lat
        at = self.begin("fire", lon, lat)
        for rank, one in enumerate(detectors):
            kind = "security/smoke" if self.picks(0.75) else "security/heat"
            severity = "critical" if self.picks(0.3) else "high"
            self.tell(one, kind, severity, at + rank * self.uniform(0.5, 5))
        for one in self.town.near(lon, lat, 220, "camera"):
            if self.picks(0.6):
                self.tell(one, "security/smoke", "medium", at + self.uniform(4, 14), often=0.5)
        for one in self.town.near(lon, lat, 250, "air"):
            self.tell(one, "environment/airPollution", "medium", at + self.uniform(5, 15))

    def burst(self):
        area = self.parent("area", 10)
        meters = self.children(area)
        first = meters[int(self.chance.integers(len(meters)))]
        at = self.begin("burst", first.lon, first.lat)
        order = sorted(meters, key=lambda one: metres(one, first.lon, first.lat))
        for rank, one in enumerate(order[: max(6, int(len(order) * 0.7))]):
            if rank < 2:
                kind = "water/burst" if self.picks(0.5) else "water/flowHigh"
                self.tell(one, kind, "high", at + self.uniform(0, 3))
            else:
                self.tell(one, "water/pressureLow", "medium", at + self.uniform(0.5, 14))
        for one in self.town.near(first.lon, first.lat, 200, "camera"):
            self.tell(one, "traffic/hazardOnRoad", "medium", at + self.uniform(4, 12), often=0.5)

    def crash(self, lon=None, lat=None):
        eyes = self.town.of("camera", "traffic")
        # Nobody can tell two crashes apart that the same eyes see at the same time.
        past = [spot for name, spot in zip(self.names, self.spots, strict=True) if name == "crash"]
        eyes = [one for one in eyes if all(metres(one, *spot) > APART_M for spot in past)]
        if lon is None:
            one = eyes[int(self.chance.integers(len(eyes)))]
        else:
            one = min(eyes, key=lambda each: metres(each, lon, lat))
        at = self.begin("crash", one.lon, one.lat)
        self.tell(one, "traffic/carAccident", "high" if self.picks(0.7) else "medium", at)
        for other in self.town.near(one.lon, one.lat, 320, "camera", "traffic", "signal"):
            if other is not one and self.picks(0.8):
                kind = "traffic/trafficJam" if other.kind != "camera" else "traffic/carStopped"
                self.tell(other, kind, "medium", at + self.uniform(2, 14), often=0.7)

    def gas(self):
        sniffers = self.site("vault")
        at = self.begin("gas", sniffers[0].lon, sniffers[0].lat)
        for one in sniffers:
            self.tell(one, "environment/gasLeak", "high", at + self.uniform(0, 8))

    def crowd(self):
        cameras = self.site("plaza")
        at = self.begin("crowd", cameras[0].lon, cameras[0].lat)
        for one in cameras:
            self.tell(one, "security/crowdDense", "high" if self.picks(0.6) else "medium",
                      at + self.uniform(0, 12))  # fmt: skip

    def bell(self):
        bells = self.town.of("bell")
        one = bells[int(self.chance.integers(len(bells)))]
        at = self.begin("bell", one.lon, one.lat)
        self.tell(one, "security/bellPressed", "critical", at)
        for other in self.town.near(one.lon, one.lat, 100, "camera"):
            self.tell(other, "security/screaming", "high", at + self.uniform(0, 4))

    # -- what is no incident -----------------------------------------------------------------

    def background(self):
        """Single sensors that tell of small things, and some whose contact is loose."""
        small = (
            ("devices/lowBattery", "low"), ("lighting/lampOut", "low"), ("camera/dirty", "low"),
            ("parking/full", "informational"), ("water/missingReads", "low"),
            ("network/latencyHigh", "low"), ("traffic/trafficJam", "low"),
            ("weather/rainfall", "informational"), ("devices/tamper", "medium"),
            ("water/continuousFlow", "medium"), ("elevator/doorSlow", "medium"),
            ("devices/silent", "medium"), ("waste/binFull", "informational"),
        )  # fmt: skip
        chosen = self.chance.choice(len(self.town.sensors), 420, replace=False)
        for index in chosen:
            kind, severity = small[int(self.chance.integers(len(small)))]
            self.noise(self.town.sensors[int(index)], kind, severity, 0.5)
        loose = (
            ("gauge", "naturalDisaster/waterLevelHigh", "medium"),
            ("detector", "security/smoke", "medium"),
            ("meter", "water/pressureLow", "low"),
            ("lamp", "devices/powerLost", "low"),
            ("signal", "traffic/signalFault", "low"),
            ("air", "environment/airPollution", "medium"),
        )
        for k in range(CHATTERERS):
            kind_of, kind, severity = loose[k % len(loose)]
            some = [one for one in self.town.of(kind_of) if one.id not in self.used]
            one = some[int(self.chance.integers(len(some)))]
            self.noise(one, kind, severity, 14.0)
        # Two true nuisances: a lone detector and a lone camera that are sure of themselves.
        for kind_of, kind in (("detector", "security/smoke"), ("camera", "traffic/carAccident")):
            some = [one for one in self.town.of(kind_of) if one.id not in self.used]
            self.noise(some[int(self.chance.integers(len(some)))], kind, "high", 0.3)

    def noise(self, sensor, kind, severity, often):
        if (sensor.id, kind) in self.telling:
            return
        self.telling.add((sensor.id, kind))
        at = self.uniform(0, SPAN_S - 1)
        self.told.append(Telling(sensor, kind, severity, at, SPAN_S, None, often))


def storm(seed: int) -> Storm:
    """Return the storm of a seed."""
    maker = Maker(seed)
    names = [name for name, count in MIX.items() for _ in range(count)]
    maker.chance.shuffle(names)
    # Supplies first, and what they feed is out by them: a gateway that fails by itself while its
    # supply is cut would be two incidents that nobody could tell apart.
    first = ("power", "network", "gateway")
    for name in sorted(names, key=lambda one: first.index(one) if one in first else 9):
        if name == "crash" and "fire" in maker.names and maker.picks(0.5):
            spot = maker.spots[maker.names.index("fire")]  # a crash in the smoke's queue
            maker.crash(*moved(*spot, maker.uniform(300, 700), maker.uniform(300, 700)))
        else:
            getattr(maker, name)()
    crowd_in_time(maker)
    maker.background()
    alerts = repeated(maker)
    starts = [
        min(one.at_s for one in alerts if one.incident == number)
        for number in range(len(maker.names))
    ]
    return Storm(maker.town, alerts, maker.names, starts)


def crowd_in_time(maker):
    """Let a third of the incidents begin within three seconds of another."""
    for number in range(0, len(maker.names) - 1, 3):
        own = [one for one in maker.told if one.incident == number]
        other = [one for one in maker.told if one.incident == number + 1]
        shift = min(o.from_s for o in own) - min(o.from_s for o in other) + maker.uniform(-3, 3)
        shift = max(shift, 0.2 - min(one.from_s for one in other))
        for one in other:
            one.from_s = min(one.from_s + shift, SPAN_S - 0.6)


def repeated(maker):
    """Every telling speaks once, and again as often as its weight says: 10,000 in all."""
    chance, told = maker.chance, maker.told
    is_true = np.array([one.incident is not None for one in told])
    weight = np.array([one.often * (SPAN_S - one.from_s) for one in told])
    left = ALERTS - len(told)
    extra = np.zeros(len(told), int)
    for mask, share in ((is_true, INCIDENT_SHARE), (~is_true, 1 - INCIDENT_SHARE)):
        part = np.where(mask, weight, 0)
        extra += chance.multinomial(int(left * share), part / part.sum())
    extra[int(np.argmax(extra))] += left - extra.sum()
    found = []
    for one, more in zip(told, extra, strict=True):
        at = [one.from_s, *chance.uniform(one.from_s, one.until_s, more)]
        found += [(float(t), one) for t in at]
    found.sort(key=lambda pair: pair[0])
    numbers = chance.permutation(len(found))
    return [
        Alerting(
            f"urn:ngsi-ld:Alert:storm:{n}", t, one.sensor, one.kind, one.severity, one.incident
        )
        for (t, one), n in zip(found, numbers, strict=True)
    ]


def document(one: Alerting, start: datetime = START):
    """The alert as a service writes it."""
    category, sub = one.kind.split("/")
    return {
        "id": one.id,
        "type": "Alert",
        "category": {"type": "Property", "value": category},
        "subCategory": {"type": "Property", "value": sub},
        "severity": {"type": "Property", "value": one.severity},
        "status": {"type": "Property", "value": "open"},
        "alertSource": {"type": "Relationship", "object": one.sensor.id},
        "dateIssued": {
            "type": "Property",
            "value": (start + timedelta(seconds=one.at_s)).isoformat().replace("+00:00", "Z"),
        },
        "location": {
            "type": "GeoProperty",
            "value": {"type": "Point", "coordinates": [one.sensor.lon, one.sensor.lat]},
        },
    }
