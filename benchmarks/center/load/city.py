"""The server of the benchmarks: a small city in a process of its own, led through a pipe."""

import asyncio
import multiprocessing
import resource
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn

from dalgu.access import passwords
from dalgu.access.actor import SYSTEM
from dalgu.access.logbook import Noted
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform, opened
from dalgu.app.site import site
from dalgu.center.incidents.deeds import Raised
from dalgu.center.incidents.incidents import ROOM
from dalgu.center.incidents.state import incident_id
from dalgu.center.incidents.words import Priority
from dalgu.hub.types import Alert
from dalgu.kernel.clock import SystemClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.services.parking.entities import OffStreetParking

PASSWORD = "three cats under a persimmon tree"
LOTS = 300
AT_ONCE = 500
STATM = Path("/proc/self/statm")


@dataclass
class City:
    """The other end of the pipe: asks the city to do something, and waits until it did."""

    url: str
    session: str
    pipe: Connection
    process: multiprocessing.Process

    def ask(self, what: str, *how: Any) -> Any:
        self.pipe.send((what, how))
        return self.pipe.recv()

    def begin(self, what: str, *how: Any) -> None:
        self.pipe.send((what, how))

    def end(self) -> Any:
        return self.pipe.recv()

    def stop(self) -> None:
        self.pipe.send(("stop", ()))
        self.process.join(20)


def start(folder: Path) -> City:
    """Return a running city."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(folder, port, there))
    process.start()
    session = here.recv()
    return City(f"http://localhost:{port}", session, here, process)


def _run(folder: Path, port: int, pipe: Connection) -> None:
    passwords.MEMORY_KIB = 64
    asyncio.run(_serve(folder, port, pipe))


async def _serve(folder: Path, port: int, pipe: Connection) -> None:
    with Folder(folder) as kept:
        async with opened(Settings(data_dir=str(folder)), kept, lambda _: SystemClock()) as city:
            app = site(city, progress=lambda: None)
            server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
            server.config.timeout_graceful_shutdown = 1
            link = await city.access.create_administrator_link()
            session = await city.access.redeem_link(link, "chief", PASSWORD)
            works = [asyncio.create_task(run()) for _, run in city.rooms.works()]
            led = asyncio.create_task(_led(city, server, pipe, session.secret))
            await server.serve()
            for work in (*works, led):
                work.cancel()
            await asyncio.gather(*works, led, return_exceptions=True)


async def _led(city: Platform, server: uvicorn.Server, pipe: Connection, session: str) -> None:
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.05)
    pipe.send(session)
    orders = Orders(city)
    while True:
        what, how = await asyncio.to_thread(pipe.recv)
        if what == "stop":
            server.should_exit = True
            return
        pipe.send(await getattr(orders, what)(*how))


class Orders:
    """What the city can be asked to do."""

    def __init__(self, city: Platform) -> None:
        self.city = city
        self.moving: asyncio.Task[None] | None = None

    async def incidents(self, count: int) -> int:
        """Raise so many incidents, by hand and many at once."""
        room = self.city.rooms.incidents
        for _ in range(0, count, AT_ONCE):
            first = len(room.all) + 1

            def decide(at: datetime, first: int = first) -> list[Noted]:
                return [Noted(incident_id(n), raised(n)) for n in range(first, first + AT_ONCE)]

            await self.city.rooms.ground.logbook.write(SYSTEM, ROOM, decide)
        return len(room.all)

    async def alerts(self, per_s: float, seconds: float) -> dict[int, float]:
        """Write alerts into the hub at a pace; return when each incident's alert was written."""
        room, hub = self.city.rooms.incidents, self.city.hub
        written, begin, count = {}, time.time(), int(per_s * seconds)
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                await asyncio.sleep(max(0.0, begin + number / per_s - time.time()))
                alert = an_alert(int(begin), number)
                written[alert.id] = time.time()
                group.create_task(hub.upsert([alert]))
        for _ in range(200):
            if all(alert in room.by_alert for alert in written):
                break
            await asyncio.sleep(0.05)
        return {room.by_alert[one]: at for one, at in written.items() if one in room.by_alert}

    async def events(self, lots: float, alerts: float, seconds: float) -> dict[int, float]:
        """Let car parks speak and alerts be raised, each at its pace; return as `alerts`."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.lots(lots, seconds))
            raised = group.create_task(self.alerts(alerts, seconds))
        return raised.result()

    async def lots(self, per_s: float, seconds: float) -> int:
        """Let car parks speak at a pace."""
        begin, count = time.time(), int(per_s * seconds)
        for number in range(count):
            await asyncio.sleep(max(0.0, begin + number / per_s - time.time()))
            await self.city.hub.upsert([a_lot(number)])
        return count

    async def move(self, count: int) -> None:
        """Let so many things move, once a second, until told otherwise."""
        if self.moving is not None:
            self.moving.cancel()
        self.moving = asyncio.create_task(_drive(self.city, count)) if count else None

    async def usage(self) -> dict[str, float]:
        """Return CPU seconds, memory, and what readers lost so far."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        pages = int(STATM.read_text().split()[1])  # noqa: ASYNC240 - no disk behind it
        readers = self.city.rooms.live.readers
        return {
            "cpu_s": used.ru_utime + used.ru_stime,
            "rss_mb": pages * resource.getpagesize() / 1e6,
            "readers": len(readers),
            "dropped": sum(one.dropped for one in readers),
            "renewed": sum(one.renewed for one in readers),
        }


