"""The replay of a minute shows what the live map showed in that minute."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from dalgu.access.actor import SYSTEM
from dalgu.app.folder import Folder
from dalgu.app.platform import opened
from dalgu.center import layers
from dalgu.center.board import deltas, figures_of, tiles
from dalgu.center.incidents.deeds import Closed, Joined, Raised, Seen
from dalgu.center.incidents.rows import row
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.center.replay import past
from dalgu.center.replay.compare import WEEK
from dalgu.center.replay.replay import Asked
from dalgu.hub.types import Alert, Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.services.parking.entities import OffStreetParking
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.water.entities import WaterMeter

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
HERE = {"type": "Point", "coordinates": [128.6, 35.87]}
HOUR = timedelta(hours=1)


def lot(key, free, at=None):
    return OffStreetParking(
        id=entity_id("OffStreetParking", key),
        name=Text("감삼", "Gamsam"),
        total_spot_number=100,
        available_spot_number=free,
        location=HERE,
        observed_at=at,
    )


def meter(key, volume, at, alarms=()):
    return WaterMeter(
        id=entity_id("WaterMeter", key),
        volume=volume,
        alarms=list(alarms),
        location=HERE,
        observed_at=at,
    )


def flow(key, intensity, at):
    return TrafficFlowObserved(
        id=entity_id("TrafficFlowObserved", key), intensity=intensity, location=HERE, observed_at=at
    )


def device(key, category, at):
    return Device(
        id=entity_id("Device", key),
        category=category,
        device_state="online",
        declared_interval=3600.0,
        location=HERE,
        observed_at=at,
    )


def alert(key, source):
    return Alert(id=entity_id("Alert", key), category="water", status="closed", alert_source=source)


def hour_of(hour, at):
    """Return what is heard in an hour: some speak always, some stop, one complains for a while."""
    spoken = [
        lot("1", 100 - 9 * hour, at),
        flow("1", 100.0 + hour, at),
        device("g1", "gateway", at),
    ]
    spoken.append(meter("1", hour / 10, at, ["leakage"] if 3 <= hour < 6 else []))
    if hour == 3:  # which meters complained is known from the alerts that they led to
        spoken.append(alert("1", entity_id("WaterMeter", "1")))
    if hour < 4:
        spoken += [lot("2", 2, at), flow("2", 5.0, at), device("g2", "gateway", at)]
        spoken += [device("c1", "camera", at), meter("2", hour / 5, at)]
    return spoken


async def live(platform):
    """Return what the live map shows now: state, text and instant by thing."""
    shown, now = {}, platform.clock.now()
    for layer in layers.LAYERS.values():
        for kind in layer.types:
            async for document in platform.hub.every(kind, q=layer.q):
                said = layers.feature(layer, document, "en", now)["properties"]
                shown[said["id"]] = (said["state"], said.get("text"), said.get("at"))
    return shown


async def replayed(platform, at, **asked):
    shown = {}
    for layer in layers.LAYERS.values():
        body = json.loads(await platform.rooms.replay.layer(layer, Asked(at, "en", **asked)))
        for said in (one["properties"] for one in body["features"]):
            shown[said["id"]] = (said["state"], said.get("text"), said.get("at"))
    return shown


def in_a_city(tmp_path, work):
    async def run():
        clock = ManualClock(NOW)
        folder = tmp_path / "city"
        with Folder(folder) as kept:
            async with opened(Settings(data_dir=str(folder)), kept, lambda _: clock) as platform:
                return await work(platform, clock)

    return asyncio.run(run())


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    """Return what was shown live in each hour of a day, and what each hour's replay shows."""

    async def work(platform, clock):
        shown = {}
        for hour in range(12):
            await platform.hub.upsert(hour_of(hour, clock.now()))
            await clock.advance(timedelta(minutes=20))
            shown[clock.now()] = await live(platform)
            await clock.advance(timedelta(minutes=40))
        await clock.advance(30 * HOUR)  # everybody is silent: the day ends stale
        shown[clock.now()] = await live(platform)
        then = {at: await replayed(platform, at) for at in shown}
        instants = sorted(shown)
        changed = {b: await replayed(platform, b, since=a) for a, b in pairwise(instants)}
        return shown, then, changed

    return in_a_city(tmp_path_factory.mktemp("day"), work)


