"""256 signals on SUMO 1.28 at 10,000 vehicles an hour: every controller, and when things go wrong.

    pip install eclipse-sumo==1.28.0 libsumo==1.28.0 sumolib==1.28.0
    python -m benchmarks.traffic.district.run [results.jsonl] [--table]

A 16 x 16 grid of 200 m blocks, two lanes and a turn lane an approach, 15 minutes of departures;
the run ends when all have arrived, or half an hour after the last departure. Delay is the mean of
SUMO's timeLoss + departDelay over all due, those not inserted included. What is in the file already
is not run again. SUMO's own programs were tried with several settings; the best is used.
"""

import argparse
import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.traffic.district.episode import Case

ACTUATED_TRIED: tuple[dict[str, float], ...] = ({}, {"max-gap": 2}, {"max-gap": 4})
ACTUATED_BEST: dict[str, float] = {}
PRESSURE_TRIED_S = (5.0, 10.0)
PRESSURE_BEST_S = 5.0
LONG_S = 1_800  # of departures, to see whether a quarter of an hour tells enough
MISHAPS = ("closed", "dead5", "dead20")


def cases() -> list[Case]:
    """Return all that is run, what matters most first."""
    main = ("sumo-actuated", "learned", "horizon", "max-pressure")
    plan = [_case(name, 1) for name in main]
    plan += [_case(name, 1, mishap) for mishap in MISHAPS for name in ("learned", "horizon")]
    plan += [_case("sumo-actuated", 1, "closed"), _case("max-pressure", 1, "closed")]
    plan += [_case("max-pressure", 1, mishap) for mishap in MISHAPS[1:]]
    plan += [_case(name, 2) for name in main]
    plan += [Case("sumo-fixed"), Case("sumo-delay-based"), _case("actuated", 1)]
    plan += [Case("sumo-actuated", settings=settings) for settings in ACTUATED_TRIED]
    plan += [Case("max-pressure", interval_s=interval_s) for interval_s in PRESSURE_TRIED_S]
    plan += [_case(name, 3) for name in main]
    plan += [replace(_case(name, 1), demand_s=LONG_S) for name in main]
    return list({json.dumps(asdict(case)): case for case in plan}.values())


def _case(controller: str, seed: int, mishap: str = "") -> Case:
    settings = ACTUATED_BEST if controller == "sumo-actuated" else {}
    interval_s = PRESSURE_BEST_S if controller == "max-pressure" else 0.0
    return Case(controller, seed, mishap, settings=settings, interval_s=interval_s)


def known(path: Path) -> list[dict[str, Any]]:
    """Return the results that are there."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def run_missing(path: Path) -> None:
    """Run what the file lacks, each in a process of its own."""
    path.touch()
    for case in cases():
        if asdict(case) in [row["case"] for row in known(path)]:
            continue
        command = [sys.executable, "-m", "benchmarks.traffic.district.episode"]
        told = subprocess.run(
            [*command, json.dumps(asdict(case))], check=True, capture_output=True, text=True
        )
        line = told.stdout.strip().splitlines()[-1]
        with path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        print(line, flush=True)


def table(rows: list[dict[str, Any]]) -> None:
    """Print mean and standard deviation over seeds, one row a controller and mishap."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[_label(row["case"])].append(row["outcome"])
    print(f"{'':42} n     delay, s     missing   decide, ms (longest)")
    for name, outcomes in sorted(found.items()):
        delay = np.array([o["delay_s"] for o in outcomes])
        spread = f"± {delay.std(ddof=1):4.1f}" if len(delay) > 1 else "      "
        missing = sum(o["missing"] for o in outcomes) / sum(o["due"] for o in outcomes)
        decide = np.mean([o["decide_s"] for o in outcomes]) * 1e3
        longest = max(o["decide_longest_s"] for o in outcomes) * 1e3
        told = f"{decide:7.1f} ({longest:.0f})" if decide else ""
        print(f"{name:42} {len(delay)}  {delay.mean():6.1f} {spread}   {missing:7.2%}   {told}")


def _label(case: dict[str, Any]) -> str:
    parts = [case["controller"]]
    parts += [f"{key} {value:g}" for key, value in case["settings"].items()]
    parts += [f"every {case['interval_s']:g} s"] * bool(case["interval_s"])
    parts += [f"for {case['demand_s']} s"] * (case["demand_s"] != Case("").demand_s)
    return " ".join([f"{case['mishap'] or 'whole':7}", *parts])


def main() -> None:
    """Run what is missing, then print the table."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("results", type=Path, nargs="?", default=Path("district.jsonl"))
    ask.add_argument("--table", action="store_true", help="only print what is there")
    told = ask.parse_args()
    if not told.table:
        run_missing(told.results)
    table(known(told.results))


if __name__ == "__main__":
    main()
