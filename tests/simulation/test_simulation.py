import asyncio
import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu import services
from dalgu.cities import load
from dalgu.devices.formats import FORMATS
from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry, device_of
from dalgu.devices.uplink import Uplink
from dalgu.hub.local import LocalHub
from dalgu.hub.types import Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.units import UNITS
from dalgu.simulation import Simulation
from dalgu.store.sqlite import Store

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)  # a Sunday, noon in Daegu
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS = 2 / 24  # a history of two hours, in days


def a_simulation(seed=1, now=NOW):
    return Simulation(load("daegu"), ManualClock(now), seed)


@pytest.fixture(scope="module")
def simulation():
    return a_simulation()


@pytest.fixture(scope="module")
def a_day(simulation):
    return list(simulation.messages(NOW - DAY, NOW))


def digest(messages):
    whole = hashlib.sha256()
    for format, body, at in messages:
        whole.update(f"{format} {at.isoformat()} ".encode() + body)
    return whole.hexdigest()


def test_the_same_seed_says_the_same_day(a_day):
    assert digest(a_simulation().messages(NOW - DAY, NOW)) == digest(a_day)


def test_another_seed_says_another_day(a_day):
    assert digest(a_simulation(seed=2).messages(NOW - DAY, NOW)) != digest(a_day)


def test_what_was_asked_before_changes_nothing(a_day):
    asked = a_simulation(now=NOW - 300 * DAY)
    assert list(asked.messages(NOW + 90 * DAY, NOW + 90 * DAY + HOUR))
    assert list(asked.messages(NOW - 60 * DAY, NOW - 60 * DAY + HOUR))
    assert digest(asked.messages(NOW - DAY, NOW)) == digest(a_day)


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.floats(0, 3 * 3_600), max_size=6))
def test_how_an_interval_is_cut_changes_nothing(simulation, a_day, cuts):
    # Three hours around a local midnight, where one day's plan ends and the next begins.
    since, until = NOW - 13.5 * HOUR, NOW - 10.5 * HOUR
    edges = [since, *sorted(since + timedelta(seconds=cut) for cut in cuts), until]
    parts = [
        message for begin, end in pairwise(edges) for message in simulation.messages(begin, end)
    ]
    assert parts == [message for message in a_day if since <= message[2] < until]


def test_messages_come_in_the_order_of_time(a_day):
    instants = [at for _, _, at in a_day]
    assert instants == sorted(instants)
    assert instants[0] >= NOW - DAY
    assert instants[-1] < NOW


def test_an_empty_interval_says_nothing(simulation):
    assert list(simulation.messages(NOW, NOW)) == []
    assert list(simulation.messages(NOW, NOW - DAY)) == []


def test_the_city_has_the_sizes_of_the_real_one(simulation):
    kinds = Counter(device.category for device in simulation.devices())
    assert kinds["waterMeter"] == 3_062
    assert kinds["camera"] == 250 + len(simulation.plan.cameras.key)
    assert 400 <= len(simulation.plan.cameras.key) <= 431
    assert kinds["careGateway"] > 350
    assert kinds["gateway"] == 260
    assert kinds["flowMeter"] == 4
    assert kinds["pressureSensor"] == 16
    assert 50 <= kinds["parkingSensor"] <= 100
    types = Counter(entity.type for entity in simulation.registers())
    assert types["WaterMeter"] == 3_062 + 4
    assert types["WaterAccount"] == 3_062
    assert types["WaterRolloutArea"] == 149
    assert types["PressureLogger"] == 16
    assert types["DistrictMeteredArea"] == 4
    assert types["OffStreetParking"] + types["OnStreetParking"] == 766
    assert types["WaterSupplyRegister"] == 149
    assert types["Device"] == len(simulation.devices())


def test_registers_are_whole(simulation):
    entities = simulation.registers()
    ids = {entity.id for entity in entities}
    assert len(ids) == len(entities)
    ids |= {f"urn:ngsi-ld:CareHousehold:{key}" for key in simulation.plan.homes.key}
    for entity in entities:
        assert entity.origin in {"synthetic", "register"}
        assert entity.observed_at is None
        for attribute in entity.attributes:
            assert attribute.unit is None or attribute.unit in UNITS
    for device in simulation.devices():
        assert device.feed in ids
        asset = device.controlled_asset
        assert asset is None or asset in ids


def test_some_departments_in_scope_give_no_feed(simulation):
    entities = simulation.registers()
    in_scope = {e.id for e in entities if e.type == "Department" and e.in_scope}
    feeding = {e.department for e in entities if e.type == "Feed"}
    assert feeding < in_scope


def test_a_home_in_care_is_placed_at_the_centre_of_its_dong(simulation):
    centres = {dong.centre for dong in simulation.plan.city.dongs}
    homes = [device for device in simulation.devices() if device.category == "careGateway"]
    assert {tuple(home.location["coordinates"]) for home in homes} <= centres


DAILY = {"water-hourly", "water-pressure"}  # a message carries the hours of a day
DECODERS = {
    name: decode for service in services.load() for name, decode in service.decoders.items()
}


