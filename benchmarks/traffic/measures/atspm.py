"""Our performance measures beside package atspm, row for row, on its own sample of real events.

    python -m venv peer && peer/bin/pip install 'atspm==2.6.1' 'duckdb<1.5'
    python -m benchmarks.traffic.measures.atspm --peer peer/bin/python [--random SEED]

The peer runs in its own interpreter on the two hours of controller 1136 that it ships; then ours
runs on the same events. With `--random`, both get events of every code drawn by chance instead:
preemptions, transit priority, faults, alarms, silences and clock corrections, which the sample
does not hold. Whole numbers, names and times must be equal, other figures within 1e-6
of the larger (the peer keeps 32-bit floats). Returns 1 when a row differs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from benchmarks.traffic.measures.by_chance import draw
from benchmarks.traffic.measures.ours import MEASURES, Sample, columns_of

HERE = Path(__file__).parent
TOLERANCE = 1e-6


def told(row):
    """A row to be counted: numbers as the peer's floats can hold them."""
    return tuple(float(f"{value:.6g}") if isinstance(value, float) else value for value in row)


def close(one, other):
    """Whether two rows are the same within the tolerance."""
    return all(
        abs(a - b) <= TOLERANCE * max(1.0, abs(a), abs(b))
        if isinstance(a, float) and isinstance(b, float)
        else a == b
        for a, b in zip(one, other, strict=True)
    )


def compared(peer, ours):
    """How many rows are equal, and those of both that found no match."""
    keyed = sorted(peer, key=told), sorted(ours, key=told)
    left, right = (Counter(map(told, rows)) for rows in keyed)
    same = left & right
    rest = [
        [row for row in rows if not _taken(seen, told(row))]
        for rows, seen in zip(keyed, (same.copy(), same.copy()), strict=True)
    ]
    equal, lonely = sum(same.values()), []
    partners = defaultdict(list)  # by what must be the same exactly
    for row in rest[1]:
        partners[_exact(row)].append(row)
    for row in rest[0]:  # equal but rounded apart
        own = partners[_exact(row)]
        match = next((other for other in own if close(row, other)), None)
        if match is None:
            lonely.append(row)
            continue
        own.remove(match)
        equal += 1
    return equal, lonely, [row for own in partners.values() for row in own]


def _exact(row):
    return tuple(value for value in row if not isinstance(value, float))


def _taken(counter, row):
    taken = counter[row] > 0
    counter[row] -= taken
    return taken


def run_peer(peer, folder):
    """Run the package in its own interpreter; isolated, or it would import this very file."""
    subprocess.run([peer, "-I", str(HERE / "peer.py"), str(folder)], check=True)
    return json.loads((folder / "seconds.json").read_text())


def report(name, measure, folder, sample):
    """Compare one measure and print a line; returns how many rows differ."""
    started = time.perf_counter()
    table = measure.make(sample)
    seconds = time.perf_counter() - started
    peer = columns_of(folder / f"{name}.parquet", measure.columns)
    ours = list(zip(*(np.asarray(column).tolist() for column in table), strict=True))
    equal, only_peer, only_ours = compared(peer, ours)
    differing = max(len(only_peer), len(only_ours))
    return (len(peer), len(ours), equal, differing, seconds), only_peer[:3], only_ours[:3]


def main():
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", required=True, help="Python that has atspm 2.6.1")
    parser.add_argument("--show", action="store_true", help="print rows that differ")
    parser.add_argument("--random", type=int, help="seed of events drawn by chance")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept)
        if given.random is not None:
            draw(folder, np.random.default_rng(given.random))
        facts = run_peer(given.peer, folder)
        sample = Sample.read(folder)
        print(f"peer: {facts['versions']}, {len(sample.events)} distinct events")
        print("measure                       peer  ours  equal differ  peer s  ours s")
        total = Counter()
        for name, measure in MEASURES.items():
            figures, *rows = report(name, measure, folder, sample)
            theirs = facts["seconds"].get(name, float("nan"))
            print(
                f"{name:28}{figures[0]:6}{figures[1]:6}{figures[2]:7}{figures[3]:7}{theirs:8.3f}{figures[4]:8.3f}"
            )
            total.update(rows=figures[0], equal=figures[2], differing=figures[3])
            if given.show and figures[3]:
                print("   peer", rows[0], "\n   ours", rows[1])
    print(dict(total))
    return int(total["differing"] > 0)


if __name__ == "__main__":
    sys.exit(main())
