"""Shares of turns, learned from counts at stop lines and at exits alone."""

import numpy as np

from dalgu.services.traffic.signals.layout import Bools, Floats, Ints
from dalgu.services.traffic.signals.sums import sum_by
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
        layout, sight = street.layout, street.sight
        inside = _inside(street)
        every = dict.fromkeys(sight.lanes)
        every |= dict.fromkeys(lane for chain in street.exit_lanes for lane in chain)
        self.known = tuple(every | dict.fromkeys(inside))
        position = {lane: i for i, lane in enumerate(self.known)}
        size = len(self.known)
        self.exit_lane, self.exit_offset_m = _exit_places(street, position)
        self._inside = np.full(size, -1, np.int64)  # stop line behind which the lane lies
        self._inside[[position[via] for via in inside]] = list(inside.values())
        self._crossed = _crossings(street, size)
        self._movement, self._exit = street.exits[:, 0], street.exits[:, 1]
        self._street = street
        prior = np.array([_prior(c[0].direction) for c in street.links])
        self._prior = (
            prior / sum_by(layout.movement_lane, prior, len(layout.lanes))[layout.movement_lane]
        )
        self.counts = PRIOR_VEH * self._prior
        self.passed_veh = np.zeros(len(layout.lanes))

    def count(self, before: Ints, now: Ints, green: Bools) -> None:
        """Take one interval's counts.

        `before` and `now` are known lanes of the vehicles, (V,), -1 for elsewhere: then who was
        `before` on an approach is taken to be there still; `green` are groups, (G,).
        """
        passed = self._passed(before, now)
        self.passed_veh += passed
        new, old = self.exit_lane[now], self.exit_lane[before]
        fresh = (now >= 0) & (before >= 0) & (new >= 0) & (new != old)
        came = np.bincount(new[fresh], minlength=len(self._street.exit_lanes))
        layout = self._street.layout
        group = layout.movement_group
        able = np.where(group < 0, True, green[group] if len(green) else False)
        weight = self.shares()[self._movement] * passed[layout.movement_lane[self._movement]]
        weight = weight * np.where(able[self._movement], 1.0, 0.1)
        total = np.bincount(self._exit, weight, len(came))
        part = np.divide(came, total, out=np.zeros(len(came)), where=total > 0)
        self.counts += np.bincount(self._movement, weight * part[self._exit], len(self.counts))

    def _passed(self, before: Ints, now: Ints) -> Floats:
        """Return what a loop at each stop line counts, (L,).

        Who is inside a junction or at its exit has crossed the one stop line that leads there
        from where it was, also if that lane is too short for it to be met on it.
        """
        entered, was = self._inside[now], self._inside[before]
        fresh = (now >= 0) & (entered >= 0) & ((before < 0) | (was != entered))
        beyond = (now >= 0) & (before >= 0) & (entered < 0) & (was < 0)
        line = np.where(beyond, self._crossed[before, self.exit_lane[now]], -1)
        line = np.where(beyond & (self.exit_lane[now] < 0), -1, line)
        line = np.where(fresh, entered, line)
        lanes = len(self._street.layout.lanes)
        return sum_by(line[line >= 0], np.ones(int((line >= 0).sum())), lanes)

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


def _inside(street: Street) -> dict[str, int]:
    """Return the lanes behind each stop line, within the junction."""
    lane_of = street.layout.movement_lane
    links = ((int(lane_of[m]), c) for m, links in enumerate(street.links) for c in links)
    return {c.via: lane for lane, c in links if c.via}


def _exit_places(street: Street, position: dict[str, int]) -> tuple[Ints, Floats]:
    """Return which exit each known lane belongs to, -1 for none, and where in it it begins."""
    exit_lane = np.full(len(position), -1, np.int64)
    offset_m = np.zeros(len(position))
    for e, chain in enumerate(street.exit_lanes):
        at = [position[lane] for lane in chain]
        exit_lane[at], offset_m[at] = e, street.exit_offsets_m[e]
    return exit_lane, offset_m


def _crossings(street: Street, size: int) -> Ints:
    """Return over which stop line a way leads from a known lane to an exit, -1 for none."""
    sight, found = street.sight, np.full((size, len(street.exit_lanes)), -1, np.int64)
    exits_of: dict[int, list[int]] = {}
    for movement, e in street.exits.tolist():
        exits_of.setdefault(int(street.layout.movement_lane[movement]), []).append(e)
    for w in range(len(sight.lanes)):
        for stop in sight.stop[sight.first[w] : sight.first[w + 1]].tolist():
            found[w, exits_of.get(stop, [])] = stop
    return found
