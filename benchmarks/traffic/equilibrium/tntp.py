"""Reads networks, trip tables and flows in the format TNTP of the Transportation Networks."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dalgu.services.traffic.dispersion.costs import ArcCosts
from dalgu.services.traffic.dispersion.graph import Graph


@dataclass(frozen=True, slots=True)
class Case:
    """One test network: demand is a matrix of (zones, zones), flows the best known, by arc.

    A zone that may not be driven through (`first thru node`) is split: origin z stays node z,
    destination z becomes a node of its own behind all others.
    """

    name: str
    graph: Graph
    costs: ArcCosts
    origins: np.ndarray
    destinations: np.ndarray
    trips: np.ndarray
    best_flow: np.ndarray | None


def read(folder: Path) -> Case:
    text = next(folder.glob("*_net.tntp")).read_text()
    zones, nodes = _head(text, "NUMBER OF ZONES"), _head(text, "NUMBER OF NODES")
    through = _head(text, "FIRST THRU NODE")
    rows = np.array(_rows(text, 10))
    tail, head = rows[:, 0].astype(int) - 1, rows[:, 1].astype(int) - 1
    zone = np.arange(zones)
    arriving = np.where(zone < through - 1, nodes + zone, zone)
    ends = np.where(head < through - 1, nodes + head, head)
    graph = Graph.of(nodes + zones, tail, ends)
    costs = ArcCosts(rows[:, 4], rows[:, 2], rows[:, 5], rows[:, 6])
    trips = _trips(next(folder.glob("*_trips.tntp")).read_text(), zones)
    flows = sorted(folder.glob("*_flow.tntp"))
    best = _flows(flows[0].read_text(), tail, head) if flows else None
    return Case(folder.name, graph, costs, zone, arriving, trips, best)


def _head(text, name):
    return int(re.search(rf"<{name}>\s*(\d+)", text).group(1))


def _rows(text, columns):
    body = text.split("<END OF METADATA>")[1]
    lines = (line.strip().rstrip(";").split() for line in body.splitlines())
    return [
        [float(cell) for cell in line[:columns]] for line in lines if line and line[0][0].isdigit()
    ]


def _trips(text, zones):
    trips = np.zeros((zones, zones))
    for block in text.split("Origin")[1:]:
        origin = int(block.split()[0]) - 1
        for destination, vehicles in re.findall(r"(\d+)\s*:\s*([\d.eE+-]+)", block):
            if int(destination) - 1 != origin:
                trips[origin, int(destination) - 1] = float(vehicles)
    return trips


def _flows(text, tail, head):
    lines = [line.split() for line in text.splitlines()]
    flow = {
        (int(line[0]) - 1, int(line[1]) - 1): float(line[2])
        for line in lines
        if len(line) >= 4 and line[0].isdigit()
    }
    return np.array(
        [flow.get(ends, np.nan) for ends in zip(tail.tolist(), head.tolist(), strict=True)]
    )
