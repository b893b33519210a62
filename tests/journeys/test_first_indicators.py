"""The first five indicators of a simulated day, counted again in plain loops from what came in.

The second count shares no code with the first: it reads the kept messages as JSON, follows the
registers' links in dictionaries, and walks hours and days one by one.
"""

import asyncio
import dataclasses
import json
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pytest

from dalgu import services
from dalgu.certification.certification import Certification
from dalgu.certification.errors import EvidenceAltered
from dalgu.certification.measurement import Status
from dalgu.certification.measuring.rows import Order, packed, some_rows, unpacked
from dalgu.cities import load as load_city
from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry
from dalgu.hub.errors import KeptNotExisting
from dalgu.hub.local import KEPT, LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.simulation import Simulation
from dalgu.store.sqlite import Durability, Store

NOW = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CODES = ["K63-27", "K63-42", "K63-43", "K63-50", "K63-60"]
DECODERS = {name: one for built in services.load() for name, one in built.decoders.items()}


# -- the city ---------------------------------------------------------------------------------


class City:
    """A simulated city on a hub of its own, driven from plain tests."""

    def __init__(self, path):
        self.runner = asyncio.Runner()
        self.clock = ManualClock(NOW)
        self.hub = LocalHub(Store.open(path, durability=Durability.OFF), self.clock)
        self.registry = Registry(self.hub)
        self.intake = Intake(self.hub, self.registry, DECODERS, self.clock)
        self.certification = Certification(self.hub, self.clock, city_kind="metropolitan")

    def run(self, work):
        return self.runner.run(work)

    def assess(self):
        return self.run(self.certification.assess())

    def digest(self, code):
        return self.run(self.certification.scorecard()).standing(code).measured.snapshot

    def rows(self, variable):
        """Return all rows of a frozen variable."""
        rows = self.run(self.certification.rows(variable.rows))
        return some_rows(rows, variable.counting, Order.LACKING, most=len(rows))

    def entities(self, kind):
        async def read():
            return {one["id"]: one async for one in self.hub.every(kind)}

        return self.run(read())

    def close(self):
        self.run(self.hub.close())
        self.runner.close()


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    """Registers and one day of history."""
    built = City(tmp_path_factory.mktemp("city") / "city.db")
    simulation = Simulation(load_city("daegu"), built.clock, 1)
    built.simulation = simulation
    built.run(built.hub.upsert(simulation.registers()))
    built.run(built.registry.load())
    built.run(simulation.backfill(built.intake, days=1))
    yield built
    built.close()


@pytest.fixture(scope="module")
def measured(city):
    """What the platform says, before anything else comes in."""
    found = city.assess()
    return SimpleNamespace(
        assessment=found,
        snapshots={code: found.measured[code].snapshot for code in CODES},
        digests={code: city.digest(code) for code in CODES},
    )


# -- the second count -------------------------------------------------------------------------


def wmbus_device(telegram):
    """EN 13757-4: manufacturer as three letters of five bits, number as eight BCD digits."""
    packed = telegram[2] | telegram[3] << 8
    letters = "".join(chr(64 + (packed >> shift & 31)) for shift in (10, 5, 0))
    return f"wmbus:{letters}.{telegram[7:3:-1].hex()}"


def many(said):
    return said if isinstance(said, list) else [said]


SPOKEN = {
    "chirpstack": lambda said: [(f"lorawan:{said['deviceInfo']['devEui']}", said["time"])],
    "oms": lambda said: [(wmbus_device(bytes.fromhex(said["telegram"])), said["received_at"])],
    "camera": lambda said: [(f"camera:{one['camera']}", one["to"]) for one in many(said)],
    "heartbeat": lambda said: [(one["device"], one["at"]) for one in many(said)],
    "parking": lambda said: [
        (f"parking:{said['site']}/{lot['lot']}", said["at"]) for lot in said["lots"]
    ],
}


def spoken(format, body):
    """Return each device that a message speaks of, and the instant it speaks of."""
    return SPOKEN[format](json.loads(body))


@dataclass
class Books:
    """Registers and messages as plain dictionaries."""

    devices: dict
    feeds: dict
    departments: dict
    meters: dict
    lots: dict
    supply: dict
    heard: dict  # device: instants
    speakers: dict  # message id: devices

    def feed_of(self, device):
        return self.devices[device]["feed"]["object"]

    def department_of(self, device):
        return self.feeds[self.feed_of(device)]["department"]["object"]

    def asset_of(self, device):
        asset = self.devices[device].get("controlledAsset")
        return None if asset is None else asset["object"]


@pytest.fixture(scope="module")
def books(city, measured):
    heard, speakers = defaultdict(set), {}
    for key, message in city.run(city.hub.messages(limit=1_000_000)):
        said = spoken(message.format, message.body)
        speakers[key] = {device for device, _ in said}
        for device, at in said:
            heard[device].add(datetime.fromisoformat(at))
    devices = city.entities("Device")
    return Books(
        devices={urn.removeprefix("urn:ngsi-ld:Device:"): one for urn, one in devices.items()},
        feeds=city.entities("Feed"),
        departments=city.entities("Department"),
        meters=city.entities("WaterMeter"),
        lots=city.entities("OffStreetParking") | city.entities("OnStreetParking"),
        supply=city.entities("WaterSupplyRegister"),
        heard=heard,
        speakers=speakers,
    )


