"""People at the crossings of protection zones, as roadside detectors see them: live only.

They follow the field's lights: wait while it is red, begin at green, and some are slow. Vehicles
that turn right past them are those of `right_turns`. A detector says counts and seconds. Rates,
shares and hazards are assumptions; paces are of the studies that
`services.traffic.pedestrians.crossing` names. Nothing is back-filled.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec
import numpy as np

from dalgu.devices.registry import Registry, device_entity
from dalgu.devices.signals.report import Light, Report
from dalgu.devices.uplink import Uplink
from dalgu.hub.hub import Delivery, Hub, Message
from dalgu.hub.model import JSON, Entity, Place
from dalgu.hub.types import Device
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.text import Text
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.network.model import Crossing, Zone
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.pedestrians.ledger import signalled
from dalgu.services.traffic.pedestrians.watch import crossing_id
from dalgu.services.traffic.pedestrians.wire import (
    MOST_LISTED,
    WATCH_PROFILE,
    Given,
    decode_watch,
    encode_turns,
    encode_watch,
)
from dalgu.simulation.chance import stream
from dalgu.simulation.right_turns import RightTurns, right_turns

CROSSINGS: Final = 24  # with a detector; half of them in silver zones, where there are so many
TURN: Final = timedelta(seconds=1)
LEAST_TURN_S: Final = 1.0  # by the wall, however fast the city's clock runs
MOST_A_TURN: Final = 3  # messages of the whole city
FORGET_S: Final = 300.0  # after a longer gap of the field nobody knows who still waits
ENDING_S: Final = 6.0  # of the flashing green: now each walker counts
ENDING_EVERY_S: Final = 2.0  # a light is held by what is younger than three seconds
WALKING_EVERY_S: Final = 5.0
WAITING_EVERY_S: Final = 10.0
ALIVE_EVERY_S: Final = 120.0
SYNTHETIC: Final = "synthetic"

# People an hour at one crossing by the local hour, from midnight (assumption).
_NIGHT = (2, 1, 1, 1, 2, 5)
PEOPLE_H: Final = {
    Zone.SCHOOL: (*_NIGHT, 15, 50, 110, 30, 25, 35, 60, 80, 75, 60, 50, 45, 40, 30, 25, 20, 10, 5),
    Zone.SILVER: (*_NIGHT, 20, 30, 40, 55, 60, 60, 50, 50, 55, 55, 50, 40, 30, 20, 12, 8, 5, 3),
}
# Pace in m/s, mean and spread: their slow 15 % walk at 1.01, 0.85 and 0.73 m/s.
ADULT, ELDER, FRAIL = (1.22, 0.20), (1.03, 0.17), (0.85, 0.12)
WHO: Final = {Zone.SCHOOL: (0.90, 0.09, 0.01), Zone.SILVER: (0.45, 0.45, 0.10)}
LEAST_MPS: Final = 0.5
ENTER_S: Final = (0.5, 3.0)  # from the light, or from the kerb, to the first step
# Of those who come while it flashes, this share begins as long as the seconds left would do at a
# brisk pace, though the law says not to (assumption): the old then lack seconds.
DARES: Final = 0.5
BRISK_MPS: Final = 1.3

# Chance in each second of somebody walking (assumption): few a day at each crossing.
CAUTION: Final = {Light.GREEN: 0.0006, Light.AMBER: 0.0006, Light.RED: 0.004}
ENCOUNTER: Final = 0.0015  # that no caution foresaw
COMES_TRUE: Final = 0.5  # of cautions: an encounter follows, though seldom as near
AHEAD: Final = 0.15  # of cautions: not a turning vehicle but one that comes straight on


@dataclass(slots=True)
class Watched:
    """One crossing under a detector, and who is there."""

    crossing: Crossing
    group: int  # over all signals of the layout
    clearance_s: float  # flashing green
    place: Place
    turning: RightTurns
    waiting_since_s: list[float] = field(default_factory=list)
    ends_s: list[float] = field(default_factory=list)  # when each walker will have left
    meets: list[tuple[float, float]] = field(default_factory=list)  # at_s, PET
    cautions: list[Given] = field(default_factory=list)  # since the last message, as below
    encounters: list[float] = field(default_factory=list)
    told: tuple[int, int] = (0, 0)
    told_s: float = -np.inf

    @property
    def device(self) -> str:
        """Its detector's id in the registry."""
        return f"watch:{self.crossing.id}"

    def now(self) -> tuple[int, int]:
        """Return how many wait and how many walk."""
        return len(self.waiting_since_s), len(self.ends_s)

    def due(self, report: Report) -> int:
        """Return whether its detector speaks now: 0 no, 1 soon enough, 2 before others."""
        light, shown_s = report.light[self.group], report.light_age_s[self.group]
        quiet_s, (waiting, walking) = report.at_s - self.told_s, self.now()
        is_green = light == Light.GREEN or (
            light == Light.AMBER and shown_s < self.clearance_s - ENDING_S
        )
        if self.cautions or self.turning.cautions or (self.told[1] and not walking):
            return 2
        if walking and not is_green and quiet_s >= ENDING_EVERY_S:
            return 2
        every_s = WALKING_EVERY_S if walking else WAITING_EVERY_S
        changed = bool(walking) or waiting != self.told[0] or bool(self.encounters)
        return int(quiet_s >= (every_s if changed else ALIVE_EVERY_S))

    def say(self, at_s: float) -> dict[str, JSON]:
        """Return what its detector says, and begin anew."""
        self.told, self.told_s = self.now(), at_s
        clear_in_s = round(max(self.ends_s) - at_s, 1) if self.ends_s else None
        turning = self.turning
        said = encode_watch(
            *self.told,
            clear_in_s,
            cautions=[*self.cautions, *turning.cautions],
            encounters=self.encounters,
        ) | encode_turns(turning.turned[:MOST_LISTED])
        self.cautions, self.encounters = [], []
        turning.cautions, turning.turned = [], turning.turned[MOST_LISTED:]
        return said


