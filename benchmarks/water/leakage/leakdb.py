"""Leak detection on LeakDB's Hanoi network: 500 generated years, published rows beside ours.

    python -m benchmarks.water.leakage.leakdb <folder of LeakDB> <leakdb_data.py> \\
        [--scenarios N] [--cache FOLDER] [--fresh]

The folder holds Hanoi_CMH.inp, weekPat_30min.mat and yearOffset_30min.mat of
KIOS-Research/LeakDB (EUPL-1.2); `leakdb_data.py` is in the PyPI packages epyt-flow and
water-benchmark-hub. How the years are generated, and the two readings of an incipient leak:
`leakdb_scenarios.py`. Two minutes of CPU for each reading; `--cache` keeps them.

Ours sees the inflow alone. What is known before: the base demands of the public network and
the week and season in the middle of the generator's rules (`SEASON_KNOWN`); a second row
learns the week from the inflow and knows no season. Parameters were fixed on years drawn with
other seeds and other leaks (`--fresh` prints those). Both the published rule and ours say a
day's label by that day's inflow; `strictly online` labels each step by what came before it:
the belief of yesterday, and the sum within the day. Scores: Vrachimis et al., *LeakDB*, WDSA / CCWI
2018: true positives and negatives, F1, early detection with the paper's constant (6) and the
repository's (5); both extend a leak by 5 hours, which are 10 steps.
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.water.leakage.leakdb_scenarios import (
    STEPS,
    STEPS_A_DAY,
    AfterPeak,
    Rules,
    fresh_leaks,
    official_leaks,
)
from dalgu.services.water.leakage.inflow.assessment import assess_inflow
from dalgu.services.water.leakage.inflow.bursts import is_leaking_now
from dalgu.services.water.leakage.inflow.history import LEARNED, SEASON_KNOWN, InflowHistory
from dalgu.services.water.leakage.inflow.night_flow import exceeds_night_flow, minimum_night_flow

SEED = 2018
FRESH_SEED = 99
EXTENSION_STEPS = 10
PERSISTENCE = 0.75
PUBLISHED = {
    0.1: (68.98, 66.96, 50.01, 45.88),
    0.2: (39.90, 99.58, 56.49, 32.35),
    0.3: (32.87, 99.91, 49.36, 26.80),
}


def early_detection(label, found, constant):
    """Score of early detection, %, over all stretches of leak in all scenarios."""
    scores = []
    for truth, said in zip(label, found, strict=True):
        change = np.diff(truth.astype(int), prepend=0)
        ends = np.append(np.flatnonzero(change == -1), STEPS) - 1
        for start in np.flatnonzero(change == 1):
            end = ends[ends >= start][0]
            window = min(end + EXTENSION_STEPS, STEPS - 1) - start
            scores.append(early(said[start : start + window + 1], window, constant))
    return 100 * np.mean(scores)


def early(said, window, constant):
    if not said.any():
        return 0.0
    first = said.argmax()
    if said[first:].mean() <= PERSISTENCE:
        return 0.0
    return 2 / (1 + np.exp(constant / window * first))


def scores(label, found):
    """RTP, RTN, F1, SED with the paper's constant and with the repository's, %."""
    hit, false = np.sum(label & found), np.sum(~label & found)
    missed, quiet = np.sum(label & ~found), np.sum(~label & ~found)
    return (
        100 * hit / (hit + missed),
        100 * quiet / (quiet + false),
        200 * hit / (2 * hit + false + missed),
        early_detection(label, found, 6),
        early_detection(label, found, 5),
    )


def line(name, values, note=""):
    return f"{name:<40}" + "".join(f"{value:8.2f}" for value in values) + note


def by_day(found):
    return np.repeat(found, STEPS_A_DAY, axis=1)


def generated(rules, leaks_of, names, seed, after_peak):
    rows = []
    for name in names:
        random = np.random.default_rng([seed, name])
        rows.append(rules.scenario(random, leaks_of(name, random), after_peak))
    inflow, label, leaking = zip(*rows, strict=True)
    return np.array(inflow, dtype=np.float32), np.array(label), np.array(leaking)


def kept(cache, name, make):
    """What `make` gives, from the cache where it is there."""
    if cache is None:
        return make()
    path = Path(cache) / f"{name}.npz"
    if not path.exists():
        inflow, label, leaking = make()
        np.savez_compressed(path, inflow=inflow, label=label, leaking=leaking)
    with np.load(path) as stored:
        return stored["inflow"], stored["label"], stored["leaking"]


def ours(inflow, expected, prior):
    """Labels of the steps, by the whole day as the rule gives them, and by the step alone."""
    days = inflow.astype(float).reshape(len(inflow), -1, STEPS_A_DAY)
    if expected is not None:
        expected = np.broadcast_to(expected.reshape(days.shape[1:]), days.shape)
    found = assess_inflow(InflowHistory(days, expected, prior))
    now = is_leaking_now(found.is_leaking, found.within_day)
    return by_day(found.is_leaking), now.reshape(len(days), -1)


def print_rows(inflow, label, expected, leaking):
    night = minimum_night_flow(inflow.reshape(len(inflow), -1, STEPS_A_DAY).astype(float))
    for share, published in PUBLISHED.items():
        found = np.array([exceeds_night_flow(row, share=share) for row in night])
        print(line(f"night-flow rule {share:.0%}", scores(label, by_day(found))))
        print(line("  published", published))
    for name, demand, prior in (
        ("ours, week and season known", expected, SEASON_KNOWN),
        ("ours, nothing known", None, LEARNED),
    ):
        whole_day, step = ours(inflow, demand, prior)
        print(line(name, scores(label, whole_day)))
        print(line("  strictly online", scores(label, step)))
    print(line("a detector that sees the leak itself", scores(label, leaking)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="Hanoi_CMH.inp and the two pattern files")
    parser.add_argument("leaks", help="leakdb_data.py")
    parser.add_argument("--scenarios", type=int, default=500)
    parser.add_argument("--cache", help="folder for the generated years")
    parser.add_argument("--fresh", action="store_true", help="the years of the parameters instead")
    chosen = parser.parse_args()
    rules, official = Rules(chosen.folder), official_leaks(chosen.leaks)
    seed = FRESH_SEED if chosen.fresh else SEED
    names = range(1, chosen.scenarios + 1)

    def leaks_of(name, random):
        return fresh_leaks(random) if chosen.fresh else official.get(name, [])

    for reading in AfterPeak:
        kind = f"{reading.name.lower()}-{seed}-{chosen.scenarios}"
        inflow, label, leaking = kept(
            chosen.cache, kind, lambda r=reading: generated(rules, leaks_of, names, seed, r)
        )
        print(f"\n{chosen.scenarios} scenarios, an incipient leak {reading}")
        print(f"{'':<40}{'RTP':>8}{'RTN':>8}{'F1':>8}{'SED 6':>8}{'SED 5':>8}")
        print_rows(inflow, label, rules.expected_m3h(), leaking)


if __name__ == "__main__":
    main()
