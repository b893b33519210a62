"""LeakDB's Hanoi scenarios generated again from the published rules.

Rules: KIOS-Research/LeakDB @131144ba, `Dataset_Generator/` (demandGenerator.py,
leakDataset.py), written anew from their description: base demands and pipes within a random
0 to 20 %, each node's weekly and yearly Fourier coefficients within 10 %, noise of 5 % in each
step (the paper says 33 %), leaks with WNTR's orifice model. Hydraulics: EPANET through
`owa-epanet`, pressure-driven as in the original, only in steps with a leak; without one the
inflow is the sum of demands. The seeds of the original are
not published: demands differ, the leaks are the published ones.

What an incipient leak does after its peak decides the figures. The paper says that it grows;
the published generator gives each of its steps a control of its own and none after the peak,
so it stops there, while its label goes on to the end. `AS_PUBLISHED` does so and gives the
published table; `AS_DESCRIBED` lets the leak go on at its peak until the label ends.
"""

import importlib.util
import json
import os
from enum import StrEnum
from pathlib import Path

import numpy as np

STEPS = 17_520  # one year of half hours
STEPS_A_DAY = 48
TOTAL_M3H = 5_539.44  # sum of the base demands in Hanoi_CMH.inp
PIPE_SHARES = np.arange(0, 0.25, 0.05)
NOISE_SD = 0.05
COEFFICIENT_SHARE = 0.1
SWING = (0.75, 0.07)
DISCHARGE = 0.75 * np.sqrt(2 * 9.81) * 3_600  # m³/h per m² and root metre
FULL_DEMAND_M = 20.0  # WNTR's nominal pressure
ROUNDING_M3S = 3  # decimals in the published files


class AfterPeak(StrEnum):
    AS_PUBLISHED = "stops at its peak"
    AS_DESCRIBED = "goes on until its end"


