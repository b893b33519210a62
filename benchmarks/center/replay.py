"""Any minute of the last day, as a time bar asks for it: milliseconds beside the limit of 500.

    python -m benchmarks.center.replay [--meters 10000] [--days 1] [--minutes 200]

A city with its history: meters that speak by the hour, car parks by five minutes, intersections
by the hour, each with the device that speaks for it. A minute is everything that the center
draws of it: all layers, the wall's rows and the figures, over HTTP in process, by a signed-in
operator. Prints p50, p95 and the slowest for single minutes at random (scrubbing), for the frames
of a replay at 60x (only what changed), for a week's comparison, and memory.
"""

import argparse
import asyncio
import gc
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import numpy as np

from dalgu.access.actor import SYSTEM
from dalgu.app.folder import Folder
from dalgu.app.platform import Platform, opened
from dalgu.app.site import site
from dalgu.center.incidents.deeds import Closed, Raised
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.center.layers import LAYERS
from dalgu.hub.model import Document
from dalgu.kernel.clock import ManualClock, iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.settings import Settings

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LOTS, INTERSECTIONS, CAMERAS, GATEWAYS, INCIDENTS = 762, 250, 400, 30, 300
LIMIT_MS, WEEK_LIMIT_MS = 500, 2_000
AT_ONCE = 4_000  # entities of one write


def point(rng: np.random.Generator) -> Document:
    lon, lat = 128.35 + 0.4 * rng.random(), 35.7 + 0.3 * rng.random()
    return {"type": "GeoProperty", "value": {"type": "Point", "coordinates": [lon, lat]}}


def said(value: object, at: datetime) -> Document:
    return {"type": "Property", "value": value, "observedAt": iso(at)}


def standing(meters: int, rng: np.random.Generator) -> list[Document]:
    """Return all things, before anybody spoke."""
    kinds = [("WaterMeter", meters, {}), ("TrafficFlowObserved", INTERSECTIONS, {})]
    kinds += [("OffStreetParking", LOTS, {"totalSpotNumber": {"type": "Property", "value": 90}})]
    devices = (("waterMeter", meters), ("camera", CAMERAS), ("gateway", GATEWAYS))
    found = [
        {"id": entity_id(kind, str(n)), "type": kind, "location": point(rng), **more}
        for kind, count, more in kinds
        for n in range(count)
    ]
    for category, count in devices:
        known = {"category": {"type": "Property", "value": category}}
        known["declaredInterval"] = {"type": "Property", "value": 3600.0, "unitCode": "SEC"}
        found += [
            {"id": entity_id("Device", f"{category}:{n}"), "type": "Device"}
            | known
            | {"location": point(rng)}
            for n in range(count)
        ]
    return found


def spoken(meters: int, at: datetime, rng: np.random.Generator) -> list[Document]:
    """Return what is heard in the five minutes that end at an instant."""
    found = [
        {"id": entity_id("OffStreetParking", str(n)), "type": "OffStreetParking"}
        | {"availableSpotNumber": said(int(rng.integers(0, 91)), at)}
        for n in range(LOTS)
    ]
    slot = at.minute // 5  # each hour's speakers are spread over its twelve slots
    ages = rng.integers(0, 300, size=meters)
    for n in range(slot, meters, 12):
        heard = at - timedelta(seconds=int(ages[n]))
        volume = {"volume": said(round(n + (heard - NOW).total_seconds() / 8e4, 3), heard)}
        found.append({"id": entity_id("WaterMeter", str(n)), "type": "WaterMeter"} | volume)
        found.append(alive(f"waterMeter:{n}", heard))
    found += [alive(f"camera:{n}", at) for n in range(slot, CAMERAS, 12)]
    found += [alive(f"gateway:{n}", at) for n in range(slot, GATEWAYS, 12)]
    for n in range(slot, INTERSECTIONS, 12):
        flow = {"intensity": said(int(rng.integers(50, 2500)), at)}
        kind = "TrafficFlowObserved"
        found.append({"id": entity_id(kind, str(n)), "type": kind} | flow)
    return found


def alive(device: str, at: datetime) -> Document:
    found = {"id": entity_id("Device", device), "type": "Device"}
    return found | {"deviceState": said("online", at)}