def full_hours(since, until):
    """Yield each full hour after `since`, up to `until`."""
    hour = since.replace(minute=0, second=0, microsecond=0) + HOUR
    while hour <= until:
        yield hour
        hour += HOUR


def fresh_hours(instants, hours, interval_s, since):
    """Count the hours that find an observation at most twice the interval old.

    The memory begins at `since`: who is heard within that age of it counts from there.
    """
    age = timedelta(seconds=2 * interval_s)
    if instants and instants[0] - since <= age:
        instants = [since, *instants]
    count = 0
    for hour in hours:
        for at in instants:
            if at <= hour <= at + age:
                count += 1
                break
    return count


def departments_feeding(books, city):
    in_scope = {urn for urn, one in books.departments.items() if one["inScope"]["value"]}
    feeding = set()
    for device, instants in books.heard.items():
        if any(NOW - 30 * DAY <= at < NOW for at in instants):
            feeding.add(books.department_of(device))
    return {"feeding": len(feeding & in_scope), "in_scope": len(in_scope)}


def parking_informed(books, city):
    public = {urn for urn, one in books.lots.items() if one["isPublic"]["value"]}
    seen = defaultdict(set)
    for device, instants in books.heard.items():
        if books.asset_of(device) in public and device.startswith("parking:"):
            seen[books.asset_of(device)] |= {at for at in instants if NOW - DAY <= at < NOW}
    since = min(at for instants in seen.values() for at in instants)
    informed = 0
    for lot, instants in seen.items():
        covered = timedelta(0)
        ordered = [*sorted(instants), NOW]
        for at, following in pairwise(ordered):
            covered += min(following - at, timedelta(minutes=10))
        if covered >= 0.95 * (NOW - since):
            informed += books.lots[lot]["totalSpotNumber"]["value"]
    spaces = sum(books.lots[lot]["totalSpotNumber"]["value"] for lot in public)
    return {"informed": informed, "spaces": spaces}


def meters_read(books, city):
    """From the history of each meter; each row must come from the meter's own radio."""
    radio_of = {books.asset_of(device): device for device in books.devices}
    reads = {}
    # Those at an inlet of a district are nobody's supply.
    for meter in (one for one, held in books.meters.items() if "inletOf" not in held):
        rows = city.run(city.hub.history(meter, "volume", last=10_000))
        assert all(books.speakers[message] == {radio_of[meter]} for _, message in rows)
        reads[meter] = {datetime.fromisoformat(row["observedAt"]) for row, _ in rows}
    since = min(at for instants in reads.values() for at in instants)
    assert since > NOW - 365 * DAY
    day, days = since.astimezone(SEOUL).date(), []
    while datetime(day.year, day.month, day.day, tzinfo=SEOUL) + DAY <= NOW:
        if datetime(day.year, day.month, day.day, tzinfo=SEOUL) >= since:
            days.append(day)
        day += DAY
    assert days  # the window holds a whole day
    read = 0
    for instants in reads.values():
        read_on = {at.astimezone(SEOUL).date() for at in instants}
        read += sum(one in read_on for one in days) >= 0.9 * len(days)
    return {"read": read, "active": sum(o["activeMeters"]["value"] for o in books.supply.values())}


def hours_online(books, city):
    since = min(min(instants) for instants in books.heard.values())
    hours = list(full_hours(since, NOW))
    online = 0
    for device, one in books.devices.items():
        interval_s = one["declaredInterval"]["value"]
        online += fresh_hours(sorted(books.heard.get(device, ())), hours, interval_s, since)
    return {"online_hours": online, "expected_hours": len(books.devices) * len(hours)}


def feeds_fresh(books, city):
    since = min(min(instants) for instants in books.heard.values())
    hours = list(full_hours(since, NOW))
    heard = defaultdict(set)
    for device, instants in books.heard.items():
        heard[books.feed_of(device)] |= instants
    fresh = 0
    for feed, one in books.feeds.items():
        fresh += fresh_hours(sorted(heard[feed]), hours, one["declaredInterval"]["value"], since)
    return {"fresh": fresh, "samples": len(books.feeds) * len(hours)}


COUNTS = {
    "K63-27": departments_feeding,
    "K63-42": parking_informed,
    "K63-43": meters_read,
    "K63-50": hours_online,
    "K63-60": feeds_fresh,
}
# Value that earns no points, value that earns all, and how many: read from the framework's page.
GOALS = {
    "K63-27": (10, 90, 30),
    "K63-42": (5, 80, 25),
    "K63-43": (1, 60, 30),
    "K63-50": (80, 99, 25),
    "K63-60": (70, 99, 20),
}


