"""A field served over a socket, to clients that are good, gone, or mad."""

import asyncio
import contextlib
from datetime import UTC, datetime

import numpy as np
import pytest
from benchmarks.traffic.safety.timings import TinyStreet, crossroads, two_stages

from dalgu.devices.signals import wire
from dalgu.devices.signals.driver import FieldAddress, connect
from dalgu.devices.signals.errors import (
    FieldFrameInvalid,
    FieldSecretInvalid,
    FieldUnreachable,
    RefusedByField,
)
from dalgu.devices.signals.events import PATTERN_FREE
from dalgu.devices.signals.field import Field, Order, Ordered, Taken
from dalgu.devices.signals.process import serve
from dalgu.devices.signals.report import BINS, Cause, Command, Mode
from dalgu.devices.signals.timing import Plan, Step
from dalgu.kernel.clock import SimulatedClock

TIMINGS = (crossroads("a"), two_stages("b"))
START = datetime(2026, 1, 5, tzinfo=UTC)


@contextlib.asynccontextmanager
async def served(folder):
    field = Field(TIMINGS, TinyStreet(TIMINGS))
    address = FieldAddress(f"unix:{folder / 'field'}", "s3cret")
    clock = SimulatedClock(START, speed=100.0)
    task = asyncio.create_task(serve(field, clock, address, behind_most_s=1e9))
    while not (folder / "field").exists():  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.005)
    try:
        yield field, address
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def command(report):
    return Command(
        report.at_s, report.at_s, np.zeros(len(report.stage)), np.zeros(len(report.light))
    )


def run(story):
    async def bounded():
        async with asyncio.timeout(60):
            await story()

    asyncio.run(bounded())


def test_the_city_follows_and_leads(tmp_path):
    async def story():
        async with served(tmp_path) as (field, address), connect(address) as driver:
            assert driver.timings == TIMINGS
            seconds = []
            async for report in driver.reports():
                seconds.append(report.at_s)
                await driver.send(command(report))
                if (report.mode == Mode.REMOTE).all():
                    break
            assert (np.diff(seconds) == 1).all()
            assert report.arriving_veh.shape == (len(TIMINGS[0].detectors) + 2, BINS)
            assert report.fault.dtype == np.bool_
            await driver.order(Order(Ordered.PLAN))
            await driver.load(1, Plan("new", (Step(0, 30), Step(1, 15))))
            await driver.load(1, Plan("bad", (Step(0, 30),)))
            async for report in driver.reports():
                if driver.refusals and (report.mode == Mode.PLAN).all():
                    break
            assert "green in no step of plan 'bad'" in driver.refusals[0]
            assert field.plans.plan(1).name == "new"

    run(story)


def test_the_newest_leader_leads_and_watchers_cannot(tmp_path):
    async def story():
        async with served(tmp_path) as (field, address), connect(address) as older:
            async with connect(address, leads=False) as watcher, connect(address):
                with pytest.raises(FieldUnreachable, match="somebody else leads"):
                    async for _ in older.reports():
                        pass
                await watcher.order(Order(Ordered.PLAN))
                async for _ in watcher.reports():
                    if watcher.refusals:
                        break
                assert "only watches" in watcher.refusals[0]
            assert not field.counts

    run(story)


def test_who_asks_for_objects_neither_leads_nor_keeps_the_city_alive(tmp_path):
    async def story():
        async with served(tmp_path) as (field, address), connect(address, leads=False) as looker:
            async with connect(address) as city:
                async for report in city.reports():
                    await city.send(command(report))
                    assert (await looker.ask(1, "maxPhases"))["maxPhases.0"] == 2
                    if (report.mode == Mode.REMOTE).all():
                        break
                assert (await looker.ask(0))["coordPatternStatus.0"] == PATTERN_FREE
            while (await looker.ask(0, "coordPatternStatus.0")) != {"coordPatternStatus.0": 1}:
                await looker.ask(1, "phaseControlGroupHold", 1)  # however much is asked and set
            assert field.watchdog.cause.tolist() == [Cause.SILENT] * 2

    run(story)


def test_what_is_set_beside_the_city_is_a_persons_order(tmp_path):
    async def story():
        async with served(tmp_path) as (field, address), connect(address, leads=False) as looker:
            assert await looker.ask(0, "systemPatternControl", 2) == {"systemPatternControl.0": 2}
            assert field.plans.chosen.tolist() == [1, 0]
            for name, value, why in (
                ("systemPatternControl.0", 3, "must be 1 to 2, or 254"),
                ("phaseControlGroupHold.1", 256, "must be 0 to 255"),
                ("maxPhases.0", 9, "can only be read"),
                ("nothing.0", None, "does not exist"),
            ):
                with pytest.raises(RefusedByField, match=why):
                    await looker.ask(0, name, value)
            with pytest.raises(RefusedByField, match="controller 7 does not exist"):
                await looker.ask(7)
            assert field.plans.chosen.tolist() == [1, 0]

    run(story)


def test_a_flood_of_questions_does_not_stop_the_field(tmp_path):
    async def story():
        async with served(tmp_path) as (_, address), connect(address, leads=False) as looker:
            looker._writer.write(wire.frame(wire.Asks(0, "globalTime")) * 1_000)
            told = [(await looker._answer())["globalTime.0"] for _ in range(1_000)]
            assert told[0] < told[-1]

    run(story)


def test_who_does_not_know_the_secret_is_refused(tmp_path):
    async def story():
        async with served(tmp_path) as (_, address):
            with pytest.raises(FieldSecretInvalid):
                async with connect(FieldAddress(address.socket, "guess")):
                    pass
        with pytest.raises(FieldUnreachable, match="nobody listens"):
            async with connect(FieldAddress(f"unix:{tmp_path / 'none'}", "")):
                pass

    run(story)


def test_mad_bytes_cost_only_their_sender(tmp_path):
    async def story():
        async with served(tmp_path) as (field, address):
            path = address.socket.removeprefix("unix:")
            for mad in (b"\x00", b"\xff" * 64, (8).to_bytes(4, "big") + b"\xc1" * 8):
                reader, writer = await asyncio.open_unix_connection(path)
                writer.write(mad)
                writer.write_eof()
                assert not await reader.read()
                writer.close()
            async with connect(address) as driver:
                for size in (0, 1, 7):
                    said = wire.Said(1.0, float("nan"), b"\x00" * size, b"")
                    driver._writer.write(wire.frame(said))
                async for report in driver.reports():
                    await driver.send(command(report))
                    if (report.mode == Mode.REMOTE).all():
                        break
                assert field.counts[Taken.MALFORMED] == 1
                assert len(driver.refusals) == 2

    run(story)


def test_a_report_of_another_size_is_refused():
    field = Field(TIMINGS, TinyStreet(TIMINGS))
    told = wire.told(field.step(1e9))
    size = wire.sizes(TIMINGS)
    assert wire.report_of(told, size).light.tolist() == [0] * 8
    for name in ("light", "arriving_veh", "events"):
        arrays = {**told.arrays, name: told.arrays[name] + b"\x00" * 8}
        with pytest.raises(FieldFrameInvalid, match=name):
            wire.report_of(wire.Told(1.0, arrays), size)
