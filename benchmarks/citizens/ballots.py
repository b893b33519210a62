"""Secret ballots: tampering caught, ballots a second, recount, power cuts.

    python -m benchmarks.citizens.ballots [--tamperings 1000] [--cuts 200] [--seed 1]

The limits are the issue's: 1,000 tamperings all caught; 500 ballots in 5 s and none lost in a
power cut (the city's roundtable of 2014 sat 500 people).
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import apsw
import numpy as np

from benchmarks.citizens.ballot_tampering import TAMPERINGS, Case
from benchmarks.reliability.disk import LAYER, Disk, DiskLayer
from dalgu import cities
from dalgu.access.access import Access
from dalgu.access.actor import SYSTEM
from dalgu.access.logbook import Logbook
from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import SystemClock
from dalgu.kernel.errors import DalguError
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Ground
from dalgu.services.citizens.ballots.ballots import Ballots
from dalgu.services.citizens.ballots.box import Box
from dalgu.services.citizens.ballots.recount import recount
from dalgu.services.citizens.ballots.refusals import BallotCastTwice, RecountFailed
from dalgu.store.sqlite import Durability, Store

OPTIONS = ("강변", "숲", "호수", "광장", "정원")
BALLOTS, WITHIN_S = 500, 5.0
STEPS_UNTIL_CUT = 120  # of the disk, at most


def a_box(name: str) -> Box:
    return Box(name, Text("공원", "Parks"), "approval", OPTIONS, most=3)


def ballots_over(store: Store, folder: Path) -> Ballots:
    """Return the room over a store, its book folded."""
    clock = SystemClock()
    access = Access(store, clock, key_file=folder / "dalgu.key")
    book = Logbook(store, clock, access.book("citizens"))
    hub = LocalHub(store, clock)
    room = Ballots(
        Ground(hub, store, clock, access, cities.load("daegu"), Settings(), folder, book)
    )
    book.load()
    return room


def marks_of(chance: np.random.Generator) -> dict[str, int]:
    many = int(chance.integers(1, 4))
    return {str(one): 1 for one in chance.choice(OPTIONS, many, replace=False)}


async def fill(room: Ballots, box: str, many: int, chance: np.random.Generator) -> None:
    """Cast so many ballots and close the box."""
    await room.open(SYSTEM, a_box(box))
    tokens = [await room.token(box, f"voice {n}") for n in range(many)]
    await asyncio.gather(*(room.cast(box, token, marks_of(chance)) for token in tokens))
    await room.close(SYSTEM, box)


async def a_case(folder: Path, many: int, chance: np.random.Generator) -> Case:
    """Return two published boxes of one city."""
    store = Store.open(folder / "city.db", durability=Durability.OFF)
    room = ballots_over(store, folder)
    for box in ("parks", "roads"):
        await fill(room, box, many, chance)
    case = Case(await room.file("parks"), await room.file("roads"), room._signing)
    await store.close()
    return case


def caught(case: Case, tamperings: int, chance: np.random.Generator) -> dict[str, tuple[int, int]]:
    """Return how many of each kind of tampering there were, and how many the recount caught."""
    key = recount(case.file).signed_by
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    while tried.total() < tamperings:
        tamper = TAMPERINGS[tried.total() % len(TAMPERINGS)]
        changed = tamper(case, chance)
        if changed == case.file:  # two equal lines swapped, say: nothing was tampered with
            continue
        tried[tamper.__name__] += 1
        try:
            recount(changed, key)
        except RecountFailed:
            found[tamper.__name__] += 1
    return {kind: (many, found[kind]) for kind, many in tried.items()}


async def timed_casts(folder: Path, chance: np.random.Generator) -> tuple[float, float, float]:
    """Return seconds of tokens, of casts, and of blind tokens each, for 500 at once, synced."""
    store = Store.open(folder / "city.db")
    room = ballots_over(store, folder)
    await room.open(SYSTEM, a_box("parks"))
    begun = time.perf_counter()
    tokens = await asyncio.gather(*(room.token("parks", f"voice {n}") for n in range(BALLOTS)))
    drawn = time.perf_counter()
    await asyncio.gather(*(room.cast("parks", token, marks_of(chance)) for token in tokens))
    cast = time.perf_counter()
    blinded = [chance.bytes(255).rjust(256, b"\0") for _ in range(20)]
    await asyncio.gather(
        *(room.blind_token("parks", f"blind {n}", one) for n, one in enumerate(blinded))
    )
    each = (time.perf_counter() - cast) / len(blinded)
    assert room.count("parks") == BALLOTS
    await store.close()
    return drawn - begun, cast - drawn, each


class RunningClock:
    """A clock that moves on by a millisecond with each look."""

    def __init__(self) -> None:
        self.at = datetime.fromisoformat("2026-11-30T00:00:00+00:00")

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


async def _vote_until_the_cut(
    path: Path, disk: Disk, durability: Durability, said: dict[str, str], numbers: np.ndarray
) -> None:
    with contextlib.suppress(apsw.Error, DalguError):
        store = Store.open(path, durability=durability, vfs=LAYER, checkpoint_pages=60)
        try:
            room = ballots_over(store, path.parent)

            async def vote(number: int) -> None:
                with contextlib.suppress(apsw.Error, DalguError):
                    token = await room.token("parks", f"voice {number}")
                    receipt = await room.cast("parks", token, {OPTIONS[number % 5]: 1})
                    said[receipt.code] = token

            async with asyncio.TaskGroup() as group:
                for number in numbers:
                    group.create_task(vote(int(number)))
            disk.is_off = True
        finally:
            await store.close()


async def _damage(path: Path, said: dict[str, str]) -> Counter[str]:
    """Open the file with a plain layer: every promised ballot is there, and nothing is broken."""
    found: Counter[str] = Counter()
    store = Store.open(path)
    try:
        room = ballots_over(store, path.parent)
        rows = {code for code, _ in room._rows(store.read(), "parks")}
        found["lost"] = len(said.keys() - rows)
        found["miscounted"] = int(room.count("parks") != len(rows))
        for code in list(said)[:3]:  # a promised ballot cannot be cast again
            try:
                await room.cast("parks", said[code], {OPTIONS[0]: 1})
                found["cast again"] += 1
            except BallotCastTwice:
                continue
    except DalguError:
        found["broken"] += 1
    finally:
        await store.close()
    return +found


def power_cuts(
    folder: Path, cuts: int, durability: Durability = Durability.FULL, seed: int = 1
) -> Counter[str]:
    """Return how many ballots were acknowledged, and after how many cuts something was wrong."""
    chance = np.random.default_rng(seed)
    disk = Disk(chance)
    layer = DiskLayer(disk)
    totals: Counter[str] = Counter()
    path = folder / "city.db"

    async def prepare() -> None:
        store = Store.open(path)
        await ballots_over(store, folder).open(SYSTEM, a_box("parks"))
        await store.close()

    asyncio.run(prepare())
    said: dict[str, str] = {}
    for cut in range(cuts):
        disk.restart(int(chance.integers(20, STEPS_UNTIL_CUT)))
        before, numbers = len(said), np.arange(cut * 40, cut * 40 + 40)
        asyncio.run(_vote_until_the_cut(path, disk, durability, said, numbers))
        disk.lose()
        totals["acknowledged"] += len(said) - before
        totals["cut off"] += 40 - (len(said) - before)
        damage = asyncio.run(_damage(path, said))
        totals.update(f"cuts with {kind}" for kind in damage)
        if damage:
            break  # what is lost stays lost
    del layer
    return totals


def main() -> None:
    """Run all of it and print what came of it beside the limits."""
    parser = argparse.ArgumentParser(description="Tamper with ballots, cast them, cut the power.")
    parser.add_argument("--tamperings", type=int, default=1_000)
    parser.add_argument("--ballots", type=int, default=60)
    parser.add_argument("--cuts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    chance = np.random.default_rng(given.seed)
    with tempfile.TemporaryDirectory(prefix="ballots-") as name:
        folder = Path(name)
        for part in ("case", "casts", "cuts", "large"):
            (folder / part).mkdir()
        case = asyncio.run(a_case(folder / "case", given.ballots, chance))
        kinds = caught(case, given.tamperings, chance)
        for kind, (tried, found) in kinds.items():
            print(f"  {kind.replace('_', ' '):44}{found:5} of {tried}")
        tried, found = (sum(column) for column in zip(*kinds.values(), strict=True))
        print(f"tamperings caught by the recount      {found} of {tried}   (limit: all)")
        tokens_s, casts_s, blind_s = asyncio.run(timed_casts(folder / "casts", chance))
        print(f"{BALLOTS} tokens, synced                    {tokens_s:6.2f} s")
        print(
            f"{BALLOTS} ballots at once, synced           {casts_s:6.2f} s   (limit: {WITHIN_S} s)"
        )
        print(f"one blind signature, RSA 2048           {1_000 * blind_s:6.1f} ms")
        large = asyncio.run(a_case(folder / "large", 2_000, chance))
        begun = time.perf_counter()
        recount(large.file)
        print(f"recount of 2,000 ballots              {time.perf_counter() - begun:6.2f} s")
        totals = power_cuts(folder / "cuts", given.cuts, seed=given.seed)
        wrong = {kind: n for kind, n in totals.items() if kind.startswith("cuts with")}
        print(
            f"power cuts {given.cuts}: {totals['acknowledged']:,} ballots acknowledged, "
            f"{totals['cut off']:,} cut off, lost or damaged: {wrong or 'none'}   (limit: none)"
        )


if __name__ == "__main__":
    main()
