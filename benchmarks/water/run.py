"""Water jobs on Gachang-myeon's 3,062 meters and 30 days, and the suspicions on real households.

    DALGU_TEST_DATA=<folder of the test data> python benchmarks/water/run.py [--meters N --days N]

First part: a hub in a temporary folder is filled through decoders with one synthetic day frame
of each meter and day, then each job is run and timed. Second part, where the data is there:
the real hourly reads of the DAIAD trial in Alicante (92 meters, one year, CC BY-SA 4.0): how
many of the meter-days that can be judged the continuous-flow rule suspects.
"""

import argparse
import asyncio
import csv
import io
import os
import tempfile
import time
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from dalgu.devices.uplink import Uplink
from dalgu.hub.hub import Delivery, Message
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water import wire
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.flags.continuous import continuous_flow
from dalgu.services.water.hourly import Reads, hourly_consumption
from dalgu.services.water.hourly_frame import HourlyFrame
from dalgu.services.water.service import SERVICE

START = datetime(2026, 1, 1, tzinfo=UTC)
GACHANG_METERS = 3_062  # dailydgnews, 2019-10-30
SEED = 1
CHUNK = 500


def frames(meters, days):
    """Day by day: each meter and its 24 registers, newest first."""
    random = np.random.default_rng(SEED)
    register = random.integers(0, 10**6, meters)
    for day in range(1, days + 1):
        used = np.rint(random.gamma(0.6, 16, (meters, 24))).astype(int)
        register_l = register[:, None] + np.cumsum(used, axis=1)
        register = register_l[:, -1]
        at = START + timedelta(days=day)
        for meter in range(meters):
            yield meter, HourlyFrame(at, tuple(register_l[meter, ::-1].tolist()))


def delivery(meter, frame):
    entity = entity_id("WaterMeter", f"{meter:05d}")
    payload = wire.encode_hourly(frame)
    uplink = Uplink(f"lorawan:{meter:016x}", entity, frame.at, frame.at, payload=payload)
    message = Message(frame.at, "http", "chirpstack", uplink.device, payload)
    return Delivery(message, wire.decode_hourly(uplink))


async def time_jobs(meters, days):
    with tempfile.TemporaryDirectory() as folder:
        clock = ManualClock(START + timedelta(days=days, hours=1))
        hub = LocalHub.open(Path(folder) / "city.db", clock)
        await hub.upsert(
            WaterMeter(
                id=entity_id("WaterMeter", f"{m:05d}"), district="2771031000", is_active=True
            )
            for m in range(meters)
        )
        started, chunk = time.process_time(), []
        for meter, frame in frames(meters, days):
            chunk.append(delivery(meter, frame))
            if len(chunk) == CHUNK:
                await hub.ingest(chunk)
                chunk = []
        await hub.ingest(chunk)
        spent_s = time.process_time() - started
        reads = meters * days * 24
        print(f"{reads:,} reads stored: {spent_s:.1f} s CPU, {1e6 * spent_s / reads:.1f} us a read")
        for run in ("first run", "second run"):
            for job in SERVICE.jobs:
                wall, cpu = time.perf_counter(), time.process_time()
                await job.run(hub, clock)
                wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
                print(f"{run:10s} {job.name:22s} {cpu_s:6.2f} s CPU {wall_s:6.2f} s wall")
        await hub.close()


def real_households(path):
    """Judge each meter at each midnight of the year by the rule the job uses."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".csv"))
        text = io.TextIOWrapper(archive.open(name), "utf-8")
        rows = [row for row in csv.reader(text, delimiter=";") if len(row) >= 3]
    keys, at_s, register = [], [], []
    for row in rows:
        try:
            at = datetime.strptime(row[1], "%d/%m/%Y %H:%M:%S").replace(tzinfo=UTC)
        except ValueError:
            continue
        keys.append(row[0])
        at_s.append(at.timestamp())
        register.append(float(row[2]) / 1000)
    ids, meter = np.unique(keys, return_inverse=True)
    order = np.lexsort((at_s, meter))
    at_s, register = np.array(at_s)[order], np.array(register)[order]
    start_s = np.floor(at_s.min() / 86400) * 86400
    days = int((at_s.max() - start_s) // 86400)
    hourly = hourly_consumption(Reads(meter[order], at_s, register), len(ids), start_s, days * 24)
    judged = suspected = 0
    for day in range(days):
        flow = continuous_flow(hourly.consumption_m3[:, day * 24 : (day + 1) * 24])
        judged += int(flow.is_known.sum())
        suspected += int(flow.is_continuous.sum())
    print(f"\n{len(at_s):,} real reads of {len(ids)} meters, {days} days (DAIAD)")
    print(f"hours known: {100 * np.isfinite(hourly.consumption_m3).mean():.1f} %")
    print(f"meter-days judged: {judged:,}; continuous flow suspected on {suspected:,}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=GACHANG_METERS)
    parser.add_argument("--days", type=int, default=30)
    options = parser.parse_args()
    asyncio.run(time_jobs(options.meters, options.days))
    path = Path(os.environ.get("DALGU_TEST_DATA", ".")) / "water-daiad/swm_trialA.zip"
    if path.is_file():
        real_households(path)


if __name__ == "__main__":
    main()