async def _drive(city: Platform, count: int) -> None:
    chance = np.random.default_rng(7)
    ids = [f"urn:ngsi-ld:Vehicle:load-{n}" for n in range(count)]
    lon, lat = 128.45 + 0.3 * chance.random(count), 35.78 + 0.18 * chance.random(count)
    course, speed_mps = chance.random(count) * 2 * np.pi, 4 + 12 * chance.random(count)
    looks = (chance.integers(0, 7, count) * 4 + (chance.random(count) < 0.05) * 2).astype(np.uint8)
    due = time.monotonic()
    while True:
        course += chance.normal(0, 0.15, count)
        lon += np.cos(course) * speed_mps / 90_200
        lat += np.sin(course) * speed_mps / 111_320
        city.rooms.moving.put(ids, lon, lat, looks)
        due += 1
        await asyncio.sleep(max(0.0, due - time.monotonic()))


def raised(number: int) -> Raised:
    priority = Priority(f"P{1 + number % 4}")
    title = f"Leak suspected at tap {number}"
    return Raised(title, title, "water", "leak", priority, "hand", 128.6, 35.87, "22060")


def an_alert(run: int, number: int) -> Alert:
    """Return a grave alert that stands alone: its thing and place are nobody else's."""
    east, north = number % 97, number * 31 % 89
    return Alert(
        id=entity_id("Alert", "load", str(run), str(number)),
        name=Text(f"비상벨 {number}", f"Bell {number}"),
        category="security",
        sub_category="bellPressed",
        severity="critical",
        status="open",
        alert_source=entity_id("Device", f"bell:{run}-{number}"),
        date_issued=iso(datetime.now(UTC)),
        location={"type": "Point", "coordinates": [128.36 + east / 180, 35.62 + north / 130]},
    )


def a_lot(number: int) -> OffStreetParking:
    lot = number % LOTS
    return OffStreetParking(
        id=entity_id("OffStreetParking", str(lot)),
        name=Text(f"주차장 {lot}", f"Car park {lot}"),
        available_spot_number=number % 80,
        total_spot_number=80,
        location={"type": "Point", "coordinates": [128.5 + lot % 20 / 90, 35.8 + lot // 20 / 90]},
        observed_at=datetime.now(UTC),
    )
