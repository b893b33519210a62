"""Leakage of L-TOWN in 2019 from its genuine inflow and tank level alone.

    DALGU_TEST_DATA=<folder of the test data> \\
        python -m benchmarks.water.leakage.genuine_flows <L-TOWN.inp> [--years N]

Data: BattLeDIM 2020 (Vrachimis et al., Zenodo 4017659, CC BY 4.0), SCADA flows and level of
2019 and the official leak flows as truth. `L-TOWN.inp` is inside the PyPI package `epyt`
(networks/L-TOWN.inp). Prior knowledge: the week of demand in that public model and its level;
no flow of 2018, no truth of 2019. The parameters (`WEEK_KNOWN`) were fixed on generated years
(`synthetic_years.py`), whose figures are printed first.

Figures: mean absolute error of each day's leakage as known at its end; how many of the 19
leaks that began in the year have a change dated within seven days of their start, and how many
were told within seven days; changes upward that belong to no leak. A row of its own shows the
same year looked at afterwards, from both ends. There is no published figure on this track; the
classical night-flow rule is printed beside.
"""

import argparse
import gzip
import os
from pathlib import Path

import numpy as np

from benchmarks.water.leakage import synthetic_years
from dalgu.services.water.leakage.inflow.assessment import assess_inflow
from dalgu.services.water.leakage.inflow.history import WEEK_KNOWN, InflowHistory, net_inflow
from dalgu.services.water.leakage.inflow.night_flow import exceeds_night_flow, minimum_night_flow

TANK_AREA_M2 = np.pi * 8.0**2  # T1 of L-TOWN.inp: diameter 16 m
NEAR_DAYS = 7.0
GOALS = "goal: MAE at most 5 m3/h, at least 12 of 19 starts within 7 days, at most 4 false alarms"


def nominal_week_m3h(path):
    """Hourly demand of the model's one week, m³/h, shape (168,)."""
    section, patterns, demands = "", {}, []
    for line in Path(path).read_text().splitlines():
        words = line.split(";")[0].split()
        if words and words[0].startswith("["):
            section = words[0]
        elif words and section == "[PATTERNS]":
            patterns.setdefault(words[0], []).extend(map(float, words[1:]))
        elif words and section == "[DEMANDS]":
            demands.append((float(words[1]), words[2]))
    total = np.zeros(2016)
    for base, pattern in demands:
        total += base * np.resize(patterns[pattern], 2016)
    return total.reshape(168, 12).mean(axis=1)


def table(path):
    with gzip.open(path, "rt") as lines:
        next(lines)
        return np.array(
            [[float(v.replace(",", ".")) for v in line.strip().split(";")[1:]] for line in lines]
        )


def genuine_year(folder):
    """Net inflow and true leakage by the hour, and the starts in days."""
    flows, level = table(folder / "2019_Flows.csv.gz"), table(folder / "2019_Levels.csv.gz")
    supply = flows[:, 0] + flows[:, 1]  # p227 and p235; PUMP_1 fills the tank from the network
    net = net_inflow(supply, level[:, 0], tank_area_m2=TANK_AREA_M2, step_s=300)
    truth = np.load(folder / "leak_flows_2019.npz")["a"].sum(axis=1) * 0.01
    by_hour = (net.reshape(-1, 12).mean(axis=1), truth.reshape(-1, 12).mean(axis=1))
    return *by_hour, starts_2019(folder / "dataset_configuration_evaluation.yalm")


def starts_2019(path):
    lines = [
        line for line in path.read_text().splitlines() if line.count(",") == 5 and "- p" in line
    ]
    begins = [np.datetime64(line.split(",")[1].strip()) for line in lines]
    days = [(b - np.datetime64("2019-01-01")) / np.timedelta64(1, "D") for b in begins]
    return sorted(day for day in days if day > 0.5)


def assessed(inflow, week):
    days = inflow.reshape(len(inflow), -1, 24)
    expected = np.broadcast_to(np.resize(week, days.shape[1:]), days.shape)
    return assess_inflow(InflowHistory(days, np.ascontiguousarray(expected), WEEK_KNOWN))


def matched(starts, changes):
    """Each start with the nearest change not yet taken, and the changes that are left over."""
    left, found = list(changes), []
    for start in starts:
        near = [c for c in left if abs(c.began_day + 0.5 - start) <= NEAR_DAYS + 0.5]
        if near:
            best = min(near, key=lambda c, start=start: abs(c.began_day - start))
            left.remove(best)
            found.append((start, best))
    return found, left


