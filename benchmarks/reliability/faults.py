"""The disk fills up or fails while clients write: nothing acknowledged is lost, and work goes on.

    python -m benchmarks.reliability.faults --faults 2000 [--seed 1]

Each time one kind of step (open, read, write, truncate, sync) fails from a random moment on, as a
full disk or an I/O error. Clients must be answered with a problem that names the mend, not with a
bare failure; once the cause is gone the same process must take writes again without a restart;
and at the end everything that was acknowledged is there, as after a power cut.
"""

import argparse
import asyncio
import logging
import tempfile
import time
from collections import Counter
from pathlib import Path

import apsw
import msgspec
import numpy as np

from benchmarks.reliability.clients import Client, values_of
from benchmarks.reliability.disk import LAYER, Disk, DiskLayer, Fault
from benchmarks.reliability.power_cuts import REQUESTS, Hub, Life, damage_of, lives, opened
from dalgu.store.errors import StoreFailed

KINDS: tuple[tuple[str, type[apsw.Error]], ...] = (
    ("write", apsw.FullError),
    ("write", apsw.IOError),
    ("sync", apsw.IOError),
    ("read", apsw.IOError),
    ("truncate", apsw.IOError),
    ("open", apsw.CantOpenError),
)
STEPS_BEFORE = 300  # of the kind that still succeed, at most
ROUNDS = 3  # of writing in one life: a fault falls into one of them
TRIES_AFTER = 3  # a page that could not be read may still be in the way of the first one


async def live_through_a_fault(life: Life, disk: Disk, fault: Fault) -> Counter[str]:
    """Let the clients write while the disk fails; return what they were answered."""
    found: Counter[str] = Counter()
    try:
        async with opened(life.path, life.told, life.clock, vfs=LAYER) as hub:
            disk.fault = fault
            for _ in range(ROUNDS):
                for client in life.clients:
                    await _write(hub, client, found)
            disk.fault = None
            for client in life.clients:
                await _settle(hub, client)
                found["refused after the cause was gone"] += not await _writes_again(hub, client)
    except StoreFailed as refusal:  # the store could not even be opened, and says so
        found["not opened"] += 1
        found["without a mend"] += refusal.mend not in refusal.detail
    finally:
        disk.fault = None
    return found


async def _write(hub: Hub, client: Client, found: Counter[str]) -> None:
    for _ in range(REQUESTS // ROUNDS):
        if client.doubtful is not None:
            return
        request = client.next()
        client.doubtful = request
        status, body = await hub.answer(request.method, request.path, request.body)
        if status < 300:
            client.keep(request)
            continue
        found["refused"] += 1
        found["bare failures"] += not _names_the_mend(status, body)


def _names_the_mend(status: int, body: bytes) -> bool:
    if status not in (500, 503, 507):
        return False
    problem = msgspec.json.decode(body)
    mends = {kind.mend for kind in (StoreFailed, *StoreFailed.__subclasses__())}
    return any(mend in problem["detail"] for mend in mends)


async def _settle(hub: Hub, client: Client) -> None:
    """Find out what became of the request that was not acknowledged: all of it, or nothing."""
    doubtful = client.doubtful
    if doubtful is None:
        return
    for entity in doubtful.makes:
        for _ in range(TRIES_AFTER):
            status, body = await hub.answer("GET", f"/entities/{entity}")
            if status in (200, 404):
                break
        found = values_of(msgspec.json.decode(body)) if status == 200 else None
        if found in client.allowed(entity):
            client.settle(entity, found)
    if doubtful.record is not None:
        client.records[doubtful.record[0]] = await hub.ask("GET", doubtful.record[0]) == 200
    client.doubtful = None


async def _writes_again(hub: Hub, client: Client) -> bool:
    for _ in range(TRIES_AFTER):
        request = client.next()
        client.doubtful = request
        if await hub.ask(request.method, request.path, request.body) < 300:
            client.keep(request)
            return True
        await _settle(hub, client)
    return False


def run_faults(folder: Path, faults: int, seed: int = 1) -> Counter[str]:
    """Return how often the clients were refused, and how often something was not as it must be."""
    rng = np.random.default_rng(seed)
    disk = Disk(rng)
    layer = DiskLayer(disk)
    totals: Counter[str] = Counter()
    files = lives(folder, rng)
    life = next(files)
    for number in range(faults):
        step, error = KINDS[number % len(KINDS)]
        fault = Fault(step, error, int(rng.integers(STEPS_BEFORE)), int(rng.integers(1, 200)))
        totals.update(asyncio.run(live_through_a_fault(life, disk, fault)))
        damage = life.damage()
        totals.update(f"cuts with {kind}" for kind in damage)
        if damage or number % 10 == 9:
            totals["acknowledged"] += sum(client.acknowledged for client in life.clients)
            for left in folder.glob(life.path.name + "*"):
                left.unlink()
            life = next(files)
    totals["acknowledged"] += sum(client.acknowledged for client in life.clients)
    del layer
    return +totals


def main() -> None:
    """Run a campaign and print what came of it."""
    parser = argparse.ArgumentParser(description="Let the disk fail while clients write.")
    parser.add_argument("--faults", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.getLogger("dalgu").setLevel(logging.CRITICAL)  # each refusal is logged, as it should
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        totals = run_faults(Path(folder), given.faults, given.seed)
    print(f"{given.faults:,} faults, {time.perf_counter() - begun:,.0f} s")
    for kind, count in sorted(totals.items()):
        print(f"  {kind:34}{count:10,}")
    if not damage_of(totals):
        print("  nothing lost, nothing damaged")


if __name__ == "__main__":
    main()
