"""Detectors at the crossings of protection zones, over a real field, hub and room of crossings."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from tests.services.traffic.measures.streets import WALK, network

from dalgu.devices.registry import Registry
from dalgu.devices.signals.field import Field
from dalgu.devices.signals.report import Command, Light
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.model import Zone
from dalgu.services.traffic.pedestrians.entities import CrossingCaution, PedestrianCrossing
from dalgu.services.traffic.pedestrians.watch import Watch, crossing_id
from dalgu.simulation import walkers
from dalgu.simulation.street import QueueStreet
from dalgu.simulation.walkers import MOST_A_TURN, Walkers

MORNING = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)  # Monday, 08:00 in Daegu
SEED = 1


def zoned(*zones):
    street = network()
    pairs = zip(street.crossings, zones, strict=True)
    crossings = tuple(msgspec.structs.replace(one, zone=zone) for one, zone in pairs)
    return compile_network(msgspec.structs.replace(street, crossings=crossings))


@pytest.fixture(scope="module")
def compiled():
    return zoned(Zone.SCHOOL, Zone.SILVER, Zone.NONE)


@pytest.fixture(scope="module")
def hour(compiled):
    """An hour of reports: walk lights of 10 s of green and 10 of flashing in each 80 s."""
    at_s = MORNING.timestamp()
    first = Field(compiled.timings, QueueStreet(compiled, at_s, SEED)).step(at_s + 1)
    walk = np.array([one.group + 4 * n for n, one in enumerate(compiled.network.crossings)])
    assert set(walk) == {WALK, WALK + 4, WALK + 8}
    return [_shown(first, walk, at_s + second) for second in range(1, 3_601)]


def _shown(first, walk, at_s):
    light, age_s, second = first.light.copy(), first.light_age_s.copy(), at_s % 80
    begun = next(at for at in (20, 10, 0) if second >= at)
    light[walk] = {0: Light.GREEN, 10: Light.AMBER, 20: Light.RED}[begun]
    age_s[walk] = second - begun
    return replace(first, at_s=at_s, light=light, light_age_s=age_s)


def heard(compiled, reports, seed=SEED):
    """Return all that is said while the field tells these."""
    told = SimpleNamespace(report=None)
    people = Walkers(seed, lambda: compiled, lambda: told.report)
    said = []
    for told.report in reports:
        said.append(people.messages())
    return said


def test_messages_decode_and_only_protection_zones_are_watched(compiled, hour):
    said = [one for turn in heard(compiled, hour) for one in turn]
    assert {one.watched.crossing.zone for one in said} == {Zone.SCHOOL, Zone.SILVER}
    kinds = Counter()
    for one in said:
        crossing, *cautions, device = one.delivery(MORNING).entities
        assert crossing.id == crossing_id(one.watched.crossing)
        assert crossing.origin == device.origin == "synthetic"
        assert all(isinstance(each, CrossingCaution) for each in cautions)
        kinds["waiting"] += crossing.waiting_count > 0
        kinds["walking"] += crossing.walking_count > 0
        kinds["clear"] += crossing.walking_count == 0
    assert min(kinds.values()) > 20


def test_people_wait_while_it_is_red_and_begin_at_green(compiled, hour):
    told = SimpleNamespace(report=None)
    people = Walkers(SEED, lambda: compiled, lambda: told.report)
    for told.report in hour:
        people.messages()
        for one in people.watched:
            waiting, _ = one.now()
            assert not (waiting and told.report.light[one.group] == Light.GREEN)


def test_the_same_seed_says_the_same_and_another_does_not(compiled, hour):
    def values(seed):
        return [[one.values for one in turn] for turn in heard(compiled, hour[:600], seed)]

    assert values(1) == values(1)
    assert values(1) != values(2)


def test_cautions_and_encounters_come_now_and_then(compiled, hour, monkeypatch):
    monkeypatch.setattr(walkers, "CAUTION", dict.fromkeys(walkers.CAUTION, 0.02))
    said = [one.delivery(MORNING) for turn in heard(compiled, hour) for one in turn]
    seen = [one.entities[0] for one in said]
    cautions = [each for one in said for each in one.entities if isinstance(each, CrossingCaution)]
    assert len(cautions) == sum(one.caution_count for one in seen) > 5
    assert 0 < sum(one.encounter_count for one in seen) < 3 * len(cautions)
    assert all(0 < each.post_encroachment < 10 for each in cautions)


def test_right_turns_are_counted_beside_them(compiled, hour):
    coming = np.full_like(hour[0].arriving_veh, 0.5)
    busy = [replace(one, arriving_veh=coming) for one in hour[:600]]
    said = [one.delivery(MORNING).entities[0] for turn in heard(compiled, busy) for one in turn]
    turned = [one.slow_count or one.stop_kept_count or one.yield_kept_count for one in said]
    assert sum(filter(None, turned)) > 0
    assert all(one.origin == "synthetic" for one in said)


def test_nothing_is_said_without_a_network_or_a_new_second(compiled, hour):
    assert heard(None, hour[:10]) == [[]] * 10
    assert heard(compiled, [None] * 3) == [[]] * 3
    first, *others = heard(compiled, [hour[0]] * 3)
    assert first
    assert others == [[], []]


def test_the_city_says_at_most_three_messages_at_once(hour):
    everywhere = zoned(Zone.SCHOOL, Zone.SCHOOL, Zone.SILVER)
    said = heard(everywhere, hour[:900])
    assert max(map(len, said)) <= MOST_A_TURN
    assert sum(map(len, said)) < 900  # and fewer on average


class City:
    """A hub, a room of crossings and a field whose commands arrive."""

    def __init__(self, folder: Path, compiled) -> None:
        self.clock = ManualClock(MORNING)
        self.hub = LocalHub.open(folder / "city.db", self.clock)
        self.registry = Registry(self.hub)
        self.live = SimpleNamespace(hears=[], extension=None, report=None)
        ground = SimpleNamespace(hub=self.hub, clock=self.clock)
        control = SimpleNamespace(ground=ground, live=self.live, compiled=lambda: compiled)
        self.room = Watch(control, SimpleNamespace(announce=lambda _: None))
        self.people = Walkers(SEED, lambda: compiled, lambda: self.live.report)
        at_s = MORNING.timestamp()
        self.field = Field(compiled.timings, QueueStreet(compiled, at_s, SEED))
        self.seen = 0

    async def second(self, stages) -> None:
        report = self.live.report = self.field.step(self.at_s + 1.0)
        self.room.hear(report)
        extend = self.room.extension(report)
        self.field.take(Command(report.at_s, report.at_s, stages, extend))
        await self.people.turn(self.hub, self.registry, self.clock.now())
        while events := await self.hub.events(self.seen):
            for event in events:
                self.seen = event.seq
                await self.room._take(event)

    @property
    def at_s(self) -> float:
        return max(self.field.at_s, MORNING.timestamp())


def test_somebody_slow_still_walking_holds_the_flashing_green(tmp_path, compiled, monkeypatch):
    monkeypatch.setattr(walkers, "WHO", dict.fromkeys(walkers.WHO, (0.0, 0.0, 1.0)))
    monkeypatch.setattr(walkers, "FRAIL", (0.55, 0.01))  # 18 s for 10 m
    monkeypatch.setattr(walkers, "PEOPLE_H", dict.fromkeys(walkers.PEOPLE_H, (600,) * 24))

    async def story():
        city = City(tmp_path, compiled)
        try:
            for second in range(120):
                # The crossings' stage is asked for until its green has begun, then the road's.
                stages = np.full(3, 2 if second % 60 < 20 else 0)
                await city.second(stages)
            detectors = [one.asset for one in city.registry]
            crossing = PedestrianCrossing.from_document(await city.hub.retrieve(detectors[0]))
            return city.room._ledger[1], detectors, crossing
        finally:
            await city.hub.close()

    ledger, detectors, crossing = asyncio.run(story())
    watched = [crossing_id(one) for one in compiled.network.crossings[:2]]
    assert sorted(detectors) == sorted(watched)
    assert ledger.extensions[:2].min() >= 1
    assert ledger.extended_s[:2].min() >= 1.0
    assert ledger.extensions[2] == 0  # nobody looks at it
    assert crossing.origin == "synthetic"


def test_after_a_long_silence_of_the_field_nobody_is_remembered(compiled, hour):
    told = SimpleNamespace(report=None)
    people = Walkers(SEED, lambda: compiled, lambda: told.report)
    for told.report in hour[:300]:
        people.messages()
    told.report = replace(hour[300], at_s=hour[300].at_s + 1_000)
    people.messages()
    assert max(sum(one.now()) for one in people.watched) <= 1