@dataclass(frozen=True, slots=True)
class Said:
    """One message of one detector."""

    watched: Watched
    at_s: float
    values: dict[str, JSON]

    def delivery(self, received_at: datetime) -> Delivery:
        """Return it as the entrance keeps it: the body, what it means, and who was heard."""
        observed_at = datetime.fromtimestamp(self.at_s, UTC)
        device = self.watched.device
        body = msgspec.json.encode({"device": device, "at": iso(observed_at), **self.values})
        uplink = Uplink(
            device=device,
            entity=crossing_id(self.watched.crossing),
            received_at=received_at,
            observed_at=observed_at,
            values=self.values,
        )
        seen: list[Entity] = [replace(one, origin=SYNTHETIC) for one in decode_watch(uplink)]
        heard = Device(
            id=device_entity(device),
            observed_at=observed_at,
            device_state="online",
            origin=SYNTHETIC,
        )
        return Delivery(
            Message(received_at, "simulation", WATCH_PROFILE, device, body), [*seen, heard]
        )


class Walkers:
    """The watched crossings of the network in force.

    Parameters
    ----------
    seed
        The same seed and the same reports make the same people.
    compiled
        Returns the network in force, `None` when there is none.
    report
        Returns the field's newest second, `None` before the first.
    """

    def __init__(
        self,
        seed: int,
        compiled: Callable[[], Compiled | None],
        report: Callable[[], Report | None],
    ) -> None:
        self._seed, self._compiled, self._report = seed, compiled, report
        self._network: Compiled | None = None
        self._registered: Compiled | None = None
        self._until_s = -np.inf
        self.watched: tuple[Watched, ...] = ()

    async def drive(self, hub: Hub, registry: Registry, clock: Clock) -> None:
        """Say what detectors see as the field's seconds pass, until cancelled."""
        while True:
            await self.turn(hub, registry, clock.now())
            await asyncio.gather(clock.sleep_until(clock.now() + TURN), asyncio.sleep(LEAST_TURN_S))

    async def turn(self, hub: Hub, registry: Registry, now: datetime) -> None:
        """Hand in what is said in the field's newest second, if it is a new one."""
        said = self.messages()
        if said and self._registered is not self._network:
            known = {one.device for one in registry}
            await registry.register(devices(o for o in self.watched if o.device not in known))
            self._registered = self._network
        if said:
            await hub.ingest([one.delivery(now) for one in said])

    def messages(self) -> list[Said]:
        """Return what is said in the field's newest second; the most urgent come first."""
        compiled, report = self._compiled(), self._report()
        if compiled is None or report is None or report.at_s <= self._until_s:
            return []
        if len(report.light) != len(compiled.layout.group_signal):
            return []  # the field still runs the network before
        if compiled is not self._network:
            self._network, self.watched = compiled, tuple(choose(compiled, self._seed))
        since_s, self._until_s = self._until_s, report.at_s
        if report.at_s - since_s > FORGET_S:
            since_s = report.at_s - 1.0
            for one in self.watched:
                one.waiting_since_s, one.ends_s, one.meets = [], [], []
                one.turning.under_way = []
        chance = stream(self._seed, "walkers", int(report.at_s))
        for one in self.watched:
            _walk(one, report, since_s, chance)
            _meet(one, report, report.at_s - since_s, chance)
        turned = stream(self._seed, "walkers.turns", int(report.at_s))
        for one in self.watched:
            one.turning.pass_time(report, since_s, one.ends_s, turned)
        due = [(-one.due(report), one.told_s, n) for n, one in enumerate(self.watched)]
        first = [self.watched[n] for urgent, _, n in sorted(due) if urgent][:MOST_A_TURN]
        return [Said(one, report.at_s, one.say(report.at_s)) for one in first]


