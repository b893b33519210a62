"""The city dies at random moments; the field goes back to its fixed plans by itself.

A field of real phase machines runs as a process of its own, its clock faster than the wall. City
processes lead it over the socket and are killed (SIGKILL), frozen (SIGSTOP), cut off, or made to
reckon from old data. Who only watches the field measures, from the last second in which a
controller was led, when it had given up the lead and from when on it was in step with its plan
(`Plans.in_step`: it shows the stage that the plan shows at that second, until the end of the look).
"""

import asyncio
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from dalgu.devices.signals.driver import FieldAddress, connect
from dalgu.devices.signals.errors import FieldUnreachable
from dalgu.devices.signals.plans import Plans
from dalgu.devices.signals.report import Mode
from dalgu.devices.signals.tables import Tables

SECRET = "of-the-campaign"
LED_S = (20, 120)  # of field time, before the city dies
WATCH_CYCLES = 1.3
CONTROLLERS = 12
WAIT_S = 60.0  # of wall time, for anything
KINDS = {"kill": "", "stop": "", "cut": "cut", "stale": "stale"}


class Watch:
    """Follows the field and remembers, of each controller, when it was led and out of step."""

    def __init__(self, timings):
        tables = Tables.of(timings)
        self.plans = Plans(timings, tables)
        self.cycle = self.plans.cycle.astype(float)
        self.led_s = np.full(len(timings), -np.inf)
        self.away_s = np.full(len(timings), -np.inf)
        self.report = None
        self.ticked = asyncio.Event()

    async def follow(self, driver):
        async for report in driver.reports():
            self.report = report
            complete = report.changing_s == 0
            in_step = self.plans.in_step(report.at_s, report.stage, complete)
            self.led_s[report.mode == Mode.REMOTE] = report.at_s
            self.away_s[~in_step] = report.at_s
            self.ticked.set()
            self.ticked = asyncio.Event()

    async def until(self, so):
        """Wait until a report fulfils a condition."""
        async with asyncio.timeout(WAIT_S):
            while self.report is None or not so(self.report):
                await self.ticked.wait()
        return self.report


async def spawn(*arguments):
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, stdout=asyncio.subprocess.DEVNULL
    )


async def once(watch, socket, kind, seed, rng):
    """Let one city lead and die; return seconds to the end of the lead and to being in step."""
    city = await spawn(
        "benchmarks.traffic.safety.city_process", socket, SECRET, str(seed), "--ill", KINDS[kind]
    )
    try:
        led = await watch.until(lambda report: (report.mode == Mode.REMOTE).all())
        until_s = led.at_s + rng.uniform(*LED_S)
        if kind in ("kill", "stop"):
            await watch.until(lambda report: report.at_s >= until_s)
            city.send_signal(signal.SIGKILL if kind == "kill" else signal.SIGSTOP)
        died = watch.report.at_s
        free = await watch.until(
            lambda report: report.at_s > died and (report.mode != Mode.REMOTE).all()
        )
        last_s = watch.led_s.copy()
        end_s = free.at_s + WATCH_CYCLES * watch.cycle.max()
        await watch.until(lambda report: report.at_s >= end_s)
        away_s = np.maximum(watch.away_s, last_s) + 1
        given_up = free.at_s - (died if kind in ("kill", "stop") else last_s.max())
        return given_up, away_s - last_s, Counter(free.cause.tolist())
    finally:
        if city.returncode is None:
            city.kill()
        await city.wait()


async def campaign(kills, others, speed, seed):
    rng = np.random.default_rng(seed)
    plan = ["kill"] * kills + [kind for kind in ("stop", "cut", "stale") for _ in range(others)]
    with tempfile.TemporaryDirectory() as folder:
        socket = f"unix:{Path(folder) / 'field'}"
        field = await spawn(
            "benchmarks.traffic.safety.field_process",
            socket,
            SECRET,
            "--speed",
            str(speed),
            "--controllers",
            str(CONTROLLERS),
        )
        try:
            return await _run(socket, plan, rng)
        finally:
            print("the field process", "lives" if field.returncode is None else "has died")
            field.kill()
            await field.wait()


async def _run(socket, plan, rng):
    for _ in range(100):
        try:
            async with connect(FieldAddress(socket, SECRET), leads=False) as driver:
                watch = Watch(driver.timings)
                follows = asyncio.create_task(watch.follow(driver))
                found = {}
                for number, kind in enumerate(plan):
                    told = await once(watch, socket, kind, number, rng)
                    found.setdefault(kind, []).append(told)
                    print(f"{number + 1} of {len(plan)}: {kind}", file=sys.stderr, flush=True)
                follows.cancel()
                return found, watch.cycle
        except FieldUnreachable:
            await asyncio.sleep(0.2)
    raise SystemExit("the field does not start")


def report(kills=200, others=15, speed=50.0, seed=1):
    """Print the campaign; return in how many cases a controller was late."""
    found, cycle = asyncio.run(campaign(kills, others, speed, seed))
    print(f"{len(cycle)} controllers, cycles {cycle.min():.0f} to {cycle.max():.0f} s")
    print("city      times  given up after   in step after, s  worst, of   cases over")
    print("                 s (most)         mean     most     the cycle   a cycle")
    late = 0
    for kind, rows in found.items():
        given_up = max(row[0] for row in rows)
        steps = np.array([row[1] for row in rows])
        over = int((steps > cycle).sum())
        late += over
        ratio = (steps / cycle).max()
        print(
            f"{kind:8} {len(rows):6} {given_up:10.0f} {steps.mean():15.1f} {steps.max():8.0f}"
            f" {ratio:11.2f} {over:8} of {steps.size}"
        )
    return late


if __name__ == "__main__":
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    sys.exit(report(kills, others=max(1, kills // 40)) > 0)
