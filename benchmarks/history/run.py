"""History hot and sealed: rates, sizes and answers, beside the limits of the engines below.

    python -m benchmarks.history.run [--meters 1400] [--days 30]

The limits are SQLite and DuckDB alone, in the same run over the same rows: the hourly sum of all
meters by plain SQL over the hot table, and by DuckDB over one Parquet file with two columns.
CPU is that of the process, so it holds on a busy machine; wall clock stands beside it.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apsw
import duckdb
import numpy as np

from dalgu.hub.aggregate import Aggregation, parse_period
from dalgu.hub.analysis import Part, ask, export
from dalgu.hub.hub import Query, TemporalQuery
from dalgu.hub.local import LocalHub
from dalgu.hub.past import row_of
from dalgu.hub.sealing import Sealing
from dalgu.kernel.clock import ManualClock
from dalgu.store.instants import micros
from dalgu.store.tables import Tables

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
HOUR_US = 3_600_000_000
HOURLY = (
    "SELECT date_trunc('hour', observed_at), avg(number), max(number) FROM history "
    "WHERE attribute = 'volume' GROUP BY 1"
)
IN_SQLITE = f"SELECT at / {HOUR_US}, avg(value), max(value) FROM series GROUP BY 1"
REPEATS = 20


def fill(tables: Tables, meters: range, hours: int) -> None:
    """Lay hourly registers of some meters, as the hub would."""
    rng = np.random.default_rng(meters.start)
    instance = {"type": "Property", "value": 0.5, "unitCode": "MTQ", "observedAt": "x"}
    series, _, rest = row_of(tables.names, "volume", instance)
    assert isinstance(rest, int)
    start_us = micros(SINCE)
    for meter in meters:
        entity = f"urn:ngsi-ld:WaterMeter:{meter}"
        body = f'{{"id":"{entity}","type":"WaterMeter"}}'.encode()
        key = tables.documents.create("", entity, ["WaterMeter"], body)
        volumes = np.round(np.cumsum(rng.exponential(0.02, hours)) + 0.001, 3).tolist()
        tables.series.hot.add(
            [
                (key, series, start_us + n * HOUR_US, volume, rest, -(start_us + n * HOUR_US + 7))
                for n, volume in enumerate(volumes)
            ]
        )


class Watch:
    """CPU and wall clock of a piece of work."""

    def __enter__(self) -> "Watch":
        self._cpu, self._wall = time.process_time(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu_s = time.process_time() - self._cpu
        self.wall_s = time.perf_counter() - self._wall


def show(what: str, figure: str, beside: str = "") -> None:
    print(f"{what:<58} {figure:>26}   {beside}", flush=True)


async def each_ms(work: Callable[[int], Awaitable[object]]) -> str:
    """Return the median CPU and wall clock of one query, in ms."""
    cpu, wall = [], []
    for n in range(REPEATS):
        with Watch() as watch:
            await work(n)
        cpu.append(watch.cpu_s * 1e3)
        wall.append(watch.wall_s * 1e3)
    return f"{statistics.median(cpu):.2f} ms CPU, {statistics.median(wall):.2f} wall"


async def per_entity(hub: LocalHub, until: datetime, state: str, beside: tuple[str, str]) -> None:
    """Show what one meter's questions cost."""
    hourly = Aggregation(("avg", "max"), parse_period("PT1H"), "PT1H")

    def question(n: int, **more: object) -> TemporalQuery:
        entity = f"urn:ngsi-ld:WaterMeter:{n * 37 % 1000}"
        return TemporalQuery(Query(ids=(entity,)), timerel="before", time_at=until, **more)  # type: ignore[arg-type]

    cost = await each_ms(lambda n: hub.evolution(question(n, last=20)))
    show(f"last 20 values of a meter, {state}", cost, beside[0])
    cost = await each_ms(lambda n: hub.evolution(question(n, aggregation=hourly)))
    show(f"hourly avg and max of a meter, {state}", cost, beside[1])


async def city_wide(hub: LocalHub, rows: int, state: str) -> None:
    """Show what a question across all meters costs."""
    with Watch() as watch:
        await ask(hub.store, HOURLY, Part(), lambda count: None)
    show(
        f"hourly avg and max of all meters, {state}",
        f"{watch.cpu_s / rows * 1e6:.2f} us CPU a row",
        f"{rows / watch.wall_s / 1e6:.1f} M rows/s wall",
    )


def limits(hub: LocalHub, rows: int, folder: Path) -> None:
    """Show what the engines alone need for the hourly question."""
    connection = apsw.Connection(str(hub.store.path), flags=apsw.SQLITE_OPEN_READONLY)
    with Watch() as watch:
        connection.execute(IN_SQLITE).fetchall()
    connection.close()
    show("  limit: plain SQLite over the hot rows", f"{watch.cpu_s / rows * 1e6:.2f} us CPU a row")
    path = folder / "bare.parquet"
    with duckdb.connect(config={"threads": "2"}) as bare:
        bare.execute(
            f"COPY (SELECT make_timestamp(range % 720 * {HOUR_US}) AS observed_at, "
            f"random() AS value FROM range({rows})) TO '{path}'"
        )
        with Watch() as watch:
            bare.execute(
                "SELECT date_trunc('hour', observed_at), avg(value), max(value) "
                f"FROM '{path}' GROUP BY 1"
            ).fetchall()
    show("  limit: DuckDB over two bare columns", f"{watch.cpu_s / rows * 1e6:.3f} us CPU a row")


async def run(folder: Path, meters: int, days: int) -> None:
    """Fill a hub, ask it, seal it, ask it again."""
    until = SINCE + timedelta(days=days)
    hub = LocalHub.open(folder / "city.db", ManualClock(until + timedelta(days=9)))
    rows = meters * days * 24
    try:
        for first in range(0, meters, 50):
            some = range(first, min(first + 50, meters))
            await hub.store.write(lambda tables, some=some: fill(tables, some, days * 24))  # type: ignore[misc]
        await hub.store.online_backup(folder / "size.db")
        hot_bytes = (folder / "size.db").stat().st_size
        show("rows", f"{rows:,}")
        show("hot", f"{hot_bytes / rows:.1f} bytes a row")
        await per_entity(hub, until, "hot", ("limit 0.012 ms (SQLite alone)", "limit 0.24 ms"))
        await city_wide(hub, rows, "hot")
        limits(hub, rows, folder)
        with Watch() as watch:
            written = await Sealing(hub.store).run(until)
        show(
            "sealing",
            f"{rows / watch.wall_s:,.0f} rows/s",
            f"{watch.cpu_s / rows * 1e6:.1f} us CPU a row; SQLite inserts at 5.9",
        )
        size = sum(one.bytes for one in written)
        show("sealed", f"{size / rows:.1f} bytes a row", f"{len(written)} files")
        await per_entity(hub, until, "sealed", ("DuckDB alone 2.4 ms", "DuckDB alone 12.4 ms"))
        await city_wide(hub, rows, "sealed")
        with Watch() as watch:
            await export(hub.store, folder / "x.parquet", "parquet", Part(), lambda count: None)
        show("export to Parquet", f"{rows / watch.wall_s / 1e6:.2f} M rows/s")
    finally:
        await hub.close()


def main() -> None:
    """Run with the numbers that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--meters", type=int, default=1_400)
    parser.add_argument("--days", type=int, default=31)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder), asked.meters, asked.days))


if __name__ == "__main__":
    main()
