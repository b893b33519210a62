"""Sealing is killed, or its power cut, at random points: nothing may be lost or doubled.

    python -m benchmarks.history.kills --kills 100 --cuts 100 [--seed 1]

Two hubs are told the same. A process of its own seals the days of one of them, over and over, while
changes of sealed days go on beside it, and is ended by SIGKILL at a random instant. Then both must
remember the same. For the power cuts the store's file lies on the disk of
`benchmarks/reliability/disk.py`, which forgets what no sync has followed.
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.history.twins import NOW, Twins
from benchmarks.reliability.disk import LAYER, Disk, DiskLayer
from dalgu.hub.local import LocalHub
from dalgu.hub.sealing import Sealing
from dalgu.hub.sealing_plan import DAY
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.errors import DalguError
from dalgu.store.sqlite import Store

LIFE_S = 0.8  # of a sealing process, at most; most runs take less
CHANGES = 6  # between two kills, and as many beside the sealing
CUT_AFTER_STEPS = 150  # of the disk, at most
YOUNGEST_DAYS, OLDEST_DAYS = 8, 50  # ago: where a run stops
PER_LIFE = 25  # kills before the two begin anew: histories grow, and so does comparing them


async def seal_forever(path: Path, seed: int) -> None:
    """Seal to a random day again and again, until killed."""
    rng = np.random.default_rng(seed)
    store = Store.open(path)
    print("ready", flush=True)
    while True:
        await seal_once(store, rng)


async def seal_once(store: Store, rng: np.random.Generator) -> None:
    days = int(rng.integers(YOUNGEST_DAYS, OLDEST_DAYS))
    await Sealing(store).run(NOW.replace(hour=0) - days * DAY)


async def kill_once(twins: Twins, rng: np.random.Generator, totals: Counter[str]) -> None:
    await twins.tell(rng, CHANGES)
    command = [sys.executable, "-m", "benchmarks.history.kills", "--seal"]
    path = str(twins.sealed.store.path)
    sealing = await asyncio.create_subprocess_exec(
        *command, path, "--seed", str(rng.integers(2**31)), stdout=subprocess.PIPE
    )
    assert sealing.stdout is not None
    await sealing.stdout.readline()
    lasting = asyncio.create_task(asyncio.sleep(float(rng.uniform(0, LIFE_S))))
    while not lasting.done():
        await twins.tell(rng, 1)
        await asyncio.sleep(0)
    sealing.kill()
    await sealing.wait()
    await _judge(twins, totals)


async def _judge(twins: Twins, totals: Counter[str]) -> None:
    sealed, plain = await twins.everything()
    totals["kills"] += 1
    totals["damage"] += sealed != plain
    files = await twins.sealed.store.scan(lambda tables: tables.series.sealed.all())
    totals["half written"] += any(not file.is_durable for file in files)
    totals["half handed over"] += any(one.is_durable and not one.is_handed_over for one in files)


async def run_kills(folder: Path, kills: int, seed: int = 1) -> Counter[str]:
    """Return how many kills there were, where they hit, and how many did damage."""
    totals: Counter[str] = Counter()
    rng = np.random.default_rng(seed)
    while totals["kills"] < kills:
        life = folder / str(totals["kills"])
        life.mkdir()
        twins = Twins(life)
        try:
            for _ in range(min(PER_LIFE, kills - totals["kills"])):
                await kill_once(twins, rng, totals)
        finally:
            await twins.close()
    return totals


async def run_cuts(folder: Path, cuts: int, seed: int = 1) -> Counter[str]:
    """Return the same of power cuts."""
    totals: Counter[str] = Counter()
    rng = np.random.default_rng(seed)
    disk = Disk(rng)
    layer = DiskLayer(disk)
    twins = Twins(folder)
    try:
        for _ in range(cuts):
            await twins.tell(rng, CHANGES)
            await twins.sealed.close()
            path = folder / "sealed.db"
            disk.restart(int(rng.integers(1, CUT_AFTER_STEPS)))
            totals["cut off"] += await _ends_by_cut(path, rng)
            disk.lose()
            path.with_name(path.name + "-shm").unlink(missing_ok=True)
            twins.sealed = LocalHub.open(path, ManualClock(NOW))
            await _judge(twins, totals)
    finally:
        await twins.close()
    del layer
    return totals


async def _ends_by_cut(path: Path, rng: np.random.Generator) -> bool:
    """Seal on the disk that fails; return whether it did."""
    try:
        store = Store.open(path, vfs=LAYER, checkpoint_pages=30)
    except Exception:
        return True
    try:
        await seal_once(store, rng)
    except DalguError:
        return True
    finally:
        await store.close()
    return False


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--cuts", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seal", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.seal:
        asyncio.run(seal_forever(asked.seal, asked.seed))
    for name, run, times in (("SIGKILL", run_kills, asked.kills), ("power", run_cuts, asked.cuts)):
        with tempfile.TemporaryDirectory() as folder:
            totals = asyncio.run(run(Path(folder), times, asked.seed))
        print(name, ", ".join(f"{count} {what}" for what, count in totals.items()), flush=True)


if __name__ == "__main__":
    main()
