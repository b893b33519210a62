"""L-TOWN-R: two years of L-Town regenerated with the official leaks of BattLeDIM 2020.

The genuine pressures of the competition are not used (nor its unpublished real network): the
published nominal network gets a hidden truth of its own, and EPANET gives what sensors would read.

    DALGU_TEST_DATA=<data> python -m benchmarks.water.leakage.battledim_town L-TOWN.inp OUT.npz
        [--seed 2019] [--artificial] [--step-s 300]

Hidden from whoever detects: roughness of each pipe times U(0.9, 1.1); base demand of each node
times U(0.9, 1.1); each node's use wanders by the day (sd 10 %) and flickers by the step (sd 20 %
at 5 min); pressures carry noise (sd 0.02 m) and are read to 0.01 m. First year: the 14 leaks of
the official historical configuration on a demand of our own. Second year: the 23 official leak
series of 2019 and the genuine inflow, pump flow and tank level of 2019, matched step by step.
`--artificial` plants leaks at random pipes in both years instead: for tuning, on other seeds.
"""

import argparse
import csv
import gzip
import os
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from dalgu.services.water.leakage.model import Model, open_model
from dalgu.services.water.leakage.network import Floats, Network, reachable

DATA = "water-battledim"
START = datetime(2018, 1, 1)  # noqa: DTZ001 - the competition's naive local time
YEAR_S = 365 * 86_400
GRAVITY = 9.81
DISCHARGE = 0.75  # of a leak's hole; Vrachimis et al. 2022
TANK_M2 = np.pi * 8.0**2  # T1 is 16 m wide
PUMP_M3H = 44.0
PUMP_ON_M, PUMP_OFF_M = 2.4, 3.7  # 3.9 in the file, less an hour's overshoot
PRESSURE_NOISE_M = 0.02
DAY_NOISE, STEP_NOISE = 0.10, 0.20
MONTHLY_2018 = (0.90, 0.91, 0.94, 0.98, 1.03, 1.06, 1.10, 1.08, 1.05, 1.00, 0.97, 0.92)
FLOW_SENSORS = ("p227", "p235")


@dataclass(frozen=True, slots=True)
class Leak:
    """One leak of the truth; `flow_m3h` shape (steps of the record,)."""

    pipe: str
    start: datetime
    end: datetime
    flow_m3h: Floats


@dataclass(frozen=True, slots=True)
class Record:
    """What the detector may see: arrays over (steps,) or (steps, sensors)."""

    step_s: int
    head_m: Floats
    inflow_m3h: Floats
    pump_m3h: Floats
    level_m: Floats
    stored_m3h: Floats
    amr_m3h: Floats


def configured(kind: str) -> tuple[dict[str, list[str]], list[list[str]]]:
    """Return the sensor names and the leak lines of an official configuration file."""
    text = (_folder() / f"dataset_configuration_{kind}.yalm").read_text()
    sensors: dict[str, list[str]] = {}
    for block in re.split(r"\n(?=\w+:)", text):
        name, *rest = block.strip().splitlines()
        sensors[name.strip(":")] = [line.strip("- ") for line in rest]
    leaks = re.findall(r"(?m)^- (p\d+), (.+)$", text)
    return sensors, [[pipe, *rest.split(", ")] for pipe, rest in leaks]


def _folder() -> Path:
    return Path(os.environ["DALGU_TEST_DATA"]) / DATA


def genuine_2019() -> tuple[Floats, Floats, Floats]:
    """Return inflow and pump flow, m³/h, and tank level, m, of 2019, 5 min."""
    flows = _read("2019_Flows.csv.gz")
    level = _read("2019_Levels.csv.gz")[:, 0]
    return flows[:, 0] + flows[:, 1], flows[:, 2], level


def _read(name: str) -> Floats:
    with gzip.open(_folder() / name, "rt") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    return np.array([[float(x.replace(",", ".")) for x in row[1:]] for row in rows])


def official_leaks(step_s: int) -> list[Leak]:
    """Return the leaks of both years: 2018 from their diameters, 2019 from the series."""
    steps = YEAR_S // step_s
    _, first = configured("historical")
    leaks = [_hole(line, step_s) for line in first]
    _, second = configured("evaluation")
    with np.load(_folder() / "leak_flows_2019.npz", allow_pickle=False) as held:
        series = held["a"].astype(np.float64) * 0.01
    every = step_s // 300
    second.sort(key=lambda line: int(line[0][1:]))  # the series come in the order of pipe numbers
    for column, line in zip(series.T, second, strict=True):
        flow = np.zeros(2 * steps)
        flow[steps:] = column.reshape(-1, every).mean(axis=1)
        leaks.append(Leak(line[0], _instant(line[1]), _instant(line[2]), flow))
    return leaks