def figures(assessment, district, leakage, starts):
    error = assessment.leakage_m3d[district] / 24 - leakage.reshape(-1, 24).mean(axis=1)
    ups = [c for c in assessment.starts if c.district == district]
    found, left = matched(starts, ups)
    told = sum(change.told_day - start <= NEAR_DAYS for start, change in found)
    return np.array([abs(error).mean(), error.mean(), len(found), told, len(starts), len(left)])


def line(name, values):
    mae, bias, dated, told, of, false = values
    return f"{name:<34}{mae:>9.2f}{bias:>8.2f}{dated:>9.1f}{told:>9.1f}{of:>7.1f}{false:>9.1f}"


def seen_from_both_ends(inflow, week, forward):
    """Leakage with hindsight: the year forward and backward, weighted by their variances."""
    # the first hour of the reversed week is the last hour of the year
    backward_week = np.resize(week, inflow.shape[1])[::-1][: len(week)]
    backward = assessed(inflow[:, ::-1], backward_week)
    there, back = (a.leakage_sd_m3d[0] ** -2.0 for a in (forward, backward))
    back = back[::-1]
    both = forward.leakage_m3d[0] * there + backward.leakage_m3d[0][::-1] * back
    return both / (there + back)


def night_flow_line(inflow, starts):
    """The classical rule: its onsets are its alarms; it knows no volume."""
    suspected = exceeds_night_flow(minimum_night_flow(inflow.reshape(-1, 24)), share=0.1)
    onsets = np.flatnonzero(np.diff(suspected.astype(int), prepend=0) == 1)
    left, found = list(onsets), 0
    for start in starts:
        near = [day for day in left if -1 <= day - start <= NEAR_DAYS]
        found += bool(near)
        left = [day for day in left if day not in near[:1]]
    name = "night-flow rule, 10 %"
    return f"{name:<34}{'-':>9}{'-':>8}{found:>9}{found:>9}{len(starts):>7}{len(left):>9}"


def print_generated(week, count):
    years = [synthetic_years.year(np.random.default_rng([5, n]), week) for n in range(count)]
    result = assessed(np.array([inflow for inflow, _, _ in years]), week)
    rows = [figures(result, n, leakage, starts) for n, (_, leakage, starts) in enumerate(years)]
    print(line(f"generated, mean of {count}", np.mean(rows, axis=0)))
    cover = [
        np.mean(
            abs(result.leakage_m3d[n] / 24 - leakage.reshape(-1, 24).mean(axis=1))
            <= 1.645 * result.leakage_sd_m3d[n] / 24
        )
        for n, (_, leakage, _) in enumerate(years)
    ]
    print(f"  within the 90 % interval: {np.mean(cover):.0%}")


def print_genuine(week, folder):
    inflow, leakage, starts = genuine_year(folder)
    result = assessed(inflow[None], week)
    print(line("genuine 2019, online", figures(result, 0, leakage, starts)))
    print(night_flow_line(inflow, starts))
    daily = leakage.reshape(-1, 24).mean(axis=1)
    hindsight = seen_from_both_ends(inflow[None], week, result) / 24
    print(
        f"{'genuine 2019, with hindsight':<34}{abs(hindsight - daily).mean():>9.2f}"
        f"{(hindsight - daily).mean():>8.2f}"
    )
    found, left = matched(starts, result.starts)
    print(
        "found: " + ", ".join(f"{s:.0f} (dated {c.began_day}, told {c.told_day})" for s, c in found)
    )
    print("false: " + ", ".join(f"{c.began_day} ({c.step_m3h:+.1f} m3/h)" for c in left))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="L-TOWN.inp")
    parser.add_argument("--years", type=int, default=24, help="generated years")
    chosen = parser.parse_args()
    week = nominal_week_m3h(chosen.model)
    print(GOALS)
    print(
        f"{'':<34}{'MAE m3/h':>9}{'bias':>8}{'dated 7d':>9}{'told 7d':>9}{'leaks':>7}{'false':>9}"
    )
    print_generated(week, chosen.years)
    print_genuine(week, Path(os.environ["DALGU_TEST_DATA"]) / "water-battledim")


if __name__ == "__main__":
    main()
