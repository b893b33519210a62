"""Our forecast of Los-loop beside T-GCN's, and how often the intervals held.

    DALGU_TEST_DATA=<folder of the test data> python -m benchmarks.traffic.forecast.run
    … --tgcn FILE …   also the figures that `tgcn.py` wrote
    … --seeds 5 --dead 0.05 0.2

Settings were chosen on the last fifth of the training part, before any figure of the test part
was seen. Intervals are tracked as they would be live: a forecast moves them when its hour has
come, never before. `--dead` hides a share of the sensors over the whole test part; their truth
is still scored.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np

from benchmarks.traffic.forecast.losloop import (
    BLOCKS,
    EVERY_STEP_MIN,
    KMH_PER_MPH,
    PAPER,
    block_errors,
    load,
)
from dalgu.services.traffic.prediction.naive import weekly_profile
from dalgu.services.traffic.prediction.replay import guesses_of, replay, truth_of
from dalgu.services.traffic.prediction.training import train


def judge(model, data, hidden=None):
    """Replay the test part; return errors by block, and coverage and width by level and block."""
    told, whole = (
        data.history(len(data.speed_mph), hidden=hidden),
        data.history(len(data.speed_mph)),
    )
    longest = data.ends(min(BLOCKS))
    forecast, _ = replay(model, told, longest)
    truth = truth_of(whole, model, longest)
    errors, coverage, width = {}, {}, {}
    for block in BLOCKS:
        moments = slice(0, len(data.ends(block)))
        middle, came = forecast.middle[moments, 0], truth[moments, 0]
        errors[block] = np.array(block_errors(middle, came, block)) / KMH_PER_MPH
        low, high = forecast.low[:, moments, 0], forecast.high[:, moments, 0]
        within = (came >= low) & (came <= high)
        coverage[block] = within[..., :block].mean(axis=(1, 2, 3))
        width[block] = (high - low)[..., :block].mean(axis=(1, 2, 3)) / KMH_PER_MPH
    return errors, coverage, width


def naive(model, data):
    """Return the errors of the last value and of the profile of the training part."""
    whole = data.history(len(data.speed_mph))
    profile = weekly_profile(whole.part(0, data.split))
    found = {}
    for block in BLOCKS:
        ends = data.ends(block)
        truth, guesses = truth_of(whole, model, ends), guesses_of(whole, profile, model, ends)
        for name, guess in (
            ("last value", guesses.last_value),
            ("profile", guesses.weekly_profile),
        ):
            pair = block_errors(guess[:, 0], truth[:, 0], block)
            found.setdefault(name, {})[block] = np.array(pair) / KMH_PER_MPH
    return found


def rerun(path):
    """Return the last and the best figures of a re-run of T-GCN, by seed and block."""
    found = {}
    for line in Path(path).read_text().splitlines():
        one = json.loads(line)
        key = (one["seed"], one["pre"])
        last = (one["rmse"], one["mae"], one["epoch"])
        best = min(found.get(key, (last, last))[1], last, key=lambda pair: pair[1])
        found[key] = (last, best)
    return found


def line(name, by_block):
    cells = [f"{by_block[block][0]:6.2f} / {by_block[block][1]:.3f}" for block in BLOCKS]
    print(f"{name:34}" + "".join(f"{cell:>16}" for cell in cells), flush=True)


def print_rerun(path):
    found = rerun(path)
    for seed in sorted({seed for seed, _ in found}):
        for row, name in enumerate(("last", "best on the test part")):
            of = {block: found[seed, block][row] for block in BLOCKS if (seed, block) in found}
            if len(of) == len(BLOCKS):
                epochs = "/".join(str(of[block][2]) for block in BLOCKS)
                line(f"T-GCN, its code, {name}", of)
                print(f"{'':4}seed {seed}, epochs {epochs}")


def dead_sensors(data, share, rng):
    """Return which steps of which sensors are hidden in the test part."""
    steps, sensors = data.speed_mph.shape
    hidden = np.zeros((steps, sensors), dtype=bool)
    dead = rng.permutation(sensors)[: round(share * sensors)]
    hidden[data.split :, dead] = True
    return hidden


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--tgcn")
    parser.add_argument("--dead", type=float, nargs="*", default=[])
    options = parser.parse_args()
    data = load()
    print("Los-loop, test part, RMSE / MAE in mph over blocks of")
    print(f"{'':34}" + "".join(f"{5 * block:>12} min" for block in BLOCKS))
    line("T-GCN, paper", PAPER)
    if options.tgcn:
        print_rerun(options.tgcn)
    runs = []
    for seed in range(options.seeds):
        begun = time.process_time()
        model = train(data.history(data.split), EVERY_STEP_MIN, seed=seed)
        took = time.process_time() - begun
        if seed == 0:
            for name, of in naive(model, data).items():
                line(name, of)
        runs.append(judge(model, data))
        line(f"ours, seed {seed} ({took:.0f} CPU s)", runs[-1][0])
        for share in options.dead:
            hidden = dead_sensors(data, share, np.random.default_rng(seed))
            line(f"  {share:.0%} of sensors dead", judge(model, data, hidden)[0])
    report(runs)


def report(runs):
    """Print mean and standard deviation over the seeds, and the intervals."""
    errors = {block: np.array([one[0][block] for one in runs]) for block in BLOCKS}
    line("ours, mean", {block: errors[block].mean(axis=0) for block in BLOCKS})
    line("ours, sd", {block: errors[block].std(axis=0, ddof=1) for block in BLOCKS})
    gains = {block: 1 - errors[block].mean(axis=0) / np.array(PAPER[block]) for block in BLOCKS}
    line("lower than the paper's T-GCN by", gains)
    for level, name in enumerate(("80 %", "95 %")):
        held = {block: np.array([one[1][block][level] for one in runs]) for block in BLOCKS}
        wide = {block: np.mean([one[2][block][level] for one in runs]) for block in BLOCKS}
        cells = [f"{held[block].mean():.3f} ±{held[block].std():.3f}" for block in BLOCKS]
        print(f"{name + ' interval held':34}" + "".join(f"{cell:>16}" for cell in cells))
        print(f"{'mean width, mph':34}" + "".join(f"{wide[block]:>16.2f}" for block in BLOCKS))


if __name__ == "__main__":
    main()
