"""Health: each check finds what it is there for, and readiness says so with 503."""

import asyncio
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest

from dalgu.app import health, operation
from dalgu.app.health import Finding, State
from dalgu.devices.mqtt import Listener
from dalgu.hub.types import Device
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import entity_id

Usage = namedtuple("Usage", "total used free")


def ready(house):
    return house.ask("GET", "/health/ready")


def test_a_fresh_platform_passes_every_check(fresh):
    answer = ready(fresh)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/health+json"
    body = answer.json()
    assert body["status"] == "pass"
    assert set(body["checks"]) == {
        "store:writable", "disk:free", "store:queue", "store:schema", "clock:sane", "outbox:lag",
    }  # fmt: skip
    assert fresh.ask("GET", "/health/live").json()["status"] == "pass"


def test_a_disk_without_room_sends_requests_elsewhere(fresh, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**12, 10**12, 10**6))
    answer = ready(fresh)
    assert answer.status_code == 503
    [check] = answer.json()["checks"]["disk:free"]
    assert (check["status"], check["observedValue"], check["observedUnit"]) == (
        "fail", 10**6, "bytes",
    )  # fmt: skip
    assert "room" in check["output"]


def test_a_disk_that_fills_warns_and_still_serves(fresh, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(10**12, 0, 5 * 10**8))
    assert (ready(fresh).status_code, ready(fresh).json()["status"]) == (200, "warn")


def test_a_store_that_takes_no_writes_is_not_ready_but_alive(fresh):
    fresh.run(asyncio.to_thread(fresh.platform.store.writer.stop))
    answer = ready(fresh)
    assert answer.status_code == 503
    assert answer.json()["checks"]["store:writable"][0]["output"].endswith(".")
    assert fresh.ask("GET", "/health/live").status_code == 200


def test_a_write_that_takes_too_long_counts_as_none(fresh, monkeypatch):
    async def never(work):
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "WRITE_LIMIT_S", 0.01)
    monkeypatch.setattr(fresh.platform.store, "write", never)
    finding = fresh.run(health.writable(fresh.platform.store))
    assert finding.state is State.FAIL


def test_a_clock_that_went_back_is_told(fresh):
    fresh.run(fresh.platform.hub.upsert([Device(id=entity_id("Device", "gateway:1"))]))
    store, clock = fresh.platform.store, fresh.clock
    assert fresh.run(health.clock_sane(store, clock)).state is State.PASS
    clock._now -= timedelta(hours=1)
    finding = fresh.run(health.clock_sane(store, clock))
    assert finding.state is State.WARN
    assert "Set the clock" in finding.output


@pytest.mark.parametrize(("share", "state"), [(0.1, "pass"), (0.6, "warn"), (1.0, "fail")])
def test_a_queue_is_judged_by_its_limit(fresh, monkeypatch, share, state):
    writer = fresh.platform.store.writer
    monkeypatch.setattr(type(writer), "waiting", property(lambda self: share * self.waiting_limit))
    assert fresh.run(health.writer_queue(fresh.platform.store)).state == state


def test_a_reader_that_falls_behind_is_named(fresh, monkeypatch):
    monkeypatch.setattr(health, "LAG_HIGH_EVENTS", 1)
    fresh.run(fresh.platform.store.write(lambda tables: tables.outbox.advance("mirror", 0)))
    fresh.run(fresh.platform.hub.upsert([Device(id=entity_id("Device", "gateway:1"))]))
    finding = fresh.run(health.readers_follow(fresh.platform.store))
    assert "'mirror'" in finding.output


def test_a_broker_that_is_away_is_named_without_its_password(fresh):
    listener = Listener(fresh.platform.intake, "mqtt://user:hunter2@broker.example:1883")
    finding = fresh.run(health.mqtt_connected(listener))
    assert finding.state is State.WARN
    assert "broker.example:1883" in finding.output
    assert "hunter2" not in finding.output


def test_those_who_ask_at_once_share_one_look(fresh):
    looks = []

    async def look():
        looks.append(1)
        return Finding("a:b", State.PASS)

    recent = operation.Recent([look])

    async def many():
        await asyncio.gather(*(recent.get() for _ in range(50)))

    fresh.run(many())
    assert len(looks) == 1


def test_an_error_that_is_not_ours_is_not_swallowed(fresh, monkeypatch):
    async def wrong(work):
        raise DalguError("The store is away.")

    monkeypatch.setattr(fresh.platform.store, "write", wrong)
    assert fresh.run(health.writable(fresh.platform.store)).output == "The store is away."
