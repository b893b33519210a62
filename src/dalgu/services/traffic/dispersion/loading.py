"""Stochastic loading: how drivers who see times with an error spread over a bush.

Logit choice of ways, found without naming them (Dial 1971): at each node the share of an arc is
exp(-(time + expected time beyond) / scale), and the expected time is the log-sum of them.
`scale_s` is the spread of perceived times: with 60 s, a way one minute longer is taken by
1/e of those who take the shorter one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.bushes import Bushes
from dalgu.services.traffic.dispersion.errors import DestinationUnreachable

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Choice:
    """What drivers choose at each node.

    `expected_s`, shape (destinations, nodes), is the expected least perceived time, infinite
    where no way leads; `share`, shape (rows,), splits the flow at each state over its arcs.
    """

    expected_s: Array
    share: Array


@dataclass(frozen=True, slots=True)
class Loading:
    """Flows of one loading, vehicles an hour: through states, on rows, on the network's arcs."""

    through_vph: Array
    row_vph: Array
    flow_vph: Array


def choose(bushes: Bushes, cost_s: Array, scale_s: float) -> Choice:
    """Return the logit choice at the times `cost_s`, shape (arcs,)."""
    expected = np.full(bushes.states, np.inf)
    ends = np.arange(len(bushes.destinations)) * bushes.nodes + bushes.destinations
    expected[ends] = 0.0
    time = cost_s[bushes.arc]
    share = np.zeros(len(bushes.arc))
    for level in bushes.upward:
        ahead = time[level.rows] + expected[bushes.head[level.rows]]
        least = np.minimum.reduceat(ahead, level.starts)
        weight = np.exp((np.repeat(least, level.sizes) - ahead) / scale_s)
        total = np.add.reduceat(weight, level.starts)
        expected[level.states] = least - scale_s * np.log(total)
        share[level.rows] = weight / np.repeat(total, level.sizes)
    return Choice(expected.reshape(len(bushes.destinations), bushes.nodes), share)


def load(bushes: Bushes, share: Array, demand_vph: Array) -> Loading:
    """Send demand over the bushes by the shares.

    `demand_vph` has shape (destinations, nodes): what starts at each node for each destination.
    """
    through = demand_vph.reshape(-1).astype(np.float64)
    inward_tail, inward_share = bushes.tail[bushes.inward], share[bushes.inward]
    for level in bushes.downward:
        arriving = through[inward_tail[level.rows]] * inward_share[level.rows]
        through[level.states] += np.add.reduceat(arriving, level.starts)
    rows = through[bushes.tail] * share
    return Loading(through, rows, bushes.flow_of_arcs(rows))


def expected_sum(bushes: Bushes, share: Array, per_row: Array) -> Array:
    """Return what drivers gather on their way: the expected sum of `per_row`, shape (rows,).

    The answer has shape (states,). It is the transpose of `load`: with `per_row` 1 on one arc,
    the probability that a driver at a state will use that arc.
    """
    gathered = np.zeros(bushes.states)
    for level in bushes.upward:
        ahead = per_row[level.rows] + gathered[bushes.head[level.rows]]
        gathered[level.states] = np.add.reduceat(share[level.rows] * ahead, level.starts)
    return gathered


def change_of_flow(
    bushes: Bushes, choice: Choice, loading: Loading, change_s: Array, scale_s: float
) -> Array:
    """Return how arc flows change, to first order, when times change by `change_s`, shape (arcs,).

    The matrix behind it is symmetric and negative semidefinite: minus the covariance of the arcs
    on a driver's way, over the scale.
    """
    change = change_s[bushes.arc]
    ahead = expected_sum(bushes, choice.share, change)
    turned = -choice.share / scale_s * (change + ahead[bushes.head] - ahead[bushes.tail])
    moved = loading.through_vph[bushes.tail] * turned
    through = np.zeros(bushes.states)
    inward_tail, inward_share = bushes.tail[bushes.inward], choice.share[bushes.inward]
    inward_moved = moved[bushes.inward]
    for level in bushes.downward:
        rows = level.rows
        arriving = through[inward_tail[rows]] * inward_share[rows] + inward_moved[rows]
        through[level.states] += np.add.reduceat(arriving, level.starts)
    return bushes.flow_of_arcs(through[bushes.tail] * choice.share + moved)


def require_ways(bushes: Bushes, demand_vph: Array) -> None:
    """Refuse demand that no open way serves.

    Raises
    ------
    DestinationUnreachable
        Naming the first such pair.

    """
    lost = np.argwhere((demand_vph > 0) & ~bushes.is_reached)
    if len(lost):
        bush, node = lost[0].tolist()
        destination = int(bushes.destinations[bush])
        raise DestinationUnreachable(node, destination, float(demand_vph[bush, node]))
