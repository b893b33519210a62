"""All indicators of a framework over a hub with many observations, beside DuckDB alone.

    python -m benchmarks.certify.run [--observations 20000000] [--framework kr-scc-2021]
                                     [--folder <where the city is kept for the next run>]

The model city's registers come in by the importer; the history behind them is written through
the store's own presses: devices speak every hour, meters are read once a day, car parks tell their
free spaces every hour; a year of so many of them as the number asks for, the others are silent. The
last week is in the hot table, all else in sealed months. Then every indicator is measured and its
evidence kept.

The limit, in the same run: DuckDB reads once every column that the indicators need of the same
sealed months (entity, series, instant, message), and sums it up or hands it over as numpy arrays,
with the threads the hub has; the best of four. CPU is that of the process with all its threads, so
it holds on a busy machine; wall clock stands beside it. The measurement is repeated: the first one
also loads numpy, lark and the registers' pages. The city is built by another process, so that the
peak of memory is that of a hub that measures, and nothing else.
"""

import argparse
import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dalgu.app.folder import Folder
from dalgu.app.model_city import ModelCity, State
from dalgu.app.platform import Platform, opened
from dalgu.certification.measuring.measuring import Progress
from dalgu.hub.past import row_of
from dalgu.hub.sealing_plan import place_of, plan
from dalgu.hub.table import read_table
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.settings import Settings, load
from dalgu.simulation import Simulation
from dalgu.store.instants import MICROSECONDS_PER_DAY, micros
from dalgu.store.parquet import connected
from dalgu.store.sealed import EVERY_ENTITY
from dalgu.store.sealed_folder import folder_of
from dalgu.store.sealer import NAMED, Pressing
from dalgu.store.tables import Tables

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
DAYS, HOT_DAYS, SEED, REPEATS = 366, 7, 7, 3
STREAMS: dict[
    str, tuple[str, dict[str, object], float]
] = {  # entity type: attribute, its instance, observations a day
    "WaterMeter": ("volume", {"type": "Property", "value": 0.5, "unitCode": "MTQ"}, 1.0),
    "OffStreetParking": ("availableSpotNumber", {"type": "Property", "value": 0.5}, 24.0),
    "OnStreetParking": ("availableSpotNumber", {"type": "Property", "value": 0.5}, 24.0),
    "Intersection": ("adaptiveActive", {"type": "Property", "value": 0.5}, 1.0),
    "Device": ("deviceState", {"type": "Property", "value": "online"}, 24.0),
}


