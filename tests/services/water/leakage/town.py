"""A small town of our own: a reservoir, a grid of 5 x 4 streets, a branch behind a valve."""

import numpy as np

from dalgu.services.water.leakage.model import open_model
from dalgu.services.water.leakage.watching import Measured

COLUMNS, ROWS, STREET_M = 5, 4, 120.0
GAUGES = ("j00", "j30", "j41", "j12", "j33", "j03", "j43", "j21")


def _pipes():
    for row in range(ROWS):
        for column in range(COLUMNS):
            if column + 1 < COLUMNS:
                yield f"h{column}{row}", f"j{column}{row}", f"j{column + 1}{row}"
            if row + 1 < ROWS:
                yield f"v{column}{row}", f"j{column}{row}", f"j{column}{row + 1}"


def town_inp(*, demand_m3h: float = 2.0) -> bytes:
    """The EPANET file: 23 junctions, 34 pipes, one valve, demands with a day's course."""
    grid = [f"j{column}{row}" for row in range(ROWS) for column in range(COLUMNS)]
    junctions = [f" {name} 10 {demand_m3h} day" for name in grid]
    junctions += [" b0 10 0", f" b1 10 {demand_m3h} day", f" b2 10 {demand_m3h} day"]
    pipes = [f" {name} {a} {b} {STREET_M} 100 120 0 Open" for name, a, b in _pipes()]
    pipes += [
        " main R j00 60 250 130 0 Open",
        f" b0 b0 b1 {STREET_M} 80 120 0 Open",
        f" b1 b1 b2 {STREET_M} 80 120 0 Open",
    ]
    places = [
        f" j{column}{row} {column * STREET_M} {row * STREET_M}"
        for row in range(ROWS)
        for column in range(COLUMNS)
    ]
    places += [" R -60 0", " b0 485 360", " b1 600 360", " b2 720 360"]
    course = " ".join(f"{1 - 0.5 * np.cos(2 * np.pi * hour / 24):.3f}" for hour in range(24))
    sections = {
        "TITLE": ["A town of ours"],
        "JUNCTIONS": junctions,
        "RESERVOIRS": [" R 60"],
        "PIPES": pipes,
        "VALVES": [" gate j43 b0 80 TCV 0 0"],
        "PATTERNS": [f" day {course}"],
        "TIMES": [" Duration 24:00", " Hydraulic Timestep 1:00", " Pattern Timestep 1:00"],
        "OPTIONS": [" Units CMH", " Headloss H-W", " Accuracy 0.0001"],
        "COORDINATES": places,
    }
    body = "\n\n".join("\n".join([f"[{name}]", *lines]) for name, lines in sections.items())
    return (body + "\n\n[END]\n").encode()


def measured(leaks, days, seed=1, *, gauges=GAUGES, noise_m=0.01):
    """Return the hours of a town whose roughness and demand are a little wrong.

    `leaks` are (node, m³/h, first day, day after the last); the nominal model knows none of it.
    """
    rng = np.random.default_rng(seed)
    with open_model(town_inp()) as model:
        network = model.network
        roughness = np.array([link.roughness for link in network.links])
        model.set_roughness(roughness * rng.uniform(0.95, 1.05, len(roughness)))
        nominal = model.nominal_demand_m3h((np.arange(24) * 3_600.0).tolist())
        share = rng.uniform(0.95, 1.05, nominal.shape[1])
        at = [network.node(name) for name in gauges]
        heads, inflow = [], []
        for hour in range(24 * days):
            wanted = nominal[hour % 24] * share * (1 + rng.normal(0, 0.02))
            for node, flow, first, last in leaks:
                wanted[network.node(node)] += flow * (24 * first <= hour < 24 * last)
            heads.append(model.solve(wanted).head_m[at] + rng.normal(0, noise_m, len(at)))
            inflow.append(wanted.sum())
    return Measured(gauges, np.array(heads), np.array(inflow))
