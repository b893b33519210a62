"""The nightly job on 10,000 meters and 31 days: what it reads, thinks and writes.

    python benchmarks/water/validation/night.py [--meters 10000] [--days 31]

A hub in a temporary folder is filled through the decoder, one frame of 24 registers a meter and
day, 1 % of the frames lost; then `water.validate` runs three times: at first, again (nothing may
be written), and after the lost frames of ten days ago have come.
"""

import argparse
import asyncio
import tempfile
import time
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
from dalgu.services.water.hourly_frame import HourlyFrame
from dalgu.services.water.validation.jobs import validate

START = datetime(2026, 1, 1, 15, tzinfo=UTC)  # a midnight in Seoul
AREA_METERS = 2_500
LOST = 0.01
CHUNK = 500
LATE_DAYS = 10


def deliveries(meters, days, seed):
    """Yield (day, delivery) of each frame that came; those lost are yielded with day -1 - day."""
    random = np.random.default_rng(seed)
    register_l = random.integers(10**5, 10**6, meters)
    for day in range(1, days + 1):
        used = np.rint(random.gamma(0.6, 16, (meters, 24))).astype(int)
        hourly = register_l[:, None] + np.cumsum(used, axis=1)
        register_l, lost = hourly[:, -1], random.random(meters) < LOST
        at = START + timedelta(days=day)
        for meter in range(meters):
            frame = HourlyFrame(at, tuple(hourly[meter, ::-1].tolist()))
            entity = entity_id("WaterMeter", f"{meter:06d}")
            payload = wire.encode_hourly(frame)
            uplink = Uplink(f"lorawan:{meter:016x}", entity, at, at, payload=payload)
            message = Message(at, "http", "chirpstack", uplink.device, payload)
            came = Delivery(message, wire.decode_hourly(uplink))
            yield (-1 - day if lost[meter] else day), came


async def store(hub, found):
    chunk = []
    for delivery in found:
        chunk.append(delivery)
        if len(chunk) == CHUNK:
            await hub.ingest(chunk)
            chunk = []
    await hub.ingest(chunk)


async def night(options):
    with tempfile.TemporaryDirectory() as folder:
        clock = ManualClock(START + timedelta(days=options.days, hours=4))
        hub = LocalHub.open(Path(folder) / "city.db", clock)
        await hub.upsert(
            WaterMeter(
                id=entity_id("WaterMeter", f"{n:06d}"),
                dma=entity_id("DistrictMeteredArea", f"{n // AREA_METERS}"),
                diameter=15.0,
                is_active=True,
            )
            for n in range(options.meters)
        )
        late, came = [], []
        for day, delivery in deliveries(options.meters, options.days, 1):
            late += [delivery] if day == -1 - (options.days - LATE_DAYS) else []
            came += [delivery] if day > 0 else []
            if len(came) == CHUNK:
                await hub.ingest(came)
                came = []
        await hub.ingest(came)
        print(f"{options.meters:,} meters, {options.days} days, {LOST:.0%} of the frames lost")
        for name, frames in (("first", []), ("again", []), ("late frames", late)):
            await store(hub, frames)
            head, wall, cpu = await hub.head(), time.perf_counter(), time.process_time()
            await validate(hub, clock)
            wall_s, cpu_s = time.perf_counter() - wall, time.process_time() - cpu
            written = await hub.head() - head
            print(f"{name:12s} {cpu_s:6.2f} s CPU {wall_s:6.2f} s, {written} events", flush=True)
        await hub.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=31)
    asyncio.run(night(parser.parse_args()))


if __name__ == "__main__":
    main()
