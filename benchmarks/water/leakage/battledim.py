"""Leaks of L-TOWN-R located, and scored by the economic rule of BattLeDIM 2020.

    DALGU_TEST_DATA=<data> python -m benchmarks.water.leakage.battledim_town L-TOWN.inp R.npz
    DALGU_TEST_DATA=<data> python -m benchmarks.water.leakage.battledim L-TOWN.inp R.npz

The detector gets the published nominal model and what sensors read: 33 pressures, the inflow at
two inlets, the pump, the tank's level and 82 meters of area C, for a training year and the year
that is scored, day by day. It gets no truth: no leak, no repair, no roughness. Leaks that it
follows when the scored year begins are reported at 00:05 of 1 January, the others at the end of
the day that gave them away. Method and thresholds were fixed on artificial leaks in towns of
other seeds (`battledim_town --artificial --seed 1`, `2`), never on the leaks of 2019.

Printed for the town of seed 2019, 5 min: 396,422.83 euro, 19 of 23 found, 2 false. Other towns,
hourly: seed 7 431,684 euro, 19 found, 5 false; seed 11 412,092 euro, 20 found, 7 false.

NOT a ranking entry: pressures are regenerated, not the competition's.
"""

import argparse
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.water.leakage import battledim_town as town
from benchmarks.water.leakage.battledim_score import (
    START,
    STEP,
    Report,
    Truth,
    score,
    told,
)
from dalgu.services.water.leakage.detection import Watch
from dalgu.services.water.leakage.model import open_model
from dalgu.services.water.leakage.network import Network, NodeKind, reachable
from dalgu.services.water.leakage.record import Layout, Record, Zone
from dalgu.services.water.leakage.residuals import residuals
from dalgu.services.water.leakage.signatures import signatures
from dalgu.services.water.leakage.watching import site_of

TRAINING_DAYS = 365
MEASURED_INLET = "p227"  # the other inlet has the rest of the inflow
BEST_PUBLISHED_EURO, GOAL_EURO = 282_785, 350_000


def layout_of(network: Network, sensors: dict[str, list[str]]) -> Layout:
    """Return where L-Town is measured: areas A and B by inflow, area C tap by tap."""
    tanks = [i for i, node in enumerate(network.nodes) if node.kind is NodeKind.TANK]
    in_c = reachable(network, tanks, frozenset({network.link("PUMP_1")}))
    return Layout(
        gauges=[network.node(name) for name in sensors["pressure_sensors"]],
        flow_links=[network.link(MEASURED_INLET)],
        zones=[Zone("A and B", ~in_c), Zone("C", in_c, is_metered=True)],
        metered=[network.node(name) for name in sensors["amrs"]],
        drawn=[network.node("n54")],
    )


def record_of(read: town.Record) -> Record:
    """Return the hourly record of what was read."""
    hours = read if read.step_s == 3_600 else town.hourly(read)
    main = hours.inflow_m3h.sum(axis=1) - hours.pump_m3h
    area_c = hours.pump_m3h - hours.stored_m3h
    return Record(
        head_m=hours.head_m,
        zone_m3h=np.stack([main, area_c], axis=1),
        link_m3h=hours.inflow_m3h[:, :1],
        metered_m3h=hours.amr_m3h,
        drawn_m3h=hours.pump_m3h[:, None],
        level_m=hours.level_m[:, None],
    )


def watched(inp: bytes, path: Path) -> tuple[Network, Watch, list[Report]]:
    """Watch both years of a record; return what is reported in the second."""
    read, _ = town.load(path)
    sensors, _ = town.configured("evaluation")
    with open_model(inp) as model:
        layout, record = layout_of(model.network, sensors), record_of(read)
        seen = residuals(model, layout, record)
        table = signatures(model, layout, [float(np.median(record.level_m))])
        network = model.network
    watch = Watch(site_of(network, layout, table, seen))
    reports = []
    for day, value in enumerate(seen.value):
        if day == TRAINING_DAYS:
            running = [leak.pipe for leak in watch.flows if leak.runs(day - 1)]
            reports += [_report(watch, network, pipe, START + STEP) for pipe in running]
        found = watch.take(value)
        if day >= TRAINING_DAYS:
            at = START + timedelta(days=day + 1 - TRAINING_DAYS)
            reports += [_report(watch, network, one.pipe, at) for one in found]
    return network, watch, [one for one in reports if one.at < START + timedelta(days=365)]


def _report(watch: Watch, network: Network, pipe: int, at: datetime) -> Report:
    return Report(network.links[watch.site.table.pipes[pipe]].id, at)


def truths_of(path: Path) -> list[Truth]:
    """Return the leaks of the record's second year from the file beside it."""
    with np.load(path.with_suffix(".truth.npz")) as held:
        every = 105_120 * 2 // held["flow_m3h"].shape[1]
        flows = np.repeat(held["flow_m3h"][:, -105_120 // every :], every, axis=1)
        lives = [
            (str(pipe), datetime.fromisoformat(str(start)), datetime.fromisoformat(str(end)))
            for pipe, start, end in zip(held["pipe"], held["start"], held["end"], strict=True)
        ]
    last = START + timedelta(days=365) - STEP
    return [
        Truth(pipe, max(start, START), min(end, last), flow.astype(np.float64))
        for (pipe, start, end), flow in zip(lives, flows, strict=True)
        if end > START and flow.any()
    ]


def unique(truths: list[Truth]) -> list[Truth]:
    """Return one leak a pipe: those of the first year that go on are listed in both."""
    by_pipe: dict[str, Truth] = {}
    for truth in truths:
        held = by_pipe.get(truth.pipe)
        if held is None or truth.flow_m3h.sum() > held.flow_m3h.sum():
            by_pipe[truth.pipe] = truth
    return list(by_pipe.values())


def main() -> None:
    """Locate, score, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inp", type=Path)
    parser.add_argument("record", type=Path)
    asked = parser.parse_args()
    network, _, reports = watched(asked.inp.read_bytes(), asked.record)
    truths = unique(truths_of(asked.record))
    result = score(network, truths, reports)
    most = score(network, truths, [Report(t.pipe, t.start + STEP) for t in truths]).euro
    print(told(result))
    missed = {t.pipe for t in truths} - {c.truth.pipe for c in result.credits}
    print(f"not found: {', '.join(sorted(missed)) or 'none'}; all {len(truths)}: {most:,.2f} euro")
    print(f"best published on the genuine data {BEST_PUBLISHED_EURO:,}; goal {GOAL_EURO:,}.")
    print("Regenerated pressures: this is not a ranking entry.")


if __name__ == "__main__":
    main()