def official_leaks(path):
    """Leaks of each Hanoi scenario from `leakdb_data.py` of epyt-flow or water-benchmark-hub."""
    spec = importlib.util.spec_from_file_location("leakdb_data", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {int(name): leaks for name, leaks in json.loads(module.HANOI_LEAKAGES).items()}


def fresh_leaks(random):
    """Leaks of a scenario that is not scored, drawn by the generator's rules."""
    leaks = []
    for _ in range(round(random.uniform(0, 2))):
        start = round(random.uniform(1, STEPS))
        end = round(random.uniform(start, STEPS))
        incipient = bool(round(random.uniform(0, 1)))
        peak = round(random.uniform(min(start + 1, end), end)) if incipient else start
        if end - start > 1:
            leaks.append(
                {
                    "node_id": str(2 + round(random.uniform(0, 30))),
                    "leak_diameter": random.uniform(0.02, 0.2),
                    "leak_type": "incipient" if incipient else "abrupt",
                    "leak_start_time": start,
                    "leak_end_time": end,
                    "leak_peak_time": peak,
                }
            )
    return leaks


def fourier(order, period):
    turn = 2 * np.pi / period * np.arange(1, STEPS + 1)
    waves = [wave(k * turn) for k in range(1, order + 1) for wave in (np.sin, np.cos)]
    return np.column_stack([np.ones(STEPS), *waves])


class Rules:
    """The published patterns and network, from the folder that holds them."""

    def __init__(self, folder):
        from scipy.io import loadmat

        self.network = Path(folder) / "Hanoi_CMH.inp"
        self.year = loadmat(Path(folder) / "yearOffset_30min.mat")["Ay"].ravel()
        self.week = loadmat(Path(folder) / "weekPat_30min.mat")["Aw"].ravel()
        self.year_waves = fourier(3, STEPS_A_DAY * 365)
        self.week_waves = fourier(20, STEPS_A_DAY * 7)

    def expected_m3h(self):
        """Demand by the rules with every random part at its middle, shape (steps,)."""
        season = self.year_waves @ self.year + 1
        return TOTAL_M3H * season * ((self.week_waves @ self.week) * SWING[0] + 1)

    def demands(self, random, base_m3h):
        """Demand of each node, m³/h, shape (steps, nodes)."""
        nodes = len(base_m3h)
        low, high = 1 - COEFFICIENT_SHARE, 1 + COEFFICIENT_SHARE
        year = self.year[:, None] * random.uniform(low, high, (len(self.year), nodes))
        week = self.week[:, None] * random.uniform(low, high, (len(self.week), nodes))
        swing = SWING[0] + random.normal(0, SWING[1], nodes)
        demand = base_m3h * (self.year_waves @ year + 1) * ((self.week_waves @ week) * swing + 1)
        return demand * (1 + random.normal(0, NOISE_SD, demand.shape))

    def scenario(self, random, leaks, after_peak):
        """Inflow of each step, m³/h, its label, and whether a hole is open; shape (steps,)."""
        from epanet import toolkit as en

        project = en.createproject()
        en.open(project, str(self.network), os.devnull, "")
        try:
            base = vary_network(en, project, random)
            demand = self.demands(random, base)
            names = [en.getnodeid(project, i + 1) for i in range(len(base))]
            area, label = leak_areas(leaks, names, after_peak)
            inflow = demand.sum(axis=1)
            leaking = np.flatnonzero(area.any(axis=1))
            if len(leaking):
                inflow[leaking] = simulate(en, project, demand[leaking], area[leaking])
        finally:
            en.close(project)
            en.deleteproject(project)
        return np.round(inflow / 3_600, ROUNDING_M3S) * 3_600, label, area.any(axis=1)


def vary_network(en, project, random):
    """Pipes and base demands within their random share; returns the base demands, m³/h."""
    pipes = range(1, en.getcount(project, en.LINKCOUNT) + 1)
    for what in (en.LENGTH, en.DIAMETER, en.ROUGHNESS):
        share = random.choice(PIPE_SHARES)
        for pipe in pipes:
            factor = random.uniform(1 - share, 1 + share)
            en.setlinkvalue(project, pipe, what, en.getlinkvalue(project, pipe, what) * factor)
    nodes = en.getcount(project, en.NODECOUNT) - 1  # the last is the reservoir
    base = np.array([en.getbasedemand(project, i + 1, 1) for i in range(nodes)])
    share = random.choice(PIPE_SHARES)
    return base * random.uniform(1 - share, 1 + share, nodes)


def leak_areas(leaks, names, after_peak):
    """Area of the holes in m², shape (steps, nodes), and the label, shape (steps,)."""
    area, label = np.zeros((STEPS, len(names))), np.zeros(STEPS, dtype=bool)
    for leak in leaks:
        start, end = leak["leak_start_time"], min(leak["leak_end_time"], STEPS)
        peak = leak["leak_peak_time"]
        label[start:end] = True
        diameter_m = np.full(end - start, leak["leak_diameter"])
        if leak["leak_type"] == "incipient":
            diameter_m *= np.minimum(1, np.arange(end - start) / max(peak - start, 1))
            if after_peak is AfterPeak.AS_PUBLISHED:
                diameter_m[peak - start :] = 0
        area[start:end, names.index(leak["node_id"])] += np.pi / 4 * diameter_m**2
    return area, label


def simulate(en, project, demand, area):
    """Inflow through the only supply pipe in each step, m³/h; holes are emitters."""
    steps, nodes = demand.shape
    en.setdemandmodel(project, en.PDA, 0, FULL_DEMAND_M, 0.5)
    en.setoption(project, en.ACCURACY, 1e-4)
    for what in (en.PATTERNSTEP, en.HYDSTEP):
        en.settimeparam(project, what, 1_800)
    en.settimeparam(project, en.DURATION, 1_800 * (steps - 1))
    for node in range(nodes):
        name = f"demand-{node}"
        en.addpattern(project, name)
        values = en.doubleArray(steps)
        for step in range(steps):
            values[step] = float(demand[step, node])
        index = en.getpatternindex(project, name)
        en.setpattern(project, index, values, steps)
        en.setbasedemand(project, node + 1, 1, 1.0)
        en.setdemandpattern(project, node + 1, 1, index)
    return run(en, project, DISCHARGE * area)


def run(en, project, coefficient):
    holes = np.flatnonzero(coefficient.any(axis=0))
    flow = np.empty(len(coefficient))
    en.openH(project)
    en.initH(project, 0)
    for step, values in enumerate(coefficient):
        for hole in holes:
            en.setnodevalue(project, int(hole) + 1, en.EMITTER, float(values[hole]))
        en.runH(project)
        flow[step] = en.getlinkvalue(project, 1, en.FLOW)
        en.nextH(project)
    en.closeH(project)
    return flow