async def fill(platform: Platform, clock: ManualClock, options: argparse.Namespace) -> int:
    """Let the city live; return how many readings it holds."""
    rng, rows = np.random.default_rng(7), 0
    things = standing(options.meters, rng)
    for start in range(0, len(things), AT_ONCE):
        await platform.hub.upsert(things[start : start + AT_ONCE])
    slots = 288 * options.days
    for slot in range(slots):
        heard = spoken(options.meters, NOW - timedelta(minutes=5 * (slots - slot)), rng)
        rows += len(heard)
        await platform.hub.upsert(heard)
    for number in range(INCIDENTS):
        deed = Raised("누수", "Leak", "water", "leak", Priority.P3, "hand", 128.6, 35.87)
        await platform.rooms.incidents.raise_incident(deed)
        if number % 3:
            await platform.rooms.incidents.note(number + 1, [Closed(Outcome.RESOLVED)], SYSTEM)
    await clock.advance(timedelta(minutes=1))
    return rows


async def operator(platform: Platform) -> httpx2.AsyncClient:
    """Return a signed-in browser."""
    link = await platform.access.create_administrator_link()
    session = await platform.access.redeem_link(link, "chief", "three cats under a persimmon tree")
    transport = httpx2.ASGITransport(app=site(platform, progress=lambda: None))
    return httpx2.AsyncClient(
        transport=transport,
        base_url="http://localhost",
        cookies={"dalgu_session": session.secret},
    )


async def minute(client: httpx2.AsyncClient, at: datetime, more: str = "") -> int:
    """Ask for all that is drawn of a minute; return its bytes."""
    query = f"at={iso(at)}&language=ko{more}"
    paths = [f"/replay/{name}.geojson" for name in (*LAYERS, "incidents")]
    paths += ["/replay/incidents.json", "/replay/board.json"]
    answers = await asyncio.gather(*(client.get(f"{path}?{query}") for path in paths))
    assert all(answer.status_code == 200 for answer in answers), answers
    return sum(len(answer.content) for answer in answers)


async def timed(work: Callable[[datetime], Awaitable[int]], instants: list[datetime]) -> str:
    took, size = [], []
    for at in instants:
        began = time.perf_counter()
        size.append(await work(at))
        took.append(1000 * (time.perf_counter() - began))
    p50, p95, most = np.percentile(took, [50, 95, 100])
    return (
        f"p50 {p50:6.0f} ms   p95 {p95:6.0f} ms   slowest {most:6.0f} ms"
        f"   {np.mean(size) / 1000:7,.0f} kB"
    )


async def measured(platform: Platform, options: argparse.Namespace) -> AsyncIterator[str]:
    rng = np.random.default_rng(11)
    at = [NOW - timedelta(minutes=int(m)) for m in rng.integers(0, 1440, options.minutes)]
    async with await operator(platform) as client:
        began = time.perf_counter()
        await minute(client, NOW)
        yield f"first question, nothing read yet   {1000 * (time.perf_counter() - began):6.0f} ms"
        began = time.perf_counter()
        await platform.rooms.replay.warm()
        yield f"reading on to ten days, behind     {1000 * (time.perf_counter() - began):6.0f} ms"
        scrub = await timed(lambda one: minute(client, one), at)
        yield f"any minute of 24 h (limit {LIMIT_MS})     {scrub}"
        frames = sorted(at)[: options.minutes]

        async def frame(one: datetime) -> int:
            return await minute(client, one, f"&since={iso(one - timedelta(minutes=1))}")

        yield f"a frame at 60x, only changes       {await timed(frame, frames)}"
        week = await timed(lambda one: minute(client, one, "&against=week"), at[:50])
        yield f"beside the week before             {week}"
        if options.days > 1:
            span = 1440 * min(options.days, 7)
            old = [NOW - timedelta(minutes=int(m)) for m in rng.integers(0, span, 50)]
            said = await timed(lambda one: minute(client, one), old)
            yield f"any minute of {options.days} d (limit {WEEK_LIMIT_MS}) {said}"


async def run(options: argparse.Namespace) -> None:
    clock = ManualClock(NOW)
    with tempfile.TemporaryDirectory() as place, Folder(Path(place) / "city") as kept:
        settings = Settings(data_dir=str(kept.path))
        async with opened(settings, kept, lambda _: clock) as platform:
            began = time.perf_counter()
            rows = await fill(platform, clock, options)
            print(f"{options.meters:,} meters, {LOTS} car parks, {INTERSECTIONS} intersections")
            print(f"{rows:,} messages of {options.days} d in {time.perf_counter() - began:.0f} s")
            gc.collect()
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            async for line in measured(platform, options):
                print(line, flush=True)
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
            print(f"memory at most {grown / 1024:.0f} MB more than before")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--minutes", type=int, default=200)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
