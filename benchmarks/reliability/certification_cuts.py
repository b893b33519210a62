"""The power is cut under the certification: rounds, registers, assessments.

    python -m benchmarks.reliability.certification_cuts --cuts 1000 [--durability FULL] [--seed 1]

Each of the three is played on the unreliable disk of `disk.py`, with plain files on it, too
(`files.py`): `round_cuts.py`, `register_cuts.py` and `assessment_cuts.py` say what is held to what.
"""

import argparse
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import numpy as np

from benchmarks.reliability import assessment_cuts, register_cuts, round_cuts
from benchmarks.reliability.disk import Disk, DiskLayer
from benchmarks.reliability.power_cuts import damage_of
from dalgu.store.sqlite import Durability

CUTS_PER_FILE = 12  # a file grows old over several cuts, then a new one begins


class Life(Protocol):
    """One file, or folder of files, that is cut from power again and again."""

    def cut(self, disk: Disk, durability: Durability) -> Counter[str]:
        """Live until the power goes; return what is damaged, and what was acknowledged."""
        ...


LIVES: dict[str, tuple[Callable[[Path], Iterator[Life]], int]] = {
    "round": (round_cuts.rounds, 400),
    "register": (register_cuts.fillings, 500),
    "assessment": (assessment_cuts.cities, 300),
}
"""What is cut, and after how many steps of the disk at most."""


def run_cuts(
    folder: Path, what: str, cuts: int, durability: Durability = Durability.FULL, seed: int = 1
) -> Counter[str]:
    """Return how many cuts ended with each kind of damage, and what was acknowledged."""
    rng = np.random.default_rng(seed)
    disk = Disk(rng)
    layer = DiskLayer(disk)
    make, steps = LIVES[what]
    files = make(folder)
    life, age = next(files), 0
    totals: Counter[str] = Counter()
    for _ in range(cuts):
        disk.restart(int(rng.integers(1, steps)))
        found = life.cut(disk, durability)
        totals["acknowledged"] += found.pop("acknowledged", 0)
        totals.update(f"cuts with {kind}" for kind in found)
        age += 1
        is_over = getattr(life, "is_over", age == CUTS_PER_FILE)
        totals["played to the end"] += is_over
        if found or is_over:  # what is lost stays lost: go on with a new one
            life, age = next(files), 0
    del layer
    return totals


def main() -> None:
    """Run a campaign and print what came of it."""
    parser = argparse.ArgumentParser(description="Cut the power under the certification.")
    parser.add_argument("--cuts", type=int, default=1_000, help="of each of the three")
    parser.add_argument("--durability", type=Durability, default=Durability.FULL)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    logging.getLogger("dalgu").setLevel(logging.CRITICAL)  # each refusal is logged, as it should
    for what in LIVES:
        begun = time.perf_counter()
        with tempfile.TemporaryDirectory(prefix=f"{what}-cuts-") as folder:
            totals = run_cuts(Path(folder), what, given.cuts, given.durability, given.seed)
        passed_s = time.perf_counter() - begun
        print(f"{what}: {given.cuts:,} cuts, synchronous {given.durability}, {passed_s:,.0f} s")
        for kind, count in sorted(totals.items()):
            print(f"  {kind:46}{count:10,}")
        if not damage_of(totals):
            print("  nothing lost, nothing damaged", flush=True)


if __name__ == "__main__":
    main()
