"""The economic score of BattLeDIM 2020, re-implemented from its rules.

    DALGU_TEST_DATA=<data> python -m benchmarks.water.leakage.battledim_score L-TOWN.inp [RESULTS]

A report (pipe, time) counts where a leak runs at that time and lies at most 300 m away along the
pipes, middle to middle. It is credited to the nearest leak not found so far: 0.80 euro for each
m³ that still leaks until the year is over, less 500 euro x distance / 300 m. A report whose
leaks are all found already counts nothing; one without a leak costs 500 euro (Vrachimis et al.
2022, JWRPM 148(12)). Test vector: PERFECT_TEAM.txt scores 523,153.82 euro, 23 found, none false.
"""

import argparse
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from dalgu.services.water.leakage.model import read_network
from dalgu.services.water.leakage.network import Floats, Network, link_distances_m

DATA = "water-battledim"
EURO_PER_M3 = 0.80
CREW_EURO = 500.0  # to dig where nothing leaks, or to walk 300 m
REACH_M = 300.0
STEP = timedelta(minutes=5)
START = datetime(2019, 1, 1)  # noqa: DTZ001 - the competition's naive local time
STAMP = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True)
class Truth:
    """One leak of 2019: `flow_m3h` shape (105120,), means of 5 minutes."""

    pipe: str
    start: datetime
    end: datetime
    flow_m3h: Floats


@dataclass(frozen=True, slots=True)
class Report:
    """A team's line: here it leaks, said at that time."""

    pipe: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """A leak that was found: by which report, how late, how far off, for how many euro."""

    truth: Truth
    report: Report
    delay: timedelta
    distance_m: float
    euro: float


@dataclass(frozen=True, slots=True)
class Score:
    """The sum, what was found, and what was dug in vain or said twice."""

    euro: float
    credits: tuple[Credit, ...]
    false: tuple[Report, ...]
    repeated: tuple[Report, ...]


def score(network: Network, truths: Sequence[Truth], reports: Sequence[Report]) -> Score:
    """Return the economic score of reports, taken in the order of their times."""
    distance = link_distances_m(network)
    found: dict[str, Credit] = {}
    false, repeated = [], []
    for report in sorted(reports, key=lambda r: r.at):
        from_here = distance[network.link(report.pipe)]
        near = [
            (float(from_here[network.link(truth.pipe)]), index)
            for index, truth in enumerate(truths)
            if truth.start <= report.at <= truth.end
        ]
        near = sorted(pair for pair in near if pair[0] <= REACH_M)
        new = [pair for pair in near if truths[pair[1]].pipe not in found]
        if new:
            metres, index = new[0]
            found[truths[index].pipe] = _credit(truths[index], report, metres)
        elif near:
            repeated.append(report)
        else:
            false.append(report)
    euro = sum(credit.euro for credit in found.values()) - CREW_EURO * len(false)
    return Score(euro, tuple(found.values()), tuple(false), tuple(repeated))


def _credit(truth: Truth, report: Report, metres: float) -> Credit:
    first = max(int((report.at - START) / STEP) - 1, 0)  # a stamp closes its five minutes
    saved_m3 = float(truth.flow_m3h[first:].sum()) / 12
    euro = EURO_PER_M3 * saved_m3 - CREW_EURO * metres / REACH_M
    return Credit(truth, report, report.at - truth.start, metres, euro)


def official_truths(folder: Path) -> list[Truth]:
    """Return the 23 leaks of 2019 from the data folder."""
    text = (folder / "dataset_configuration_evaluation.yalm").read_text()
    lines = re.findall(r"(?m)^- (p\d+), ([^,]+), ([^,]+),", text)
    with np.load(folder / "leak_flows_2019.npz", allow_pickle=False) as held:
        flows = held["a"].astype(np.float64) * 0.01
    lines.sort(key=lambda line: int(line[0][1:]))  # the series come in the order of pipe numbers
    return [
        Truth(pipe, _instant(start), _instant(end), flow)
        for (pipe, start, end), flow in zip(lines, flows.T, strict=True)
    ]


def read_reports(text: str) -> list[Report]:
    """Return the lines of a result file, `pipe, time`, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    pairs = [line.split(",", 1) for line in lines]
    return [Report(pipe.strip(), _instant(at)) for pipe, at in pairs]


def _instant(text: str) -> datetime:
    return datetime.strptime(text.strip(), STAMP)  # noqa: DTZ007 - naive, as START


def told(result: Score) -> str:
    """Return the score as lines to print: each leak with its delay, distance and worth."""
    lines = [
        f"  {c.truth.pipe:>5} by {c.report.pipe:>5}  {c.delay / timedelta(days=1):6.1f} d late"
        f"  {c.distance_m:5.0f} m off  {c.euro:11,.2f} euro"
        for c in result.credits
    ]
    false = ", ".join(f"{r.pipe} {r.at:{STAMP}}" for r in result.false) or "none"
    return "\n".join(
        [
            *lines,
            f"false: {false}; repeated: {len(result.repeated)}",
            f"economic score {result.euro:,.2f} euro, TP {len(result.credits)}, "
            f"FP {len(result.false)}",
        ]
    )


def main() -> None:
    """Score a result file, PERFECT_TEAM.txt where none is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inp", type=Path)
    parser.add_argument("results", type=Path, nargs="?")
    asked = parser.parse_args()
    folder = Path(os.environ["DALGU_TEST_DATA"]) / DATA
    reports = read_reports((asked.results or folder / "PERFECT_TEAM.txt").read_text())
    network = read_network(asked.inp.read_bytes())
    print(told(score(network, official_truths(folder), reports)))


if __name__ == "__main__":
    main()