def test_every_message_of_a_day_is_understood(simulation, a_day):
    registered = {device_of(device.id): device for device in simulation.devices()}
    heard = Counter()
    for format, body, at in a_day:
        for reading in FORMATS[format](body, at):
            device = registered[reading.device]
            heard[device.category] += 1
            assert abs(reading.observed_at - at) < HOUR
            decode = DECODERS.get(device.profile)
            if decode is None:
                continue
            [*values] = decode(
                Uplink(
                    device=reading.device,
                    entity=device.controlled_asset,
                    received_at=at,
                    observed_at=reading.observed_at,
                    payload=reading.payload,
                    values=reading.values,
                )
            )
            assert len(values) == (24 if device.profile in DAILY else 1)
            assert all(value.observed_at <= at for value in values)
    assert heard["careGateway"] > 350 * 24 * 0.97


def test_meters_are_heard_as_well_as_the_pilot_was(simulation):
    meters, *_ = simulation._speakers
    days = range(20_700, 20_760)
    frames = sum(len(meters.plan(day).at_s) for day in days)
    assert 0.99 < frames / (60 * 3_031) < 1.0


def test_a_frame_delivered_twice_has_the_same_bytes(a_day):
    bodies = Counter(body for format, body, _ in a_day if format == "chirpstack")
    assert 0 < sum(count == 2 for count in bodies.values()) < 30
    assert max(bodies.values()) == 2


def test_a_reporting_lot_is_never_older_than_ten_minutes_on_most_days(a_day):
    seen = {}
    for format, body, at in a_day:
        if format == "parking":
            seen.setdefault(msgspec.json.decode(body)["site"], []).append(at)
    steady = 0
    for instants in seen.values():
        gaps = [(b - a).total_seconds() for a, b in pairwise(instants)]
        steady += sum(gap for gap in gaps if gap <= 600) >= 0.95 * 86_400
    assert steady >= len(seen) - 2


def test_days_before_the_meters_were_built_in_have_no_meter(simulation):
    long_ago = datetime(2010, 5, 5, tzinfo=UTC)
    formats = {format for format, _, _ in simulation.messages(long_ago, long_ago + HOUR)}
    assert formats == {"heartbeat", "camera", "parking"}


class Running:
    """A simulated city on a real hub, as the composition root puts it together."""

    def __init__(self, store):
        self.clock = ManualClock(NOW)
        self.hub = LocalHub(store, self.clock)
        self.registry = Registry(self.hub)
        self.intake = Intake(self.hub, self.registry, DECODERS, self.clock)
        self.simulation = Simulation(load("daegu"), self.clock, 1)

    async def kept(self):
        """Return what the hub keeps of the messages, in the order of their instants."""
        messages = [message for _, message in await self.hub.messages(limit=100_000)]
        return sorted((m.received_at, m.format, m.body) for m in messages)

    def expected(self, since, until):
        said = self.simulation.messages(since, until)
        return sorted((at, format, body) for format, body, at in said)


def on_a_hub(folder, story):
    async def run():
        store = Store.open(folder / "city.db")
        try:
            city = Running(store)
            await city.hub.upsert(city.simulation.devices())
            await city.registry.load()
            return await story(city)
        finally:
            await store.close()

    return asyncio.run(run())


def test_a_backfill_hands_in_all_history_and_all_of_it_is_used(tmp_path):
    told = []

    async def story(city):
        done = await city.simulation.backfill(city.intake, days=HOURS, progress=told.append)
        assert await city.kept() == city.expected(NOW - HOURS * DAY, NOW)
        assert city.intake.counters.refused == 0
        assert city.intake.counters.accepted == done.messages

    on_a_hub(tmp_path, story)
    assert [progress.share for progress in told] == [1.0]


def test_a_backfill_goes_on_where_it_was_cut(tmp_path):
    async def story(city):
        reached = NOW - (HOURS * DAY) / 2
        done = await city.simulation.backfill(city.intake, days=HOURS, until=NOW, reached=reached)
        assert await city.kept() == city.expected(NOW - HOURS * DAY, reached)
        assert done.share == 1.0

    on_a_hub(tmp_path, story)


def test_what_is_handed_in_twice_changes_nothing(tmp_path):
    async def story(city):
        await city.simulation.backfill(city.intake, days=HOURS)
        stored = city.intake.counters.stored
        await city.simulation.backfill(city.intake, days=HOURS)
        assert city.intake.counters.stored == stored

    on_a_hub(tmp_path, story)


def test_a_full_entrance_is_asked_again_until_it_takes(tmp_path):
    async def story(city):
        city.intake.in_flight_limit = 1
        running = asyncio.create_task(city.simulation.backfill(city.intake, days=HOURS / 4))
        while city.intake.counters.overloaded < 300:
            await city.clock.advance(timedelta(seconds=1))
        city.intake.in_flight_limit = 4_096
        while not running.done():
            await city.clock.advance(timedelta(seconds=1))
        assert await city.kept() == city.expected(NOW - HOURS / 4 * DAY, NOW)

    on_a_hub(tmp_path, story)


def test_the_city_speaks_as_the_clock_passes(tmp_path):
    async def story(city):
        driving = asyncio.create_task(city.simulation.drive(city.intake, city.clock))
        expected = city.expected(NOW, NOW + HOUR / 6)
        while len(kept := await city.kept()) < len(expected):
            await city.clock.advance(timedelta(seconds=20))
        driving.cancel()
        assert kept[: len(expected)] == expected

    on_a_hub(tmp_path, story)


def test_devices_are_typed_as_the_registry_wants_them(simulation):
    for device in simulation.devices():
        assert isinstance(device, Device)
        assert device.declared_interval > 0
        assert device.in_service