class Stream:
    """What some entities say all year: their keys, the series and how often a day."""

    def __init__(
        self, tables: Tables, kind: str, attribute: str, instance: dict[str, object], a_day: float
    ) -> None:
        self.keys = read_table(tables, "", kind, ()).keys
        told = {**instance, "observedAt": "x"}
        self.series, self.value, rest = row_of(tables.names, attribute, told)
        assert isinstance(rest, int)
        self.rest = rest
        self.text: str | None = None
        if isinstance(self.value, bytes):
            self.text = self.value.decode()
        self.every_us = round(MICROSECONDS_PER_DAY / a_day)

    def insert(self, pressing: Pressing, since_us: int, until_us: int) -> None:
        """Lay the observations of a window into a press; each entity speaks at its own second."""
        count = (until_us - since_us) // self.every_us
        columns = {"key": self.keys}
        assert columns  # DuckDB reads it by its name
        text = "NULL" if self.text is None else "'" + self.text + "'"
        number = "NULL" if self.text is not None else "round(random() * 100, 3)"
        pressing.duckdb.execute(
            "INSERT INTO hot BY NAME SELECT key AS entity, "
            f"{self.series} AS series, {since_us} + r * {self.every_us} + "
            f"hash(key) % {self.every_us} AS at_us, 0 AS n, {number} AS number, {text} AS json, "
            f"{self.rest} AS rest, (at_us // 1000000) % 100000000 AS message, at_us AS stored_us "
            f"FROM columns, range({count}) t(r)"
        )

    def rows(self, since_us: int, until_us: int) -> list[tuple[object, ...]]:
        """Return the same of a short window, as the hot table takes it."""
        rng = np.random.default_rng(self.series)
        value = 1.5 if not isinstance(self.value, bytes) else self.value
        times = range(since_us, until_us - self.every_us, self.every_us)
        shift = rng.integers(0, self.every_us, len(self.keys)).tolist()
        return [
            (key, self.series, at_us + late, value, self.rest, at_us // 1_000_000 % 10**8 + 1)
            for key, late in zip(self.keys.tolist(), shift, strict=True)
            for at_us in times
        ]


def streams(tables: Tables, observations: int) -> list[Stream]:
    """Return the streams of all types that the city has; together they make so many rows."""
    found = [Stream(tables, kind, *one) for kind, one in STREAMS.items()]
    a_day = sum(len(one.keys) * MICROSECONDS_PER_DAY / one.every_us for one in found)
    for one in found:
        one.keys = one.keys[: round(len(one.keys) * min(1, observations / a_day / DAYS))]
    return [one for one in found if len(one.keys)]


def seal_months(tables: Tables, spoken: list[Stream]) -> int:
    """Write all sealed months; return their rows."""
    sealed, total = tables.series.sealed, 0
    first = micros(NOW - timedelta(days=DAYS)) // MICROSECONDS_PER_DAY * MICROSECONDS_PER_DAY
    cut = micros(NOW - timedelta(days=HOT_DAYS)) // MICROSECONDS_PER_DAY * MICROSECONDS_PER_DAY
    starts = list(range(first, cut, MICROSECONDS_PER_DAY))
    with closing(Pressing(folder_of(tables.series.connection.filename))) as pressing:
        for window in plan(starts, [], (), cut):
            pressing.clear()
            for one in spoken:
                one.insert(pressing, max(first, window[0]), window[1])
            pressing.name(tables)
            file = sealed.begin("", window, f"default/{place_of(window)}")
            count, size = pressing.write(file, NAMED)
            sealed.written(file.key, (count, size), "")
            sealed.advance(file.key, [], EVERY_ENTITY)
            total += count
    return total


def add_hot(tables: Tables, spoken: list[Stream]) -> int:
    """Lay the last week into the hot table; return its rows."""
    cut = micros(NOW - timedelta(days=HOT_DAYS)) // MICROSECONDS_PER_DAY * MICROSECONDS_PER_DAY
    total = 0
    for one in spoken:
        rows = one.rows(cut, micros(NOW))
        tables.series.hot.add(rows)  # type: ignore[arg-type]
        total += len(rows)
    return total


class Took(NamedTuple):
    """What a piece of work took."""

    cpu_s: float
    wall_s: float


class Watch:
    """CPU and wall clock of pieces of work that follow each other."""

    def __init__(self) -> None:
        self.lap()

    def lap(self) -> Took:
        """Return what was taken since the last lap."""
        cpu_s, wall_s = time.process_time(), time.perf_counter()
        took = Took(cpu_s - getattr(self, "_cpu", cpu_s), wall_s - getattr(self, "_wall", wall_s))
        self._cpu, self._wall = cpu_s, wall_s
        return took


def limits(database: Path, series: list[int]) -> tuple[Took, Took]:
    """Return what DuckDB takes to read the columns once: summed up, and as arrays."""
    folder = folder_of(database)
    source = (
        f"FROM read_parquet('{folder}/**/*.parquet') "
        f"WHERE series_key IN ({', '.join(map(str, series))})"
    )
    with closing(connected(folder)) as duckdb:
        watch = Watch()
        duckdb.execute(
            "SELECT count(*), sum(entity_key), max(series_key), max(observed_at), sum(message) "
            + source
        ).fetchall()
        summed = watch.lap()
        for file in sorted(folder.rglob("*.parquet")):  # one by one: all at once take 700 MB
            duckdb.execute(
                "SELECT entity_key, series_key, observed_at, message "
                + source.replace(f"{folder}/**/*.parquet", str(file))
            ).fetchnumpy()
        return summed, watch.lap()


async def measure(platform: Platform, framework: str) -> list[Took]:
    """Measure all indicators and keep their evidence; return what each step and all took."""
    laps: dict[str, Took] = {}
    whole, watch, last = Watch(), Watch(), "read"

    def tell(progress: Progress) -> None:  # in the thread that measures
        nonlocal last
        if progress.step != last:
            laps[last] = watch.lap()
            last = progress.step

    found = await platform.certification.assess(framework, progress=tell)
    laps["keep"] = watch.lap()
    told = sum(one.snapshot.value is not None for one in found.measured.values())
    print(f"{told} of {len(found.measured)} indicators have a value")
    steps = (laps.get(step, Took(0, 0)) for step in ("read", "histories", "keep"))
    return [*steps, whole.lap()]


@asynccontextmanager
async def city(folder: Path) -> AsyncIterator[Platform]:
    """Open the platform of a folder."""
    settings: Settings = load(file=None, environ={}, options={"data_dir": folder}).settings
    clock = ManualClock(NOW)
    async with opened(settings, Folder(folder), lambda store: clock) as platform:
        await platform.keys.load()
        yield platform


async def build(folder: Path, observations: int) -> None:
    """Build the city and lay its history down."""
    async with city(folder) as platform:
        clock, store = ManualClock(NOW), platform.store
        simulation = Simulation(platform.city, clock, SEED)
        await ModelCity(platform, simulation, clock, State("daegu", SEED), print).stand()
        spoken = await store.write(lambda tables: streams(tables, observations))
        sealed = await store.write(lambda tables: seal_months(tables, spoken))
        hot = await store.write(lambda tables: add_hot(tables, spoken))
        print(f"{sealed + hot:,} observations of {DAYS} days, {hot:,} of them hot", flush=True)


def build_here(folder: Path, observations: int) -> None:
    """Build the city from a process of its own."""
    asyncio.run(build(folder, observations))


async def run(folder: Path, observations: int, framework: str) -> None:
    """Measure the city, and show it beside the limit."""
    async with city(folder) as platform:
        store = platform.store
        spoken = await store.write(lambda tables: streams(tables, observations))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        taken = [await measure(platform, framework) for _ in range(REPEATS)]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        told = [limits(store.path, [one.series for one in spoken]) for _ in range(4)]
        names = ("read entities into columns", "hear histories", "compute, keep, record")
        *steps, best = min(taken, key=lambda one: one[-1].cpu_s)
        for name, took in zip(names, steps, strict=True):
            show(name, took)
        show("all indicators", best, f"the first time {taken[0][-1].wall_s:.2f} s wall")
        of_duckdb = ("DuckDB sums the sealed columns up once", "DuckDB hands them over as arrays")
        for name, some in zip(of_duckdb, zip(*told, strict=True), strict=True):
            limit = Took(*(min(one) for one in zip(*some, strict=True)))
            show(name, limit)
            cpu, wall = best.cpu_s / limit.cpu_s, best.wall_s / limit.wall_s
            print(f"{'  ratio':<44} {cpu:>7.2f} of CPU, {wall:6.2f} of wall   aim: below 3")
        print(f"peak memory {peak / 1024:,.0f} MiB, {before / 1024:,.0f} before measuring")


def show(what: str, took: Took, beside: str = "") -> None:
    """Print one line."""
    print(f"{what:<44} {took.cpu_s:>6.2f} s CPU, {took.wall_s:6.2f} s wall   {beside}", flush=True)


def main() -> None:
    """Run with the numbers that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--observations", type=int, default=20_000_000)
    parser.add_argument("--framework", default="kr-scc-2021")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as passing:
        folder = asked.folder or Path(passing)
        if not (folder / "city.db").is_file():
            folder.mkdir(parents=True, exist_ok=True)
            with ProcessPoolExecutor(1, get_context("spawn")) as other:
                other.submit(build_here, folder, asked.observations).result()
        asyncio.run(run(folder, asked.observations, asked.framework))


if __name__ == "__main__":
    main()