def choose(compiled: Compiled, seed: int) -> Iterator[Watched]:
    """Yield the crossings with a detector: signalled, and in a protection zone."""
    network = compiled.network
    inside = [one for one in signalled(network) if one.zone is not Zone.NONE]
    order = stream(seed, "walkers.crossings").permutation(len(inside))
    silver = [inside[n] for n in order if inside[n].zone is Zone.SILVER]
    school = [inside[n] for n in order if inside[n].zone is Zone.SCHOOL]
    some = silver[: max(CROSSINGS // 2, CROSSINGS - len(school))]
    parts = Parts.of(network)
    for one in [*some, *school[: CROSSINGS - len(some)]]:
        at, node = compiled.signal_at[one.signal], parts.nodes[one.node]
        place: Place = {"type": "Point", "coordinates": [node.lon, node.lat]}
        yield Watched(
            one,
            int(compiled.layout.group_first[at]) + one.group,
            compiled.timings[at].groups[one.group].amber_s,
            place if network.is_geographic else None,
            RightTurns(tuple(right_turns(compiled, parts, one))),
        )


def devices(watched: Iterable[Watched]) -> Iterator[Device]:
    """Yield the detectors as the register names them."""
    for one in watched:
        name = one.crossing.id
        yield Device(
            id=device_entity(one.device),
            name=Text(f"횡단보도 검지기 {name}", f"Crossing detector {name}"),
            category="crossingDetector",
            profile=WATCH_PROFILE,
            controlled_asset=crossing_id(one.crossing),
            in_service=True,
            location=one.place,
            origin=SYNTHETIC,
        )


def _walk(one: Watched, report: Report, since_s: float, chance: np.random.Generator) -> None:
    """Let people come, begin and leave up to the report."""
    at_s, light = report.at_s, report.light[one.group]
    begun_s = at_s - float(report.light_age_s[one.group])  # what is shown
    hour = local(datetime.fromtimestamp(at_s, UTC)).hour
    expected = PEOPLE_H[one.crossing.zone][hour] * (at_s - since_s) / 3_600
    come = sorted(chance.uniform(since_s, at_s, chance.poisson(expected)).tolist())
    begin: Sequence[float] = ()
    if light == Light.GREEN:
        begin, one.waiting_since_s = [max(s, begun_s) for s in one.waiting_since_s + come], []
    elif light == Light.AMBER:
        last_s = begun_s + one.clearance_s - one.crossing.length_m / BRISK_MPS
        dares = [s < last_s and chance.random() < DARES for s in come]
        begin = [s for s, dared in zip(come, dares, strict=True) if dared]
        come = [s for s, dared in zip(come, dares, strict=True) if not dared]
        one.waiting_since_s += come
    elif light == Light.RED:
        # Who came before the green that has just passed unseen has gone with it.
        last_s = begun_s - one.clearance_s
        one.waiting_since_s = [s for s in one.waiting_since_s + come if s >= last_s]
    else:
        one.waiting_since_s = []  # a dark light lets nobody be told apart
    one.ends_s += [s + _takes_s(one.crossing, chance) for s in begin]
    one.ends_s = [s for s in one.ends_s if s > at_s]


def _takes_s(crossing: Crossing, chance: np.random.Generator) -> float:
    mean, spread = (ADULT, ELDER, FRAIL)[chance.choice(3, p=WHO[crossing.zone])]
    pace_mps = max(chance.normal(mean, spread), LEAST_MPS)
    return float(chance.uniform(*ENTER_S) + crossing.length_m / pace_mps)


def _meet(one: Watched, report: Report, passed_s: float, chance: np.random.Generator) -> None:
    """Let vehicles come near walkers now and then: foreseen or not, and met or not."""
    at_s, light = report.at_s, Light(int(report.light[one.group]))
    one.encounters += [round(pet, 2) for when_s, pet in one.meets if when_s <= at_s]
    one.meets = [(when_s, pet) for when_s, pet in one.meets if when_s > at_s]
    if not one.ends_s:
        return
    drawn = chance.random(2)
    if drawn[0] < CAUTION.get(light, 0.0) * passed_s:
        pet_s, closest_s = float(chance.lognormal(0.5, 0.4)), float(chance.uniform(1.0, 4.0))
        kind = "ahead" if chance.random() < AHEAD else "turning"
        one.cautions.append(
            Given(
                "still-crossing" if light == Light.RED else kind,
                round(pet_s, 2),
                round(closest_s, 2),
                round(float(chance.beta(5, 2)), 2),
            )
        )
        if chance.random() < COMES_TRUE:
            one.meets.append((at_s + closest_s, pet_s + abs(float(chance.normal(0.3, 0.8)))))
    if drawn[1] < ENCOUNTER * passed_s:
        one.encounters.append(round(float(chance.lognormal(1.2, 0.4)), 2))
