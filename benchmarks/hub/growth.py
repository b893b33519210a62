"""How costs grow with the number of entities: the same operations on ever larger hubs.

The smallest hub carries 100 subscriptions, the largest 10 000. Each size is a fresh start, so
that start and memory are those of a hub that finds so many entities.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import client
import over_http
from figures import Figure, memory_mb
from in_process import upsert_all
from sample import BATCH, bodies

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import SystemClock

SUBSCRIPTIONS = 10_000  # at the largest size
CREATED = 1_000  # at each size


@dataclass(frozen=True)
class Size:
    """What a hub of so many entities costs."""

    entities: int
    subscriptions: int
    start_s: float
    memory_mb: float  # before the first request
    memory_after_mb: float
    figures: list[Figure]


async def grown(folder: Path, most: int) -> list[Size]:
    """Measure hubs of 1 000 entities and every power of ten up to `most`."""
    found: list[Size] = []
    held, subscriptions, wanted = 0, 0, 1_000
    while wanted <= most:
        await fill(folder, held, wanted)
        share = over_http.SUBSCRIPTIONS if wanted * 10 <= most else SUBSCRIPTIONS
        size = await measured(folder, wanted, subscriptions, share)
        found.append(size)
        subscriptions = share
        # What was created here is above the numbers of the next size.
        held, wanted = wanted, wanted * 10
    return found


async def fill(folder: Path, start: int, end: int) -> None:
    """Write entities into the store of a hub that does not run."""
    hub = LocalHub.open(folder / "hub.db", SystemClock())
    for first in range(start, end, BATCH):
        await upsert_all(hub, bodies(first, min(first + BATCH, end)))
    await hub.close()


async def measured(folder: Path, entities: int, before: int, subscriptions: int) -> Size:
    """Start the hub and measure all operations on it."""
    async with client.served(folder) as server:
        memory = memory_mb(server.pid)
        await over_http.subscribe(server, subscriptions, before)
        if not before:
            await over_http.series_of_points(server)
        creating = await over_http.creates(server, 10_000_000 + entities, CREATED)
        minute = len(str(entities)) * 10
        others = await over_http.others(server, entities, minute)
        return Size(
            entities, subscriptions, server.started_s, memory, memory_mb(server.pid),
            [creating, *others],
        )  # fmt: skip


def table(sizes: list[Size]) -> str:
    """Return the sizes as a table of Markdown."""
    heads = "".join(f" {size.entities:,} |" for size in sizes)
    lines = [f"| CPU µs of one operation |{heads} growth |", "|---|" + "--:|" * (len(sizes) + 1)]
    for at, one in enumerate(sizes[0].figures):
        costs = [size.figures[at].cpu_us for size in sizes]
        cells = "".join(f" {cost:,.0f} |" for cost in costs)
        lines.append(f"| {one.name} |{cells} {costs[-1] / costs[0]:.2f} |")
    for name, values in (
        ("start, s", [size.start_s for size in sizes]),
        ("memory at start, MB", [size.memory_mb for size in sizes]),
        ("memory after the load, MB", [size.memory_after_mb for size in sizes]),
        ("subscriptions", [float(size.subscriptions) for size in sizes]),
    ):
        cells = "".join(
            f" {value:,.3g} |" if value < 10 else f" {value:,.0f} |" for value in values
        )
        lines.append(f"| {name} |{cells} |")
    return "\n".join(lines)


def report(folder: Path, most: int, plot: Path | None) -> None:
    """Measure, print the table, and draw it."""
    from plot import drawn

    sizes = asyncio.run(grown(folder, most))
    print(table(sizes))
    if plot is not None:
        plot.write_text(drawn(sizes), "utf-8")
