"""What one message costs in cities of ever more meters, and what they weigh.

    python -m benchmarks.water.scale.growth [--most 1000000] [--folder F] [--svg growth.svg]

A hub is grown to 10^4, 10^5, … meters with their devices. At each size it is opened anew, and
messages of random meters pass the device entrance, 128 to a commit with a full sync: hourly
messages of one register and daily frames of 24. The limit beside it: ten million meters that
send each hour are 2,778 messages a second, 360 us each on one core, 720 us on two.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.water.scale.meters import START, daily, hourly, memory_mb, registered
from dalgu.devices.intake import Intake
from dalgu.devices.registry import Registry
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.services.water.service import SERVICE

SAMPLE = 10_000  # messages at each size
REPEATS = 3
WANTED_PER_S = 10_000_000 / 3_600


@dataclass(frozen=True)
class Size:
    """What a city of so many meters costs."""

    meters: int
    fill_us: float  # CPU of registering one meter with its device
    open_s: float
    memory_mb: float
    disk_mb: float
    hourly_us: float  # CPU of one message of one register
    daily_us: float  # CPU of one message of 24
    wall_us: float  # of an hourly message, commits included


async def grow(folder: Path, most: int) -> list[Size]:
    sizes, held = [], 0
    wanted = 10_000
    while wanted <= most:
        fill_us = await fill(folder, held, wanted)
        sizes.append(await measured(folder, wanted, fill_us))
        show(sizes[-1])
        held, wanted = wanted, wanted * 10
    return sizes


async def fill(folder: Path, first: int, last: int) -> float:
    hub = LocalHub.open(folder / "city.db", ManualClock(START))
    began = time.process_time()
    for batch in registered(first, last):
        await hub.upsert(batch)
    spent_s = time.process_time() - began
    await hub.close()
    return 1e6 * spent_s / (last - first)


async def measured(folder: Path, meters: int, fill_us: float) -> Size:
    began = time.perf_counter()
    hub = LocalHub.open(folder / "city.db", ManualClock(START))
    registry = Registry(hub)
    await registry.load()
    open_s = time.perf_counter() - began
    intake = Intake(hub, registry, SERVICE.decoders, ManualClock(START))
    rng = np.random.default_rng(meters)
    costs = []
    for repeat in range(REPEATS):
        numbers = (
            rng.permutation(meters)[:SAMPLE] if meters < 10**6 else rng.integers(0, meters, SAMPLE)
        )
        one = await cost(intake, hourly(numbers, repeat))
        costs.append((*one, (await cost(intake, daily(numbers, repeat)))[0]))
    await hub.close()
    hourly_us, wall_us, daily_us = np.median(np.array(costs), axis=0).tolist()
    disk_mb = await asyncio.to_thread(size_mb, folder)
    return Size(meters, fill_us, open_s, memory_mb(), disk_mb, hourly_us, daily_us, wall_us)


def size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


async def cost(intake: Intake, messages: list) -> tuple[float, float]:
    """Return CPU and wall time of one message, µs."""
    cpu, wall = time.process_time(), time.perf_counter()
    receipts = await intake.accept_many(messages, transport="mqtt")
    spent = time.process_time() - cpu, time.perf_counter() - wall
    assert len(receipts) == len(messages)
    assert intake.counters.refused == 0
    return 1e6 * spent[0] / len(messages), 1e6 * spent[1] / len(messages)


def show(size: Size) -> None:
    print(
        f"{size.meters:>11,}  {size.fill_us:8.0f} us  {size.open_s:7.1f} s  "
        f"{size.memory_mb:8,.0f} MB  {size.disk_mb:9,.0f} MB  {size.hourly_us:7.0f} us  "
        f"{size.wall_us:7.0f} us  {size.daily_us:7.0f} us  "
        f"{1e6 / size.hourly_us:7,.0f}/s ({1e6 / size.hourly_us / WANTED_PER_S:4.1f} x)  "
        f"{24e6 / size.daily_us:9,.0f}/s ({24e6 / size.daily_us / WANTED_PER_S:4.0f} x)",
        flush=True,
    )


HEAD = (
    "     meters  to register   open      memory         disk   hourly CPU   wall     daily CPU"
    "   registers a second and core (times 2,778): hourly, daily frames"
)


def drawn(sizes: list[Size]) -> str:
    """Return the growth as an SVG: CPU of a message over the number of meters."""
    width, height, left, bottom = 640, 360, 60, 40
    top_us = max(size.daily_us for size in sizes) * 1.2
    span = max(np.log10(sizes[-1].meters) - 4, 1)

    def x(meters: int) -> float:
        return left + (width - left - 20) * (np.log10(meters) - 4) / span

    def y(us: float) -> float:
        return (height - bottom) * (1 - us / top_us)

    lines = [("hourly message", "#0b6e99", "hourly_us"), ("daily frame", "#d9730d", "daily_us")]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="12" role="img">',
        "<title>CPU of one message over the number of meters</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<path d="M{left} {y(360):.1f}H{width - 20}" stroke="#999" stroke-dasharray="4"/>',
        f'<text x="{left + 6}" y="{y(360) - 4:.1f}">360 us: 2,778 a second on one core</text>',
    ]
    parts += [
        f'<text x="{x(size.meters):.0f}" y="{height - 14}" text-anchor="middle">'
        f"{size.meters:,}</text>"
        for size in sizes
    ]
    for at, (name, colour, key) in enumerate(lines):
        points = " ".join(f"{x(s.meters):.1f},{y(getattr(s, key)):.1f}" for s in sizes)
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        parts.append(
            f'<text x="{left + 6}" y="{20 + 16 * at}" fill="{colour}">{name}, CPU us</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=1_000_000, help="meters of the largest city")
    parser.add_argument("--folder", type=Path, help="where the hub grows; a temporary folder")
    parser.add_argument("--svg", type=Path, help="writes the growth as a picture")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    print(HEAD)
    try:
        sizes = asyncio.run(grow(folder, options.most))
    finally:
        if options.folder is None:
            shutil.rmtree(folder)
    if options.svg is not None:
        options.svg.write_text(drawn(sizes), "utf-8")


if __name__ == "__main__":
    main()
