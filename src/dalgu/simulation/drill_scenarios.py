"""What goes wrong in an exercise: the alerts that a city's services would raise, second by second.

A scenario unfolds from one place and one seed, so that two shifts can be given the same hour and
be compared. Everything is marked synthetic; nothing here enters the hub.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from dalgu.hub.model import Document
from dalgu.hub.types import Alert
from dalgu.kernel.geo import Position
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.simulation.chance import stream
from dalgu.simulation.placing import METRES_PER_DEGREE

STORM_DEVICES = 120  # behind one gateway that fails
STORM_S = 300.0  # in which they all fall silent
CHATTER = 6  # sensors that come and go during the storm
METERS_DRY = 14  # of homes above a burst main that lose pressure
CAMERAS_DARK, COUNTERS_DARK = 9, 12  # in a power cut over a few blocks
NEAR_M, WIDE_M = 15.0, 900.0  # how far from the place things are


class ScenarioUnknown(KeyError):
    """The simulation has no scenario of this name."""


@dataclass(frozen=True, slots=True)
class Told:
    """One alert of a scenario, before it has a place of its own and an id."""

    after_s: float
    name: Text
    kind: tuple[str, str]  # category and sub-category
    severity: str
    source: str  # local part of the id of the thing it is about
    spread_m: float = 0.0
    description: Text | None = None


Unfold = Callable[[np.random.Generator], Iterator[Told]]


def drill_alerts(scenario: str, place: Position, seed: int) -> list[tuple[float, Document]]:
    """Return seconds after the start and the Alert entity of each alert, in time order.

    Parameters
    ----------
    scenario
        One of `SCENARIOS`.
    place
        Where it begins, (lon, lat) in degrees.
    seed
        The same seed unfolds in the same way.

    Raises
    ------
    ScenarioUnknown
        When there is no scenario of that name.

    Examples
    --------
    >>> alerts = drill_alerts("market-fire", (128.58, 35.87), 1)
    >>> alerts[0][0], alerts[0][1]["category"]["value"]
    (0.0, 'security')
    """
    if scenario not in SCENARIOS:
        raise ScenarioUnknown(scenario)
    chance = stream(seed, f"drill.{scenario}")
    told = sorted(SCENARIOS[scenario](chance), key=lambda one: one.after_s)
    return [
        (round(one.after_s, 1), _alert(scenario, number, one, _near(chance, place, one.spread_m)))
        for number, one in enumerate(told)
    ]


def _alert(scenario: str, number: int, told: Told, place: Position) -> Document:
    return Alert(
        id=entity_id("Alert", "drill", scenario, str(number)),
        name=told.name,
        description=told.description,
        category=told.kind[0],
        sub_category=told.kind[1],
        severity=told.severity,
        alert_source=entity_id("Device", "drill", told.source),
        status="open",
        location={"type": "Point", "coordinates": [place[0], place[1]]},
        origin="synthetic",
    ).to_document()


def _near(chance: np.random.Generator, place: Position, spread_m: float) -> Position:
    """Return a position about so far from a place."""
    east_m, north_m = chance.normal(0.0, spread_m, 2) if spread_m else (0.0, 0.0)
    per_lon = METRES_PER_DEGREE * math.cos(math.radians(place[1]))
    return (
        round(place[0] + float(east_m) / per_lon, 6),
        round(place[1] + float(north_m) / METRES_PER_DEGREE, 6),
    )


def _alarm_storm(chance: np.random.Generator) -> Iterator[Told]:
    """Yield how a gateway fails, its devices fall silent one by one, a few sensors chatter."""
    yield Told(
        20.0,
        Text("게이트웨이 응답 없음", "Gateway is silent"),
        ("water", "gatewaySilent"),
        "high",
        "gateway",
        description=Text("이 게이트웨이가 받던 장치가 모두 조용해질 수 있습니다.",
                         "All devices that it hears may fall silent."),
    )  # fmt: skip
    for number, at_s in enumerate(chance.uniform(25.0, STORM_S, STORM_DEVICES)):
        name = Text(f"장치 {number + 1} 응답 없음", f"Device {number + 1} is silent")
        yield Told(float(at_s), name, ("devices", "silent"), "medium", f"d{number}", NEAR_M)
    for sensor in range(CHATTER):
        for at_s in np.sort(chance.uniform(0.0, STORM_S, 8)):
            name = Text(f"수위계 {sensor + 1} 경계값", f"Level gauge {sensor + 1} at its limit")
            yield Told(
                float(at_s),
                name,
                ("naturalDisaster", "waterLevelHigh"),
                "low",
                f"g{sensor}",
                WIDE_M,
            )


def _market_fire(chance: np.random.Generator) -> Iterator[Told]:
    """Yield smoke in a market hall, then heat, calls, and a crowd at the exits."""
    smoke = ("security", "smoke")
    yield Told(
        0.0,
        Text("시장 연기 감지", "Smoke in the market"),
        smoke,
        "critical",
        "smoke-1",
        description=Text("시장 3동 감지기 두 개가 연기를 알렸습니다.",
                         "Two detectors of hall 3 tell of smoke."),
    )  # fmt: skip
    for number in range(2, 6):
        at_s = 15.0 * number + float(chance.uniform(0, 10))
        name = Text(f"연기 감지기 {number}", f"Smoke detector {number}")
        yield Told(at_s, name, smoke, "high", f"smoke-{number}", 40.0)
    yield Told(
        45.0, Text("화재 온도", "Fire temperature"), ("security", "heat"), "critical", "heat", 20.0
    )
    crowd = Text("출구 혼잡", "Crowd at the exit")
    yield Told(110.0, crowd, ("security", "crowdDense"), "high", "exit-camera", 60.0)
    power = Text("시장 전원 차단", "Power of the market is off")
    yield Told(150.0, power, ("power", "outage"), "medium", "switch-room", 50.0)


def _underpass_flood(chance: np.random.Generator) -> Iterator[Told]:
    """Yield rain: the gauge rises through its limits, the pump fails, a car stands in the water."""
    rain = Text("시간당 60 mm 비", "Rain of 60 mm an hour")
    yield Told(0.0, rain, ("weather", "rainfall"), "medium", "rain-gauge", WIDE_M)
    for number, (level_cm, severity) in enumerate(((15, "medium"), (30, "high"), (50, "critical"))):
        name = Text(f"지하차도 수위 {level_cm} cm", f"Underpass water at {level_cm} cm")
        at_s = 40.0 + 60.0 * number + float(chance.uniform(0, 8))
        yield Told(at_s, name, ("naturalDisaster", "waterLevelHigh"), severity, "underpass-gauge")
    pump = Text("배수 펌프 멈춤", "Drainage pump stopped")
    yield Told(125.0, pump, ("drainage", "pumpFault"), "high", "pump", 15.0)
    stopped = Text("지하차도 정지 차량", "Car standing in the underpass")
    yield Told(190.0, stopped, ("traffic", "carStopped"), "high", "camera", 25.0)


def _power_cut(chance: np.random.Generator) -> Iterator[Told]:
    """Yield how a substation drops out; cameras, counters and lights of the blocks go with it."""
    cut = Text("구역 정전", "Power is out over the blocks")
    yield Told(0.0, cut, ("power", "outage"), "critical", "substation")
    for number in range(CAMERAS_DARK):
        name = Text(f"카메라 {number + 1} 응답 없음", f"Camera {number + 1} is silent")
        at_s = float(chance.uniform(3, 60))
        yield Told(at_s, name, ("devices", "silent"), "medium", f"camera-{number}", WIDE_M / 2)
    for number in range(COUNTERS_DARK):
        name = Text(
            f"교차로 {number + 1} 신호 꺼짐", f"Signals of intersection {number + 1} are off"
        )
        at_s = float(chance.uniform(5, 90))
        yield Told(at_s, name, ("traffic", "signalFault"), "high", f"signal-{number}", WIDE_M / 2)
    lift = Text("승강기 갇힘 신고", "People are stuck in a lift")
    yield Told(140.0, lift, ("security", "trapped"), "critical", "lift", 200.0)


def _burst_main(chance: np.random.Generator) -> Iterator[Told]:
    """Yield how a main bursts: pressure falls, homes above run dry, the road floods."""
    burst = Text("배수관 파손 의심", "A main has burst, it seems")
    yield Told(0.0, burst, ("water", "burst"), "high", "district-meter")
    pressure = Text("수압 급락", "Pressure has fallen")
    yield Told(25.0, pressure, ("water", "pressureLow"), "high", "pressure-gauge", 80.0)
    for number in range(METERS_DRY):
        at_s = float(chance.uniform(60, 240))
        name = Text(f"구역 {number + 1} 수압 낮음", f"Low pressure at point {number + 1}")
        yield Told(at_s, name, ("water", "pressureLow"), "medium", f"point-{number}", 250.0)
    road = Text("도로 침수", "Water on the road")
    yield Told(180.0, road, ("water", "roadWet"), "high", "road-camera", 40.0)


def _missing_person(chance: np.random.Generator) -> Iterator[Told]:
    """Yield how an elderly person with dementia left home; two cameras may have seen them."""
    missing = Text("치매 어르신 실종 신고", "A person with dementia is missing")
    yield Told(0.0, missing, ("security", "missingPerson"), "critical", "report")
    for number, at_s in enumerate((90.0, 210.0), start=1):
        name = Text(f"인상착의 비슷한 사람 {number}", f"Somebody of that description {number}")
        late_s = at_s + float(chance.uniform(0, 20))
        yield Told(late_s, name, ("security", "missingPerson"), "high", f"camera-{number}", 150.0)
    road = Text("차도 보행자", "A person walks on the road")
    yield Told(260.0, road, ("traffic", "pedestrianOnRoad"), "high", "camera-3", 180.0)


SCENARIOS: dict[str, Unfold] = {
    "alarm-storm": _alarm_storm,
    "market-fire": _market_fire,
    "underpass-flood": _underpass_flood,
    "power-cut": _power_cut,
    "burst-main": _burst_main,
    "missing-person": _missing_person,
}
