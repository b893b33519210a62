"""Streets are imported, a controller is tried and let live; the city dies, the street does not."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta

import numpy as np
import pytest
from tests.services.traffic.control.conftest import MORNING, road  # noqa: F401 - a fixture
from tests.services.traffic.measures.streets import network

from dalgu.app.commands.signal_field import SECRET
from dalgu.app.commands.traffic import read, write
from dalgu.certification.certification import Certification
from dalgu.devices.signals.driver import FieldAddress, connect
from dalgu.devices.signals.errors import FieldUnreachable
from dalgu.devices.signals.report import Cause, Mode
from dalgu.kernel.clock import LOCAL
from dalgu.services.traffic.control import seeking
from dalgu.services.traffic.control.activity import Worked
from dalgu.services.traffic.control.control import SHADOW_FIRST, Wish
from dalgu.services.traffic.control.state import Running
from dalgu.services.traffic.control.telling import worked_days

SPEED = 25.0  # the street runs so many times faster than the wall
ALL = ("s0", "s1", "s2")


@pytest.fixture
def street(road, tmp_path):  # noqa: F811
    """The field of the road's controllers, run as a process by `dalgu traffic field`."""
    write(network(), tmp_path / "road.zip")
    imported = read(tmp_path / "road.zip", None, [])
    taken = road.run(road.control.take_network(imported.network, road.chief))
    where = FieldAddress(f"unix:{tmp_path}/f", "a secret of sixteen signs")
    command = "from dalgu.cli import main; main()"
    field = subprocess.Popen(
        [
            sys.executable, "-c", command, "traffic", "field",
            str(road.control.shelf.path(taken.digest)), "--socket", where.socket,
            "--speed", str(SPEED), "--since", MORNING.isoformat(), "--ends-with-input",
        ],
        stdin=subprocess.PIPE,
        env=os.environ | {SECRET: where.secret},
    )  # fmt: skip
    road.run(reached(where))
    yield where
    field.stdin.close()
    assert field.wait(20) == 0


async def reached(where):
    async with asyncio.timeout(60):
        while True:
            try:
                async with connect(where, leads=False):
                    return
            except FieldUnreachable:
                await asyncio.sleep(0.1)


async def watched(where, seconds):
    """Return the reports of so many seconds of the street, as somebody who only looks on."""
    found = []
    async with connect(where, leads=False) as driver:
        async for report in driver.reports():
            found.append(report)
            if len(found) >= seconds:
                break
    return found


async def controlled(road, where, seconds):  # noqa: F811
    """Let the city lead the street for some seconds, and then die."""
    road.control.listens_at = where
    leading = asyncio.create_task(road.control.live.run())
    try:
        return await watched(where, seconds)
    finally:
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)


def test_from_the_import_to_live_control_and_back_to_the_plan(road, street):  # noqa: F811
    shadow = Wish(ALL, "horizon", Running.SHADOW, "a try on the main road")
    road.run(road.control.choose(shadow, road.staff))
    seen = road.run(controlled(road, street, 60))
    assert all(set(one.mode.tolist()) == {Mode.PLAN} for one in seen)

    road.run(road.clock.advance(SHADOW_FIRST))
    judged = road.run(road.control.judging.judge("horizon", road.staff))
    assert judged.plan_delay_s > 0
    assert judged.controller_delay_s > 0
    live = Wish(ALL, "horizon", Running.LIVE, "it would have saved time")
    road.run(road.control.choose(live, road.staff))
    seen = road.run(controlled(road, street, 150))
    assert set(seen[-1].mode.tolist()) == {Mode.REMOTE}

    until = seeking.moment(seen[-1].at_s)
    kept = list(seeking.kept(road.control, "s1", until - timedelta(seconds=200), until))
    live_ones = [one for one in kept if np.frombuffer(one.live, np.bool_).any()]
    assert live_ones
    replayed, _ = seeking.again(road.control, "s1", seeking.moment(live_ones[0].at_s))
    assert replayed.is_identical

    # the city is gone: nobody tells the street anything any more
    seen = road.run(watched(street, 30))
    assert set(seen[-1].mode.tolist()) == {Mode.FALLBACK}
    assert set(seen[-1].cause.tolist()) == {Cause.SILENT}


def test_days_of_live_control_are_what_the_indicator_counts(road):  # noqa: F811
    hub, now = road.ground.hub, road.clock.now()
    noon = datetime.combine(now.astimezone(LOCAL).date(), time(12), LOCAL).astimezone(UTC)
    days = [(noon - timedelta(days=n)).astimezone(LOCAL).date() for n in range(1, 31)]
    worked = [
        Worked(signal, day, is_adaptive=signal != "s2" or n % 2 == 0)
        for n, day in enumerate(days)
        for signal in ALL
    ]
    for one in worked:
        road.run(hub.upsert(worked_days([one], now)))
    assessed = road.run(Certification(hub, road.clock, city_kind="metropolitan").assess())
    assert assessed.measurements["K63-40"].value == pytest.approx(100 * 2 / 3)
