"""What to tell drivers at each sign: who is caught, where they go, what it saves."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.bushes import summed
from dalgu.services.traffic.dispersion.dispersal import Dispersal, Site
from dalgu.services.traffic.dispersion.equilibrium import Equilibrium
from dalgu.services.traffic.dispersion.loading import Loading, expected_sum, load
from dalgu.services.traffic.dispersion.routes import Route, routes_between

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

NEARLY = 0.95  # of the best: as good a place to be back at
OVERLOADED = 1.0  # degree of saturation
NOTABLE_RISE = 0.05  # of the degree of saturation: below it an overload is an old one
NOTABLE_MEETING = 0.05  # of a bundle: fewer passing a node do not make it where ways meet again


@dataclass(frozen=True, slots=True)
class SignAdvice:
    """What one sign, at `node`, does.

    `passing_vph` pass it bound for the closure, `followed_vph` of them follow. `usual_vph` and
    `advised_vph`, shape (arcs,), are what these followers do from there on, usually and now.
    `rejoins` is the node where most of them are back on their usual way, `routes` lead
    there. Times are means of the followers: `extra_s` over the usual day, `saved_s` against
    driving on to the closure; a negative one says that the sign does harm.
    """

    node: int
    passing_vph: float
    followed_vph: float
    usual_vph: Array
    advised_vph: Array
    rejoins: int
    routes: tuple[Route, ...]
    extra_s: float
    saved_s: float


@dataclass(frozen=True, slots=True)
class Overload:
    """An arc that the closure overloads: its degree of saturation, usual, alone and advised."""

    arc: int
    usual: float
    alone: float
    advised: float


def advise(site: Site, dispersal: Dispersal, signs: Ints) -> list[SignAdvice]:
    """Return the advice at each node of `signs` that somebody follows, the most caught first."""
    adviser = _Adviser.of(site, dispersal)
    found = [adviser.at(node) for node in signs.tolist()]
    caught = [one for one in found if one is not None]
    return sorted(caught, key=lambda one: -one.followed_vph)


def overloads(site: Site, dispersal: Dispersal) -> list[Overload]:
    """Return the arcs that run over capacity because of the closure, the worst first."""
    costs = dispersal.closed_costs
    usual = site.costs.degree_of_saturation(dispersal.usual.flow_vph)
    alone = costs.degree_of_saturation(dispersal.alone.flow_vph)
    advised = costs.degree_of_saturation(dispersal.advised.flow_vph)
    worst = np.maximum(alone, advised)
    over = np.flatnonzero((worst > OVERLOADED) & (worst > usual + NOTABLE_RISE))
    order = over[np.argsort(-worst[over], kind="stable")]
    return [
        Overload(arc, float(usual[arc]), float(alone[arc]), float(advised[arc]))
        for arc in order.tolist()
    ]


@dataclass(frozen=True, slots=True)
class _Adviser:
    """Mean times from every state to its destination, shape (states,), by what drivers do."""

    site: Site
    dispersal: Dispersal
    usual_s: Array
    alone_s: Array
    advised_s: Array
    inside: Ints  # nodes inside the closure

    @classmethod
    def of(cls, site: Site, dispersal: Dispersal) -> Self:
        """Return what all signs share."""
        alone, advised = dispersal.alone.turned, dispersal.advised.turned
        return cls(
            site,
            dispersal,
            _bound_mean(dispersal, dispersal.usual.cost_s, None),
            _bound_mean(dispersal, alone.cost_s, _mean(alone, alone.cost_s)),
            _mean(advised, advised.cost_s),
            _inside(site, dispersal),
        )

    def at(self, node: int) -> SignAdvice | None:
        """Return the advice of the sign at a node, `None` where nobody follows it."""
        turning = self.dispersal.advised.turning
        followers = turning.followed_vph[:, node]
        total = float(followers.sum())
        if total <= 0:
            return None
        bundle = np.zeros_like(turning.followed_vph)
        bundle[:, node] = followers
        usual, advised = self.dispersal.usual, self.dispersal.advised.turned
        before = load(usual.bushes, self.dispersal.bound.bound_share, bundle)
        after = load(advised.bushes, advised.choice.share, bundle)
        rejoins = self._rejoins(bundle, after)
        advised_s = self._weighed(self.advised_s, node, followers)
        return SignAdvice(
            node=node,
            passing_vph=float(turning.passing_vph[:, node].sum()),
            followed_vph=total,
            usual_vph=before.flow_vph,
            advised_vph=after.flow_vph,
            rejoins=rejoins,
            routes=tuple(routes_between(self.site.graph, after.flow_vph, node, rejoins)),
            extra_s=advised_s - self._weighed(self.usual_s, node, followers),
            saved_s=self._weighed(self.alone_s, node, followers) - advised_s,
        )

    def _weighed(self, time_s: Array, node: int, followers: Array) -> float:
        at = time_s.reshape(len(followers), -1)[:, node]
        going = followers > 0
        return float(followers[going] @ at[going] / followers.sum())

    def _rejoins(self, bundle: Array, after: Loading) -> int:
        """Return the node where most of a bundle, once turned, is back on its usual way.

        Of nearly equal ones the farthest from where they go: there the way back is complete.
        """
        usual, rows = self.dispersal.usual, self.dispersal.rows
        bushes, bound = usual.bushes, self.dispersal.bound.bound_share
        before = load(bushes, np.where(rows.narrowed, 0.0, bound), bundle)
        met = np.where(rows.narrowed, before.through_vph[bushes.tail] * bound, 0.0)
        arrived = summed(bushes.head, met, bushes.states)
        beyond = load(bushes, usual.choice.share, arrived)
        shape = bundle.shape
        back = np.minimum(beyond.through_vph.reshape(shape), after.through_vph.reshape(shape))
        share = back.sum(axis=0) / bundle.sum()
        share[self.inside] = 0.0
        main = int(bundle.sum(axis=1).argmax())
        if share.max() < NOTABLE_MEETING:
            return int(bushes.destinations[main])
        candidates = np.flatnonzero(share >= NEARLY * share.max())
        left = usual.choice.expected_s[main][candidates]
        return int(candidates[int(np.argmax(np.where(np.isfinite(left), left, -1.0)))])


def _inside(site: Site, dispersal: Dispersal) -> Ints:
    """Return the nodes inside the closure: those that only closed arcs lead to."""
    closed = ~dispersal.closed_costs.is_open
    return np.setdiff1d(site.graph.head[closed], site.graph.head[~closed])


def _mean(found: Equilibrium, cost_s: Array) -> Array:
    """Return the mean time from every state to its destination, shape (states,)."""
    time = np.where(np.isfinite(cost_s), cost_s, 0.0)
    return expected_sum(found.bushes, found.choice.share, time[found.bushes.arc])


def _bound_mean(dispersal: Dispersal, cost_s: Array, anew_s: Array | None) -> Array:
    """Return the mean time of those bound for the closure, shape (states,).

    They keep to their usual way. Where it ends they take `anew_s`, shape (states,), from there;
    `None` when nothing ends. Over a row that is only narrowed they go on.
    """
    usual, rows, bound = dispersal.usual, dispersal.rows, dispersal.bound.bound_share
    bushes = usual.bushes
    time = np.where(np.isfinite(cost_s), cost_s, 0.0)[bushes.arc]
    beyond = _mean(usual, cost_s)
    onward = np.where(rows.narrowed, time + beyond[bushes.head], 0.0)
    if anew_s is not None:
        onward = np.where(rows.ended, anew_s[bushes.tail], onward)
    mean = np.zeros(bushes.states)
    for level in bushes.upward:
        part = level.rows
        driven = time[part] + mean[bushes.head[part]]
        ahead = np.where(rows.narrowed[part], onward[part], driven)
        mean[level.states] = np.add.reduceat(bound[part] * ahead, level.starts)
    return mean