def artificial_leaks(network: Network, step_s: int, rng: np.random.Generator) -> list[Leak]:
    """Return leaks at random pipes with the sizes and lives of the official kind."""
    lines = []
    for pipe in rng.choice(network.pipes, 30, replace=False):
        start = START + timedelta(days=float(rng.uniform(8, 720)))
        lasting = bool(rng.random() < 0.5)
        end = start + timedelta(days=800.0 if lasting else float(rng.uniform(10, 70)))
        grown = start + timedelta(days=float(rng.uniform(5, 90)) * bool(rng.random() < 0.6))
        width = rng.uniform(0.009, 0.014) if lasting else rng.uniform(0.015, 0.022)
        stamps = [at.strftime("%Y-%m-%d %H:%M") for at in (start, end, min(grown, end))]
        name = network.links[pipe].id
        lines.append([name, stamps[0], stamps[1], f"{width:.5f}", "any", stamps[2]])
    return [_hole(line, step_s) for line in lines]


def _instant(text: str) -> datetime:
    return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M")  # noqa: DTZ007 - naive, as START


def _hole(line: list[str], step_s: int) -> Leak:
    """Return a leak from its hole: flow through an orifice, growing until its peak."""
    start, end, peak = _instant(line[1]), _instant(line[2]), _instant(line[5])
    at = START.timestamp() + step_s * np.arange(2 * YEAR_S // step_s)
    grown = (at - start.timestamp()) / max((peak - start).total_seconds(), 1.0)
    area_m2 = np.pi / 4 * float(line[3]) ** 2 * np.clip(grown, 0.0, 1.0)
    flow = DISCHARGE * area_m2 * np.sqrt(2 * GRAVITY * 45.0) * 3_600  # 45 m, the town's mean
    flow[(at < start.timestamp()) | (at > end.timestamp())] = 0.0
    return Leak(line[0], start, end, flow)


def with_leak_nodes(inp: str, pipes: list[str], network: Network) -> str:
    """Return the network file with a node `leak-<pipe>` in the middle of each pipe."""
    sections: dict[str, list[str]] = {"JUNCTIONS": [], "PIPES": [], "COORDINATES": []}
    for name in sorted(set(pipes)):
        link = network.links[network.link(name)]
        a, b = network.nodes[link.start], network.nodes[link.end]
        mid = f"leak-{name}"
        sections["JUNCTIONS"].append(f" {mid} {(a.elevation_m + b.elevation_m) / 2:.4f} 0")
        sections["COORDINATES"].append(f" {mid} {(a.x + b.x) / 2:.2f} {(a.y + b.y) / 2:.2f}")
        half = f"{link.length_m / 2:.5f} {link.diameter_mm} {link.roughness} 0 Open"
        sections["PIPES"].append(f" {name}-b {mid} {b.id} {half}")
        pattern = rf"(?m)^ {name}\s+\S+\s+\S+\s+\S+(.*)$"
        inp = re.sub(pattern, f" {name} {a.id} {mid} {link.length_m / 2:.5f}\\1", inp, count=1)
    for section, lines in sections.items():
        inp = inp.replace(f"[{section}]", f"[{section}]\n" + "\n".join(lines), 1)
    return inp


@dataclass(frozen=True, slots=True)
class _Use:
    """The town's water: scale of areas A and B and of area C, pump and inflow by step."""

    main_m3h: Floats
    c_m3h: Floats
    pump_m3h: Floats
    level_m: Floats


def regenerate(
    inp: bytes, leaks_of: str, step_s: int, seed: int
) -> tuple[Record, list[Leak], list[str]]:
    """Return the record of two years, the truth, and the names of the pressure sensors."""
    rng = np.random.default_rng(seed)
    sensors, _ = configured("evaluation")
    with open_model(inp) as model:
        network = model.network
    official = leaks_of == "official"
    leaks = official_leaks(step_s) if official else artificial_leaks(network, step_s, rng)
    split = with_leak_nodes(inp.decode(), [leak.pipe for leak in leaks], network)
    with open_model(split.encode()) as model:
        record = _simulate(model, leaks, sensors, step_s, rng, official=official)
    return record, leaks, sensors["pressure_sensors"]


def _simulate(  # noqa: PLR0913 - all of a town
    model: Model,
    leaks: list[Leak],
    sensors: dict[str, list[str]],
    step_s: int,
    rng: np.random.Generator,
    *,
    official: bool,
) -> Record:
    network = model.network
    roughness = np.array([link.roughness for link in network.links])
    hidden = {link.id.removesuffix("-b"): rng.uniform(0.9, 1.1) for link in network.links}
    model.set_roughness(roughness * [hidden[link.id.removesuffix("-b")] for link in network.links])
    steps = 2 * YEAR_S // step_s
    nominal = model.nominal_demand_m3h(step_s * np.arange(7 * 86_400 // step_s))
    nominal *= rng.uniform(0.9, 1.1, nominal.shape[1])
    in_c = reachable(network, model.tanks, frozenset({network.link("PUMP_1")}))
    leak_nodes = np.array([network.node(f"leak-{leak.pipe}") for leak in leaks])
    leak_c = sum(
        (leak.flow_m3h for leak, node in zip(leaks, leak_nodes, strict=True) if in_c[node]),
        np.zeros(steps),
    )
    leak_main = sum((leak.flow_m3h for leak in leaks), np.zeros(steps)) - leak_c
    use = _use(nominal, in_c, leak_c, leak_main, step_s, rng, official=official)
    return _run(model, (nominal, in_c, leak_nodes), leaks, use, sensors, step_s, rng)


def _use(  # noqa: PLR0913 - all of a town
    nominal: Floats,
    in_c: np.ndarray,
    leak_c: Floats,
    leak_main: Floats,
    step_s: int,
    rng: np.random.Generator,
    *,
    official: bool,
) -> _Use:
    half = len(leak_c) // 2
    scale = _own_scale(step_s, 2 * half, rng)
    week = np.arange(2 * half) % len(nominal)
    base_main, base_c = nominal[:, ~in_c].sum(1)[week], nominal[:, in_c].sum(1)[week]
    main, c = base_main * scale, base_c * scale
    pump, level = _own_pump(c + leak_c, step_s)
    if official:
        every = step_s // 300
        inflow, real_pump, real_level = genuine_2019()
        whole = [x.reshape(-1, every).mean(1) for x in (inflow, real_pump)]
        main[half:] = np.maximum(whole[0] - whole[1] - leak_main[half:], 5.0)
        pump[half:] = whole[1]
        stored = np.diff(real_level[::every], append=real_level[-1]) * TANK_M2 * 3_600 / step_s
        window = 12 * 3_600 // step_s
        net = _smooth(whole[1] - stored - leak_c[half:], window)
        c[half:] = np.maximum(base_c[half:] * net / _smooth(base_c[half:], window), 0.1)
        change = np.cumsum(pump[half:] - c[half:] - leak_c[half:]) * step_s / 3_600 / TANK_M2
        level[half:] = real_level[0] + np.concatenate([[0.0], change[:-1]])
    return _Use(main, c, pump, level)


def _own_scale(step_s: int, steps: int, rng: np.random.Generator) -> Floats:
    """Return a demand factor: the year's course, and a wandering of some hours, sd 6 %."""
    days = np.arange(steps) * step_s / 86_400
    months = np.arange(-1, 25) * 30.42 + 15.2
    course = np.interp(days, months, [MONTHLY_2018[m % 12] for m in range(-1, 25)])
    keep = np.exp(-step_s / (3 * 3_600))
    from scipy.signal import lfilter

    wander = lfilter([np.sqrt(1 - keep**2)], [1.0, -keep], rng.normal(0, 0.06, steps))
    return np.asarray(course * (1 + wander))


def _own_pump(out_m3h: Floats, step_s: int) -> tuple[Floats, Floats]:
    """Return pump flow and tank level of the file's level control."""
    pump, level = np.zeros(len(out_m3h)), np.zeros(len(out_m3h))
    now, on = 3.4, False
    for step, out in enumerate(out_m3h.tolist()):
        on = now < PUMP_ON_M or (on and now < PUMP_OFF_M)
        pump[step], level[step] = PUMP_M3H * on, now
        now += (pump[step] - out) * step_s / 3_600 / TANK_M2
    return pump, level


def _smooth(values: Floats, window: int) -> Floats:
    kernel = np.ones(window) / window
    norm = np.convolve(np.ones(len(values)), kernel, "same")
    return np.asarray(np.convolve(values, kernel, "same") / norm)


def _run(  # noqa: PLR0913 - all of a town
    model: Model,
    town: tuple[Floats, np.ndarray, np.ndarray],
    leaks: list[Leak],
    use: _Use,
    sensors: dict[str, list[str]],
    step_s: int,
    rng: np.random.Generator,
) -> Record:
    network, (nominal, in_c, leak_nodes) = model.network, town
    at = [network.node(name) for name in sensors["pressure_sensors"]]
    metered = [network.node(name) for name in sensors["amrs"]]
    inlets, pump_node = [network.link(name) for name in FLOW_SENSORS], network.node("n54")
    steps, nodes = len(use.main_m3h), nominal.shape[1]
    few = np.sqrt(300 / step_s)
    head, inflow = np.zeros((steps, len(at))), np.zeros((steps, 2))
    amr = np.zeros((steps, len(metered)))
    day = np.zeros(nodes)
    per_day = 86_400 // step_s
    flows = np.array([leak.flow_m3h for leak in leaks])
    for step in range(steps):
        if step % per_day == 0:
            day = 0.6 * day + 0.8 * rng.normal(0, DAY_NOISE, nodes)
        wish = nominal[step % len(nominal)] * np.exp(day + rng.normal(0, STEP_NOISE * few, nodes))
        wish[in_c] *= use.c_m3h[step] / wish[in_c].sum()
        wish[~in_c] *= use.main_m3h[step] / wish[~in_c].sum()
        amr[step] = wish[metered]
        wish[pump_node] += use.pump_m3h[step]
        np.add.at(wish, leak_nodes, flows[:, step])
        state = model.solve(wish, [use.level_m[step]])
        head[step], inflow[step] = state.head_m[at], state.flow_m3h[inlets]
    head += rng.normal(0, PRESSURE_NOISE_M * few, head.shape)
    rounded = 2 if step_s == 300 else 3  # a mean of twelve readings has a finer step
    head, inflow, pump, level, amr = (
        np.round(x, rounded) for x in (head, inflow, use.pump_m3h, use.level_m, amr)
    )
    stored = np.diff(np.round(level, 2), append=level[-1]) * TANK_M2 * 3_600 / step_s
    return Record(step_s, head, inflow, pump, level, stored, amr)


def save(path: Path, record: Record, leaks: list[Leak], sensors: list[str]) -> None:
    """Write the record to one file, and the truth to another beside it."""
    np.savez_compressed(
        path, sensors=np.array(sensors), **{f: getattr(record, f) for f in Record.__slots__}
    )
    np.savez_compressed(
        path.with_suffix(".truth.npz"),
        pipe=np.array([leak.pipe for leak in leaks]),
        start=np.array([leak.start.isoformat() for leak in leaks]),
        end=np.array([leak.end.isoformat() for leak in leaks]),
        flow_m3h=np.array([leak.flow_m3h for leak in leaks], dtype=np.float32),
    )


def load(path: Path) -> tuple[Record, list[str]]:
    """Return a saved record and its pressure sensors."""
    with np.load(path) as held:
        record = Record(int(held["step_s"]), *(held[f] for f in Record.__slots__[1:]))
        return record, [str(name) for name in held["sensors"]]


def hourly(record: Record) -> Record:
    """Return the means of the hours."""
    every = 3_600 // record.step_s
    means = {
        name: getattr(record, name).reshape(-1, every, *getattr(record, name).shape[1:]).mean(1)
        for name in Record.__slots__[1:]
    }
    return replace(record, step_s=3_600, **means)


def main() -> None:
    """Regenerate a record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inp", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=2019)
    parser.add_argument("--artificial", action="store_true")
    parser.add_argument("--step-s", type=int, default=300)
    asked = parser.parse_args()
    kind = "artificial" if asked.artificial else "official"
    save(asked.out, *regenerate(asked.inp.read_bytes(), kind, asked.step_s, asked.seed))
    print(f"{asked.out}: two years, leaks {kind}, seed {asked.seed}, every {asked.step_s} s")


if __name__ == "__main__":
    main()