def test_a_replayed_hour_shows_what_the_live_map_showed(day):
    shown, then, _ = day
    assert {
        at: diff for at in shown if (diff := set(shown[at].items()) ^ set(then[at].items()))
    } == {}
    states = {state for hour in shown.values() for state, _, _ in hour.values()}
    assert states == {"calm", "good", "medium", "high", "stale"}  # else it proves little


def test_frames_of_changes_lead_to_the_same_as_whole_frames(day):
    shown, _, changed = day
    frame = dict(shown[min(shown)])
    for at in sorted(changed):
        assert len(changed[at]) < len(shown[at]) or shown[at] != frame
        frame |= changed[at]
        assert frame == shown[at]


def test_late_readings_are_in_the_next_replay(tmp_path):
    async def work(platform, clock):
        await platform.hub.upsert([lot("1", 50, NOW - HOUR)])
        before = await replayed(platform, NOW - HOUR / 3)
        await clock.advance(timedelta(minutes=1))
        await platform.hub.upsert([lot("1", 40, clock.now()), lot("2", 7, NOW - HOUR / 2)])
        await clock.advance(timedelta(minutes=5))
        return before, await replayed(platform, clock.now())

    before, after = in_a_city(tmp_path, work)
    assert before[entity_id("OffStreetParking", "1")][0] == "stale"
    assert after[entity_id("OffStreetParking", "1")][:2] == ("good", "40")


def test_a_week_before_is_told_beside(tmp_path):
    async def work(platform, clock):
        for at, free, vehicles in ((NOW - WEEK, 80, 100.0), (NOW, 20, 150.0)):
            await platform.hub.upsert([lot("1", free, at), flow("1", vehicles, at)])
            await platform.hub.upsert([device("g1", "gateway", at)])
        replay, found = platform.rooms.replay, {}
        for layer in layers.LAYERS.values():
            body = json.loads(await replay.layer(layer, Asked(NOW, "en", against_week=True)))
            for one in body["features"]:
                said = one["properties"]
                found[said["id"].split(":")[2]] = (said["change"], said.get("delta"))
        sides = [figures_of(await replay.counts(at), 0, 0) for at in (NOW, NOW - WEEK)]
        return found, deltas(*sides, "en"), tiles(sides[1], "en")

    found, differs, then = in_a_city(tmp_path, work)
    assert found["OffStreetParking"] == ("up", "−60")
    assert found["TrafficFlowObserved"] == ("up", "+50 %")
    assert found["Device"] == ("same", None)
    assert differs["parking"] == "−60 than last week"
    assert [tile.value for tile in then if tile.key in ("parking", "score")] == ["80", "–"]


def test_incidents_stand_as_they_stood(tmp_path, monkeypatch):
    raised = Raised("누수", "Leak", "water", "leak", Priority.P2, "hand", 128.6, 35.87)

    async def work(platform, clock):
        incidents, replay = platform.rooms.incidents, platform.rooms.replay
        seen = {}

        async def step(*deeds):
            if deeds:
                await incidents.note(1, deeds, SYSTEM)
            seen[clock.now()] = [row(one, "en") for one in incidents.open_ones()]
            await clock.advance(HOUR)

        await incidents.raise_incident(raised, Joined(["urn:ngsi-ld:Alert:1"], ["urn:x:1"]))
        await step()
        await step(Seen())
        await incidents.raise_incident(raised)
        await step(Closed(Outcome.RESOLVED))
        await step()
        backwards = sorted(seen, reverse=True)
        then = {at: [row(one, "en") for one in await replay.incidents(at)] for at in backwards}
        monkeypatch.setattr(past, "REACH", timedelta(hours=2, minutes=30))
        late = past.Past(platform.rooms.ground, incidents)  # begins after the first was raised
        known = await late.at(max(seen))
        return seen, then, {number: one.status for number, one in known.items()}, incidents

    seen, then, late, incidents = in_a_city(tmp_path, work)
    assert then == seen
    assert [len(rows) for rows in seen.values()] == [1, 1, 1, 1]
    assert late == {number: one.status for number, one in incidents.all.items()}
