"""Full validation of a day of a million meters: 24 million hours, sheets' bytes included.

    python benchmarks/water/validation/full.py [--meters 1000000] [--area 5000] [--rounds 3]

Each area's reads (registers on the hour, 1 % of them missing, planted faults in some meters) go
from columns as the hub gives them to the bytes of the day's sheet: clustering, all rules, gaps,
estimates, encoding. Making the reads up is not counted, nor is summing up the four weeks before
(told apart below). CPU seconds of one core; the field note's goal is 24 million values in 10 s.
"""

import argparse
import statistics
import time
from collections import Counter
from datetime import UTC, date, datetime

import numpy as np

from dalgu.kernel.ids import entity_id
from dalgu.services.water.validation.hours import Window
from dalgu.services.water.validation.registers import meter_reads
from dalgu.services.water.validation.rules import Check, load_rules
from dalgu.services.water.validation.sheet import Standing, encode
from dalgu.services.water.validation.validating import Ground, history_of, judge, sheet_of

GOAL_S = 10.0
MIDNIGHT_S = datetime(2026, 3, 1, 15, tzinfo=UTC).timestamp()
HOURS = np.arange(-1, 27)  # the job reads a little past both midnights
MISSING = 0.01
FAULTY = 0.002  # of the meters, for each fault


def area_reads(random, meters):
    """Columns of one area's reads with planted faults, and which meters report flow."""
    use_l = np.rint(random.gamma(0.6, 16, (meters, len(HOURS)))).astype(np.int64)
    register = random.integers(10**5, 9 * 10**6, meters)[:, None] + np.cumsum(use_l, axis=1)
    at_s = np.broadcast_to(MIDNIGHT_S + 3600.0 * HOURS, register.shape).copy()
    faulty = iter(random.permutation(meters).reshape(-1, max(1, int(FAULTY * meters)))[:9])
    register[next(faulty), 9] += 10**6  # one wild read
    register[next(faulty), 12] -= 60  # water that ran back
    register[next(faulty), 10:] -= 10**5  # another meter
    register[next(faulty), 11:] += 10**6  # more than the diameter passes
    rolled = next(faulty)
    register[rolled] += 10**7 - register[rolled, 15:16]
    register[rolled, 15:] -= 10**7
    register[next(faulty), 20:] += 700  # an hour far above
    still = next(faulty)
    register[still] = register[still, :1]
    at_s[next(faulty), -1] += 10**6  # dated ahead
    at_s[next(faulty), 14:] += 1800  # a clock that was set
    keep = random.random(register.shape) >= MISSING
    meter = np.broadcast_to(np.arange(meters)[:, None], register.shape)[keep]
    message = random.integers(1, 10**9, len(meter))
    flowing = np.zeros((meters, 1), bool)
    flowing[still] = True
    return (meter.astype(np.int64), at_s[keep], register[keep] / 1000, message), flowing


def validate_area(columns, parts, rules):
    meters, diameter, window, history, flowing, area = parts
    ground = Ground(meters, diameter, meter_reads(*columns), window, history, flowing)
    judged = judge(ground, MIDNIGHT_S + 3600.0 * 28, rules)
    sheet = sheet_of(area, date(2026, 3, 2), ground, judged, 0)
    return sheet, encode(sheet)


def one_round(meters, size, rules, seed):
    random = np.random.default_rng(seed)
    diameter = np.full(size, 15.0)
    history_l = np.rint(random.gamma(0.6, 16, (size, 672))).astype(np.int32)
    window = Window(MIDNIGHT_S, 1, 0, history_l)
    began = time.process_time()
    history = history_of(window)
    history_s = time.process_time() - began
    spent_s, size_b, standings, raised = 0.0, 0, Counter(), Counter()
    areas = meters // size
    for number in range(areas):
        columns, flowing = area_reads(random, size)
        ids = tuple(entity_id("WaterMeter", f"{number:04d}-{i:05d}") for i in range(size))
        area = entity_id("DistrictMeteredArea", f"{number:04d}")
        parts = ids, diameter, window, history, flowing, area
        began = time.process_time()
        sheet, body = validate_area(columns, parts, rules)
        spent_s += time.process_time() - began
        size_b += len(body)
        standings.update({one.name: sheet.count(one) for one in Standing})
        raised.update({one.name: int(((sheet.raised & one.bit) > 0).sum()) for one in Check})
    return spent_s, size_b, standings, raised, history_s * areas


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--meters", type=int, default=1_000_000)
    parser.add_argument("--area", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    rules = load_rules()
    one_round(2 * options.area, options.area, rules, 0)  # warm
    rounds = [
        one_round(options.meters, options.area, rules, seed) for seed in range(options.rounds)
    ]
    spent_s = statistics.median(one[0] for one in rounds)
    values = options.meters * 24
    _, size_b, standings, raised, history_s = rounds[-1]
    print(f"{values:,} hours of {options.meters:,} meters, areas of {options.area:,}")
    print(
        f"validated to sheets' bytes: {spent_s:.2f} s CPU (median of {options.rounds}; "
        f"{', '.join(f'{one[0]:.2f}' for one in rounds)}), {values / spent_s / 1e6:.1f} M hours/s; "
        f"goal {GOAL_S:.0f} s: {'met' if spent_s < GOAL_S else 'missed'}"
    )
    print(f"sheets: {size_b / 1e6:.1f} MB, {8 * size_b / values:.2f} bits an hour")
    print(f"not counted: summing up the four weeks before, {history_s:.2f} s CPU")
    print("hours: " + ", ".join(f"{name.lower()} {n:,}" for name, n in standings.items()))
    print("raised: " + ", ".join(f"{name.lower()} {n:,}" for name, n in raised.items() if n))


if __name__ == "__main__":
    main()
