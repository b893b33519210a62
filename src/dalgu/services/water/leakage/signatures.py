"""Signatures: what a leak at each pipe, or an error of the model, does to every gauge.

Leaks are simulated with the nominal model, one pipe at a time, at some levels of strain and
some sizes (Pudar & Liggett 1992, sensitivity of heads; here by whole simulation, since a leak
of a small pipe is far from linear). The record knows the total inflow: a simulated leak takes
its water away from the zone's other demand, as the residuals see it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.water.leakage.model import ACCURACY, Model
from dalgu.services.water.leakage.network import Floats
from dalgu.services.water.leakage.record import Layout
from dalgu.services.water.leakage.residuals import Parts, by_part

SIZES_M3H = (4.0, 12.0, 26.0)  # a leak found early, one that runs for long, a burst
USUAL = 1  # of the sizes
LEVELS = (0.3, 0.6, 0.9, 1.2, 1.6)  # of the nominal mean demand
FINE = 1e-5  # a leak's mark on a far gauge is a few millimetres
ROUGHNESS_STEP = 0.05
DEMAND_STEP_M3H = 1.0


@dataclass(frozen=True, slots=True)
class Signatures:
    """Tables of what the residuals show.

    `leak` shape (levels, sizes, pipes, rows), per m³/h; `roughness` shape (levels, pipes, rows),
    per 100 %; `demand` shape (levels, nodes, rows), per 100 % of a node's nominal demand.
    `levels_m3h` shape (levels,); `pipes` are the links' positions.
    """

    levels_m3h: Floats
    pipes: Sequence[int]
    leak: Floats
    roughness: Floats
    demand: Floats

    def weights(self, level_m3h: Floats, parts: Parts) -> Floats:
        """Return shape (days, parts, levels): how much of a part of a day each table is true.

        `level_m3h` is shape (hours,). Linear between two levels, the outermost beyond them.
        """
        known = np.nan_to_num(level_m3h, nan=float(np.nanmean(level_m3h)))
        identity = np.eye(len(self.levels_m3h))
        columns = [np.interp(known, self.levels_m3h, row) for row in identity]
        return by_part(np.stack(columns, axis=1), parts)

    def leak_at(self, weights: Floats, pipe: int, flow_m3h: float) -> Floats:
        """Return shape (parts · rows,): the mark of 1 m³/h of a leak of some size on one day.

        Losses grow faster than flow, so a burst marks more for each m³/h than a trickle.
        """
        place = np.interp(flow_m3h, SIZES_M3H, range(len(SIZES_M3H)))
        below = min(int(place), len(SIZES_M3H) - 2)
        upper = place - below
        table = self.leak[:, below, pipe] * (1 - upper) + self.leak[:, below + 1, pipe] * upper
        return (weights @ table).reshape(-1)

    def leaks_at(
        self, weights: Floats, size: int, pipes: Sequence[int] | slice = slice(None)
    ) -> Floats:
        """Return shape (parts · rows, pipes): the marks of 1 m³/h on one day, of some pipes."""
        table = self.leak[:, size, pipes]
        marks = (weights @ table.reshape(len(table), -1)).reshape(-1, *table.shape[1:])
        return marks.transpose(0, 2, 1).reshape(-1, table.shape[1])


def signatures(model: Model, layout: Layout, level_m: Sequence[float]) -> Signatures:
    """Simulate each pipe's leak and roughness and each node's demand at every level.

    `level_m` are the tanks' usual levels.
    """
    model.set_accuracy(FINE)
    probe = _Probe(model, layout, level_m)
    levels = [factor * probe.mean_m3h for factor in LEVELS]
    pipes = model.network.pipes
    leak, rough, demand = [], [], []
    for level in levels:
        probe.stand_at(level)
        leak.append([[probe.leak(pipe, size) for pipe in pipes] for size in SIZES_M3H])
        rough.append([probe.roughness(pipe) for pipe in pipes])
        demand.append([probe.demand(node) for node in range(len(model.network.nodes))])
    model.set_accuracy(ACCURACY)
    return Signatures(np.array(levels), pipes, np.array(leak), np.array(rough), np.array(demand))


class _Probe:
    """The nominal model at one level of demand, and what one change does to the rows."""

    def __init__(self, model: Model, layout: Layout, level_m: Sequence[float]) -> None:
        self.model, self.layout, self.level_m = model, layout, list(level_m)
        week = model.nominal_demand_m3h((np.arange(168) * 3_600.0).tolist())
        self.shape = week.mean(axis=0)
        self.scaled = self._mask(zone.nodes for zone in layout.zones if not zone.is_metered)
        self.metered = [zone for zone in layout.zones if zone.is_metered]
        self.mean_m3h = float(self.shape[self.scaled].sum())
        self.nominal_roughness = np.array([link.roughness for link in model.network.links])
        self.base = self.shape
        self.rows = np.zeros(0)

    def stand_at(self, level_m3h: float) -> None:
        self.base = self.shape * (level_m3h / self.mean_m3h)
        self.rows = self._rows(self.base)

    def leak(self, pipe: int, flow_m3h: float) -> Floats:
        link = self.model.network.links[pipe]
        ends = (link.start, link.end)
        wanted = self.base.copy()
        inside = [end for end in ends if self.scaled[end]]
        taken = flow_m3h * len(inside) / 2
        wanted[self.scaled] *= 1 - taken / wanted[self.scaled].sum()
        for end in ends:
            wanted[end] += flow_m3h / 2
        rows = self._rows(wanted) - self.rows
        first = len(rows) - len(self.metered)
        for index, zone in enumerate(self.metered):
            rows[first + index] = flow_m3h * sum(zone.nodes[end] for end in ends) / 2
        return np.asarray(rows / flow_m3h)

    def roughness(self, pipe: int) -> Floats:
        changed = self.nominal_roughness.copy()
        changed[pipe] *= 1 + ROUGHNESS_STEP
        self.model.set_one_roughness(pipe, float(changed[pipe]))
        rows = self._rows(self.base) - self.rows
        self.model.set_one_roughness(pipe, float(self.nominal_roughness[pipe]))
        return np.asarray(rows / ROUGHNESS_STEP)

    def demand(self, node: int) -> Floats:
        if not self.scaled[node] or self.base[node] <= 0:
            return np.zeros_like(self.rows)
        wanted = self.base.copy()
        wanted[node] += DEMAND_STEP_M3H
        total = self.base[self.scaled].sum()
        wanted[self.scaled] *= total / (total + DEMAND_STEP_M3H)
        marks = self._rows(wanted) - self.rows
        return np.asarray(marks * self.base[node] / DEMAND_STEP_M3H)

    def _rows(self, wanted: Floats) -> Floats:
        state = self.model.solve(wanted, self.level_m)
        heads = state.head_m[list(self.layout.gauges)]
        flows = state.flow_m3h[list(self.layout.flow_links)]
        return np.concatenate([heads, flows, np.zeros(len(self.metered))])

    def _mask(self, masks: Iterable[np.ndarray]) -> np.ndarray:
        union = np.zeros(len(self.model.network.nodes), dtype=np.bool_)
        for mask in masks:
            union |= mask
        return union
