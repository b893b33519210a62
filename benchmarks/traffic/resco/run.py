"""Run: `python -m benchmarks.traffic.resco.run FOLDER --sumo SUMO_HOME --seeds 10`.

FOLDER holds one folder for each map: its network, its demand and its configuration. SUMO_HOME is
that of SUMO 1.9.2, the version that reproduces the published figures: in an environment of its own
`pip install eclipse-sumo==1.9.2`, then its `site-packages/sumo`. Five maps and ingolstadt21 are in
Pi-Star-Lab/RESCO at fc65e91; grid4x4 and arterial4x4 are public with one demand file each
(LucasAlegre/sumo-rl at 41e4c63), where the published figures are means over many such files.

Each map is run with the controller's own interval (`--interval`) or RESCO's (`--interval 0`).
Results are appended to `--results`; what stands there already is not run again.
"""

import argparse
import json
import statistics
import tomllib
from pathlib import Path
from typing import Any

from benchmarks.traffic.resco.episode import GRIDLOCK_SHARE, Scenario, run_episode
from dalgu.services.traffic.signals.registry import CONTROLLERS

PUBLISHED = tomllib.loads(Path(__file__).with_name("published.toml").read_text("utf-8"))
RESCO_STEP_S, RESCO_YELLOW_S = 10.0, 3.0
ONE_DEMAND = ("grid4x4", "arterial4x4")


def main() -> None:
    """Run what is missing, then print all."""
    asked = _asked()
    rows = _stored(asked.results)
    done = {(r["map"], r["controller"], r["seed"], r["interval_s"]) for r in rows}
    maps = asked.maps.split(",") if asked.maps else _maps(asked.folder)
    for seed in range(asked.first, asked.first + asked.seeds):
        for name in maps:
            scenario = _scenario(asked, name, seed)
            key = (name, asked.controller, seed, scenario.interval_s)
            if key not in done and not asked.only_print:
                row = run_episode(asked.sumo, scenario, CONTROLLERS[asked.controller]()).row()
                with asked.results.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(row) + "\n")
                rows.append(row)
                print(f"{name} seed {seed}: {row['delay_s']:.2f} s, {row['wall_s']:.0f} s wall")
    _print(rows, maps)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sumo", type=Path, required=True, help="SUMO_HOME of SUMO 1.9.2")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--maps", default="", help="names, with commas; else all in the folder")
    parser.add_argument("--controller", default="horizon", choices=list(CONTROLLERS))
    parser.add_argument("--interval", type=float, default=-1.0, help="s; 0: RESCO's")
    parser.add_argument("--results", type=Path, default=Path("resco.jsonl"))
    parser.add_argument("--only-print", action="store_true")
    return parser.parse_args()


def _maps(folder: Path) -> list[str]:
    known = PUBLISHED["delay_s"]
    found = (path.name for path in folder.iterdir() if any(path.glob("*.net.xml")))
    return sorted(found, key=lambda name: (list(known).index(name) if name in known else 99, name))


def _scenario(asked: argparse.Namespace, name: str, seed: int) -> Scenario:
    own_s = CONTROLLERS[asked.controller]().interval_s
    step_s = float(PUBLISHED["step_s"].get(name, RESCO_STEP_S))
    interval_s = {-1.0: own_s, 0.0: step_s}.get(asked.interval, asked.interval)
    yellow_s = float(PUBLISHED["yellow_s"].get(name, RESCO_YELLOW_S))
    return Scenario(asked.folder / name, seed, interval_s, yellow_s)


def _stored(results: Path) -> list[dict[str, Any]]:
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()]


def _print(rows: list[dict[str, Any]], maps: list[str]) -> None:
    for name in maps:
        published = PUBLISHED["delay_s"].get(name, {})
        told = ", ".join(f"{who} {best} ({last})" for who, (best, last) in published.items())
        note = "; here one demand file of many" if name in ONE_DEMAND else ""
        print(f"\n{name}: published delay, s, best episode (mean of the last ten): {told}{note}")
        kinds = sorted({(r["controller"], r["interval_s"]) for r in rows if r["map"] == name})
        for kind in kinds:
            own = [r for r in rows if (r["map"], r["controller"], r["interval_s"]) == (name, *kind)]
            _print_kind(own, min((best for best, _ in published.values()), default=None))


def _print_kind(own: list[dict[str, Any]], bar: float | None) -> None:
    delays = [r["delay_s"] for r in own]
    mean = statistics.fmean(delays)
    spread = statistics.stdev(delays) if len(own) > 1 else 0.0
    gridlocked = sum(r["left_share"] > GRIDLOCK_SHARE for r in own)
    told = "" if bar is None else f", {100.0 * (mean / bar - 1.0):+.1f} % to the best published"
    print(
        f"  {own[0]['controller']} every {own[0]['interval_s']:g} s, {own[0]['sumo']}: "
        f"{mean:.2f} ± {spread:.2f} s, worst {max(delays):.2f}, {len(own)} seeds, "
        f"{gridlocked} gridlocked, never entered {sum(r['never_entered'] for r in own)} of "
        f"{sum(r['due'] for r in own)}, {statistics.fmean(r['decide_ms'] for r in own):.1f} ms a "
        f"decision, {sum(r['wall_s'] for r in own):.0f} s wall{told}"
    )


if __name__ == "__main__":
    main()
