"""Shares of turns, learned from counts at stop lines and at exits alone."""

import numpy as np

from dalgu.services.traffic.signals.layout import Bools, Floats, Ints
from dalgu.simulation.sumo.layout import Street
from dalgu.simulation.sumo.sight import Sight

PRIOR_VEH = 8.0  # so many counts weigh as much as what was assumed first
U_TURN_PART = 0.05  # of what another turn is assumed to have


class Turns:
    """Counts, and the shares that explain them best.

    A stop line counts its lane's vehicles, an exit those that came to it; who turned where is
    split among the movements that had green and lead there, by the shares so far (the
    expectation step of Poisson mixtures: Shepp and Vardi 1982).
    """

    def __init__(self, street: Street) -> None:
        layout = street.layout
        known = list(street.sight.lanes)
        known += [lane for lane in {x for c in street.exit_lanes for x in c} if lane not in known]
        self.known = tuple(known)
        position = {lane: i for i, lane in enumerate(known)}
        self.stop_lane = _positions(len(known), position, [(n,) for n in layout.lanes])
        self.exit_lane = _positions(len(known), position, list(street.exit_lanes))
        self.exit_offset_m = np.zeros(len(known))
        for chain, offsets_m in zip(street.exit_lanes, street.exit_offsets_m, strict=True):
            self.exit_offset_m[[position[lane] for lane in chain]] = offsets_m
        self._movement = street.exits[:, 0]
        self._exit = street.exits[:, 1]
        self._street = street
        prior = np.array([_prior(c[0].direction) for c in street.links])
        lane_sum = np.bincount(layout.movement_lane, prior, len(layout.lanes))
        self._prior = prior / lane_sum[layout.movement_lane]
        self.counts = PRIOR_VEH * self._prior
        self.passed_veh = np.zeros(len(layout.lanes))

    def count(self, before: Ints, now: Ints, green: Bools) -> None:
        """Take one interval's counts: known lanes (V,) of vehicles then and now, greens (G,)."""
        layout = self._street.layout
        was = np.where(before >= 0, self.stop_lane[before], -1)
        isnt = np.where(now >= 0, self.stop_lane[now], -1) != was
        passed = np.bincount(was[(was >= 0) & isnt], minlength=len(layout.lanes))
        self.passed_veh += passed
        new = np.where(now >= 0, self.exit_lane[now], -1)
        old = np.where(before >= 0, self.exit_lane[before], -1)
        came = np.bincount(new[(new >= 0) & (new != old)], minlength=len(self._street.exit_lanes))
        group = layout.movement_group
        able = np.where(group < 0, True, green[group] if len(green) else False)
        weight = self.shares()[self._movement] * passed[layout.movement_lane[self._movement]]
        weight = weight * np.where(able[self._movement], 1.0, 0.1)
        total = np.bincount(self._exit, weight, len(came))
        part = np.divide(came, total, out=np.zeros(len(came)), where=total > 0)
        self.counts += np.bincount(self._movement, weight * part[self._exit], len(self.counts))

    def shares(self) -> Floats:
        """Return each movement's share of its lane's vehicles, (M,)."""
        lane = self._street.layout.movement_lane
        total = np.bincount(lane, self.counts, len(self._street.layout.lanes))
        shares: Floats = self.counts / total[lane]
        return shares

    def split(self, sight: Sight) -> Floats:
        """Return the share of each entry of a sight, (entries,), as stop-line counts teach it.

        What is seen upstream of a fork is shared out as the stop lines behind it have counted.
        """
        watched = np.repeat(np.arange(len(sight.lanes)), np.diff(sight.first))
        size = len(sight.lanes)
        whole = np.bincount(watched, sight.share, size)
        weight = sight.share * (self.passed_veh[sight.stop] + PRIOR_VEH)
        split: Floats = weight * (whole / np.bincount(watched, weight, size))[watched]
        return split


def _prior(direction: str) -> float:
    return U_TURN_PART if direction == "t" else 1.0


def _positions(size: int, position: dict[str, int], chains: list[tuple[str, ...]]) -> Ints:
    found = np.full(size, -1, np.int64)
    for i, chain in enumerate(chains):
        for lane in chain:
            found[position[lane]] = i
    return found