@pytest.mark.parametrize("code", CODES)
def test_an_indicator_is_what_a_second_count_finds(city, measured, books, code):
    counted = COUNTS[code](books, city)
    snapshot = measured.snapshots[code]
    found = {variable.name: variable.value for variable in snapshot.variables}
    assert found == pytest.approx(counted, rel=1e-12)
    part, whole = counted.values()
    value = 100 * part / whole
    assert snapshot.value == pytest.approx(value, rel=1e-12)
    zero_at, full_at, points = GOALS[code]
    earned = points * min(1, max(0, (value - zero_at) / (full_at - zero_at)))
    points = measured.assessment.sheet.line(code).points
    assert points == pytest.approx(earned, abs=0.0051)  # kept to two decimals
    assert 0 < value <= 100


def test_no_indicator_is_left_out(measured):
    found = measured.assessment.measured
    assert len(found) == 43
    assert sorted(code for code, one in found.items() if one.snapshot.value is not None) == CODES
    others = {one.snapshot.status for code, one in found.items() if code not in CODES}
    assert others == {Status.NOT_AVAILABLE}


@pytest.mark.parametrize("code", CODES)
def test_every_row_leads_to_a_message_of_a_device_that_speaks_for_it(city, measured, books, code):
    by_subject = defaultdict(set)
    for device, one in books.devices.items():
        for subject in (one["id"], books.asset_of(device), books.feed_of(device)):
            by_subject[subject].add(device)
        by_subject[books.department_of(device)].add(device)
    led = 0
    for variable in measured.snapshots[code].variables:
        rows = city.rows(variable)
        assert len(rows) == variable.row_count
        for row in rows:
            assert (row.message_id == 0) == (row.last_at is None)
            if row.message_id:
                kept = city.run(city.hub.message(row.message_id))
                assert kept.refusal is None
                assert books.speakers[row.message_id] & by_subject[row.subject]
                led += 1
            else:
                assert row.share in (0.0, None)  # never heard, or a register's entry
    assert led > 0


def test_the_number_stays_when_later_data_comes(city, measured):
    before = {code: one.value for code, one in measured.snapshots.items()}
    city.run(city.clock.advance(HOUR))
    city.run(city.simulation.backfill(city.intake, days=1 / 24, until=city.clock.now()))
    later = city.assess().measurements
    assert any(later[code].value != before[code] for code in CODES)
    for code, digest in measured.digests.items():
        value = city.run(city.certification.recompute(digest))
        assert value.hex() == before[code].hex()
        assert city.run(city.certification.evidence(digest)) == measured.snapshots[code]


def first_variable(snapshot, **changes):
    [first, *rest] = snapshot.variables
    told = msgspec.structs.replace(first, **changes)
    return msgspec.structs.replace(snapshot, variables=[told, *rest])


def one_row_more(city, snapshot):
    return first_variable(snapshot, row_count=snapshot.variables[0].row_count + 1)


def a_better_value(city, snapshot):
    return msgspec.structs.replace(snapshot, value=math.nextafter(snapshot.value, 100))


def a_better_status(city, snapshot):
    return msgspec.structs.replace(snapshot, coverage=1.0, hub_time="2020-01-01T00:00:00Z")


def a_whole_new_story(city, snapshot):
    """Everything fits together, and yet it is not what was frozen."""
    body = city.run(city.hub.kept(snapshot.variables[0].rows))
    rows = unpacked(body)
    others = dataclasses.replace(rows, message=np.ones_like(rows.message))
    return first_variable(snapshot, rows=city.run(city.hub.keep(packed(others))))


@pytest.mark.parametrize(
    "alter", [one_row_more, a_better_value, a_better_status, a_whole_new_story]
)
def test_altered_evidence_is_told(city, measured, alter):
    digest, snapshot = measured.digests["K63-42"], measured.snapshots["K63-42"]
    kept = city.run(city.hub.kept(digest))

    def put(body):
        city.run(city.hub.store.write(lambda tables: tables.records.put(KEPT, digest, body)))

    put(msgspec.json.encode(alter(city, snapshot)))
    try:
        with pytest.raises(EvidenceAltered):
            city.run(city.certification.recompute(digest))
    finally:
        put(kept)


def test_unknown_evidence_does_not_exist(city):
    with pytest.raises(KeptNotExisting):
        city.run(city.certification.evidence("0" * 64))


@pytest.mark.parametrize("with_registers", [False, True])
def test_without_messages_nothing_is_available_and_nothing_is_earned(tmp_path, with_registers):
    city = City(tmp_path / "city.db")
    if with_registers:
        registers = Simulation(load_city("daegu"), city.clock, 1).registers()
        city.run(city.hub.upsert(registers))
    found = city.assess()
    assert len(found.measured) == 43
    for one in found.measurements.values():
        assert (one.status, one.value, one.coverage) == (Status.NOT_AVAILABLE, None, 0.0)
        assert found.measured[one.indicator].snapshot.reason is not None
    assert (found.sheet.total, found.sheet.measured_count) == (0.0, 0)
    assert city.run(city.certification.recompute(city.digest("K63-42"))) is None
    city.close()
