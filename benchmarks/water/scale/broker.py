"""Hourly reads of ten million meters through a real broker: 2,778 messages a second.

    python -m benchmarks.water.scale.broker [--seconds 60] [--rate 2778] [--meters 100000]

A mosquitto on the loopback, a publisher in a process of its own that keeps the rate with
QoS 1, and the platform's listener, which acknowledges each message once it is on disk. Told:
how late the last message of each second was stored, the CPU of the platform in cores, and
that every register is there once. Needs Debian's mosquitto.
"""

import argparse
import asyncio
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks.water.scale.meters import START, eui, hourly, registered
from dalgu.devices.intake import Intake
from dalgu.devices.mqtt import Listener
from dalgu.devices.registry import Registry
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.services.water.service import SERVICE

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def publish(port: int, rate: int, seconds: int, meters: int) -> None:
    """Send so many messages a second, those of each second spread over its tenths."""
    from aiomqtt import Client

    rng = np.random.default_rng(1)
    publisher = Client("127.0.0.1", port, identifier="meters", max_queued_outgoing_messages=0)
    async with publisher as client:
        began = time.perf_counter()
        for second in range(seconds):
            numbers = rng.permutation(meters // 2)[:rate] * 2
            messages = hourly(numbers, second)
            for tenth in range(10):
                due = began + second + tenth / 10
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                part = slice(tenth * rate // 10, (tenth + 1) * rate // 10)
                for number, (_, body, _at) in zip(
                    numbers[part].tolist(), messages[part], strict=True
                ):
                    topic = f"application/1/device/{eui(number)}/event/up"
                    await client.publish(topic, body, qos=1)
        print(f"sent {rate * seconds} in {time.perf_counter() - began:.1f} s", file=sys.stderr)


async def receive(folder: Path, port: int, options: argparse.Namespace) -> None:
    clock = ManualClock(START + timedelta(hours=options.seconds))
    hub = LocalHub.open(folder / "city.db", clock)
    for batch in registered(0, options.meters):
        await hub.upsert(batch)
    registry = Registry(hub)
    await registry.load()
    intake = Intake(hub, registry, SERVICE.decoders, clock)
    listener = Listener(intake, f"mqtt://127.0.0.1:{port}")
    running = asyncio.create_task(listener.run())
    await listener.is_connected.wait()
    command = [sys.executable, "-m", "benchmarks.water.scale.broker", "--publish", str(port)]
    command += ["--seconds", str(options.seconds), "--rate", str(options.rate)]
    command += ["--meters", str(options.meters)]
    began, cpu = time.perf_counter(), time.process_time()
    publisher = await asyncio.create_subprocess_exec(*command)
    wanted, waiting = options.rate * options.seconds, []
    while intake.counters.accepted < wanted and time.perf_counter() - began < 4 * options.seconds:
        await asyncio.sleep(0.25)
        waiting.append(listener.counters.received - intake.counters.accepted)
    wall, spent = time.perf_counter() - began, time.process_time() - cpu
    await publisher.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    stored = intake.counters.stored
    rows = (await hub.columns("WaterMeter", "volume", START, START.replace(year=2027))).value
    await hub.close()
    print(f"{wanted:,} messages at {options.rate}/s: {wall:.1f} s, {spent / wall:.2f} cores of the "
          f"platform, {1e6 * spent / wanted:.0f} us CPU a message")  # fmt: skip
    print(f"waiting for a commit: median {np.median(waiting):.0f}, most {max(waiting)}")
    print(f"registers in the hub {len(rows):,} of {wanted:,}, history rows {stored:,}, duplicates "
          f"{intake.counters.duplicates}, refused {intake.counters.refused}")  # fmt: skip


def run(options: argparse.Namespace) -> None:
    if MOSQUITTO is None:
        sys.exit("mosquitto does not exist here; `apt-get install mosquitto` brings it.")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        config = folder / "mosquitto.conf"
        config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n"
                          "max_queued_messages 0\nmax_inflight_messages 0\n")  # fmt: skip
        broker = subprocess.Popen([MOSQUITTO, "-c", config], stderr=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            asyncio.run(receive(folder, port, options))
        finally:
            broker.terminate()
            broker.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=2_778, help="messages a second")
    parser.add_argument("--meters", type=int, default=100_000)
    parser.add_argument("--publish", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.publish is not None:
        asyncio.run(publish(options.publish, options.rate, options.seconds, options.meters))
        return
    run(options)


if __name__ == "__main__":
    main()
