"""An hour of the model city in six minutes: devices speak, a receiver is told, pages are polled.

    python -m benchmarks.reliability.soak --minutes 6 [--speed 10] [--port 9663]

Each minute one line: resident memory of the platform, what waits in its queues, what was
delivered, and how large its files are. Memory that goes on growing in the second half is a leak.
"""

import argparse
import asyncio
import os
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import msgspec

from benchmarks.reliability.kills import DALGU, City

TOLD_OF = ("WaterMeter", "ParkingSpot", "OffStreetParking", "TrafficFlowObserved", "Device")
POLLED = ("/en/", "/en/parking", "/en/certification", "/map/parking.geojson", "/metrics",
          "/ngsi-ld/v1/entities?type=WaterMeter&limit=100", "/ngsi-ld/v1/types")  # fmt: skip
POLLED_EVERY_S = 2.0
FIGURES = (
    'dalgu_history_rows_total{outcome="stored"}',
    "dalgu_outbox_head_events_total",
    'dalgu_outbox_lag_events{reader="notifications"}',
    "dalgu_notifications_waiting",
    'dalgu_notifications_total{outcome="dead_lettered"}',
)
MIB = 1024 * 1024


@dataclass
class Receiver:
    """A real endpoint that counts what it is told."""

    port: int
    entities: int = 0
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
                body = msgspec.json.decode(await reader.readexactly(length))
                self.entities += len(body["data"])
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
                await writer.drain()
        writer.close()


def start(city: City, speed: float) -> None:
    """Start a simulated city that may notify this machine."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DALGU_")}
    environment["DALGU_HUB__ALLOW_PRIVATE_NOTIFICATIONS"] = "true"
    words = [*DALGU, "up", "--history-days", "0", "--speed", f"{speed:g}"]
    words += ["--port", str(city.port), "--data", str(city.folder)]
    log = (city.folder.parent / "city.log").open("wb")
    city.process = subprocess.Popen(words, env=environment, stdout=log, stderr=log)


async def ready(http: httpx2.AsyncClient) -> None:
    while True:
        with suppress(httpx2.HTTPError):
            if (await http.get("/ready")).status_code == 200:
                return
        await asyncio.sleep(0.2)


async def subscribe(http: httpx2.AsyncClient, receiver: Receiver) -> None:
    for kind in TOLD_OF:
        body = {
            "id": f"urn:ngsi-ld:Subscription:soak-{kind}",
            "type": "Subscription",
            "entities": [{"type": kind}],
            "notification": {"endpoint": {"uri": f"http://127.0.0.1:{receiver.port}/{kind}"}},
        }
        (await http.post("/ngsi-ld/v1/subscriptions", json=body)).raise_for_status()


async def poll(http: httpx2.AsyncClient, failed: list[str]) -> None:
    """Open pages as people and programs do, until cancelled."""
    while True:
        for path in POLLED:
            answer = await http.get(path)
            if answer.status_code >= 500:
                failed.append(f"{path} {answer.status_code}")
        await asyncio.sleep(POLLED_EVERY_S)


def resident_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmRSS")]
    return int(line.split()[1]) / 1024


async def line(minute: int, city: City, http: httpx2.AsyncClient, receiver: Receiver) -> str:
    assert city.process is not None
    text = (await http.get("/metrics")).text
    known = dict(one.rsplit(" ", 1) for one in text.splitlines() if not one.startswith("#"))
    figures = "".join(f"{float(known.get(name, 'nan')):>12,.0f}" for name in FIGURES)
    size = sum(file.stat().st_size for file in city.folder.glob("city.db*")) / MIB
    rss = resident_mib(city.process.pid)
    return f"{minute:>6}{rss:>9.1f}{figures}{receiver.entities:>11,}{size:>9.1f}"


async def soak(folder: Path, minutes: int, speed: float, port: int) -> None:
    """Run the city and print a line a minute."""
    receiver = Receiver(port + 1)
    server = await asyncio.start_server(receiver, "127.0.0.1", receiver.port)
    city, failed = City(folder / "city", port), []
    start(city, speed)
    try:
        async with httpx2.AsyncClient(base_url=city.url, timeout=60) as http:
            await ready(http)
            await asyncio.to_thread(city.authorize)
            http.headers.update(city.headers)
            await subscribe(http, receiver)
            polling = asyncio.create_task(poll(http, failed))
            print(
                "minute  RSS MiB        rows      events  lag events      queued dead letters"
                "       told  DB MiB",
                flush=True,
            )
            for minute in range(minutes + 1):
                print(await line(minute, city, http, receiver), flush=True)
                await asyncio.sleep(60 if minute < minutes else 0)
            polling.cancel()
        print(f"answers of 500 and above: {failed or 'none'}")
    finally:
        assert city.process is not None
        city.process.terminate()
        print(f"the platform ended with {city.process.wait(30)}")
        server.close()


def main() -> None:
    """Run one soak."""
    parser = argparse.ArgumentParser(description="Play a city for a while and watch its memory.")
    parser.add_argument("--minutes", type=int, default=6)
    parser.add_argument("--speed", type=float, default=10.0)
    parser.add_argument("--port", type=int, default=9663)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        asyncio.run(soak(Path(folder), given.minutes, given.speed, given.port))


if __name__ == "__main__":
    main()
