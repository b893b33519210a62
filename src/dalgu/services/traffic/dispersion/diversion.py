"""Who meets a closure, where they learn of it, and what they do then.

Drivers keep to the ways of the usual equilibrium until they learn: those bound for a closed arc
at a sign that they follow, or else where the way ends in front of them. From there they choose
anew on what is open. Everybody else keeps to the usual ways.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.bushes import Bushes, summed
from dalgu.services.traffic.dispersion.equilibrium import Equilibrium
from dalgu.services.traffic.dispersion.loading import load

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of the usual bushes, shape (rows,): which a closure narrows, and which it ends.

    A row ends where its arc is closed, and where no open way leads on from its head.
    """

    narrowed: Bools
    ended: Bools


@dataclass(frozen=True, slots=True)
class Turning:
    """Where drivers learn of a closure.

    `usual_vph`, shape (arcs,), keep to the usual ways; `turned_vph`, shape (destinations, nodes),
    choose anew from there on; `passing_vph`, same shape, are those bound for the closure who pass
    each node without knowing; `followed_vph` are those of `turned_vph` who followed a sign.
    `travelling_vph` is all demand that has a way, same shape.
    """

    usual_vph: Array
    turned_vph: Array
    passing_vph: Array
    followed_vph: Array
    travelling_vph: Array


def rows_of(bushes: Bushes, capacity_share: Array, is_reached: Bools) -> Rows:
    """Return what a closure does to the rows of the usual bushes.

    `capacity_share` has shape (arcs,), 1 untouched, 0 closed; `is_reached`, shape (destinations,
    nodes), says from where an open way is left.
    """
    share = capacity_share[bushes.arc]
    ended = (share <= 0) | ~is_reached.reshape(-1)[bushes.head]
    return Rows((share < 1) | ended, ended)


def chance_of_meeting(bushes: Bushes, share: Array, rows: Rows) -> Array:
    """Return the probability that a driver at each state will use a narrowed row, (states,)."""
    chance = np.zeros(bushes.states)
    for level in bushes.upward:
        ahead = np.where(rows.narrowed[level.rows], 1.0, chance[bushes.head[level.rows]])
        chance[level.states] = np.add.reduceat(share[level.rows] * ahead, level.starts)
    return np.minimum(chance, 1.0)


@dataclass(frozen=True, slots=True)
class Bound:
    """The usual choice of those bound for a closure and of those who are not: shares (rows,).

    `chance` is the probability to be bound, shape (states,).
    """

    chance: Array
    bound_share: Array
    other_share: Array


def bound_for(usual: Equilibrium, rows: Rows) -> Bound:
    """Split the usual choice by whether a driver will meet the closure.

    A driver who has passed a narrowed row stays among the bound: beyond it the shares are the
    usual ones.
    """
    bushes, share = usual.bushes, usual.choice.share
    chance = chance_of_meeting(bushes, share, rows)
    ahead = np.where(rows.narrowed, 1.0, chance[bushes.head])
    at = chance[bushes.tail]
    bound = np.divide(share * ahead, at, out=np.zeros_like(share), where=at > 0)
    rest = 1.0 - at
    other = np.divide(share * (1.0 - ahead), rest, out=np.zeros_like(share), where=rest > 1e-12)
    return Bound(chance, bound, other)


def turn(
    usual: Equilibrium, rows: Rows, bound: Bound, demand_vph: Array, follows: Array
) -> Turning:
    """Return where drivers turn, when the share `follows`, shape (nodes,), heeds each node's sign.

    `demand_vph` has shape (destinations, nodes).
    """
    bushes = usual.bushes
    starting = demand_vph.reshape(-1)
    others = load(bushes, bound.other_share, starting * (1 - bound.chance))
    heeds = np.tile(follows, len(bushes.destinations))
    keeping = bound.bound_share * (1 - heeds[bushes.tail])
    passing = load(bushes, np.where(rows.narrowed, 0.0, keeping), starting * bound.chance)
    followed = passing.through_vph * heeds
    stopped = _at_ends(bushes, rows, passing.through_vph[bushes.tail] * keeping)
    passed = np.where(rows.narrowed & ~rows.ended, passing.through_vph[bushes.tail] * keeping, 0.0)
    beyond, later = _beyond(usual, rows, passed)
    shape = demand_vph.shape
    return Turning(
        usual_vph=others.flow_vph + passing.flow_vph + beyond,
        turned_vph=(followed + stopped + later).reshape(shape),
        passing_vph=passing.through_vph.reshape(shape),
        followed_vph=followed.reshape(shape),
        travelling_vph=demand_vph,
    )


def _at_ends(bushes: Bushes, rows: Rows, row_vph: Array) -> Array:
    """Return who stands at each state in front of a row that ended, shape (states,)."""
    stopped = np.where(rows.ended, row_vph, 0.0)
    return summed(bushes.tail, stopped, bushes.states)


def _beyond(usual: Equilibrium, rows: Rows, passed_vph: Array) -> tuple[Array, Array]:
    """Return the arc flows of those who pass a narrowed row, and who is stopped later on."""
    bushes = usual.bushes
    share = np.where(rows.ended, 0.0, usual.choice.share)
    arrived = summed(bushes.head, passed_vph, bushes.states)
    after = load(bushes, share, arrived)
    stopped = _at_ends(bushes, rows, after.through_vph[bushes.tail] * usual.choice.share)
    return after.flow_vph + bushes.flow_of_arcs(passed_vph), stopped
