"""Leximin: the fairest chances that panels within their quotas allow.

Among all lotteries over panels, leximin first makes the smallest chance of anybody as great as
can be, then the second smallest, and so on (Flanigan, Gölz, Gupta, Hennig, Procaccia: *Fair
algorithms for selecting citizens' assemblies*, Nature 596, 2021).

Chances are first sought over fractions of panels, a small linear program whose leximin nothing
can exceed. Mostly these chances are an average of true panels, found by `mixture`: then they are
the optimum, and proven. Where quotas cross so that they are not, `over_panels` generates panels
as the paper does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dalgu.services.citizens.sortition.mixture import Mixture, best_mixture, descend
from dalgu.services.citizens.sortition.panels import best_panel
from dalgu.services.citizens.sortition.pool import Floats, Ints, Kinds

EXACT = 1e-7  # two chances that differ by less are the same
LEVELS = 1e-9  # least dual value that counts
Row = tuple[float, Floats]  # the level reached and its duals (T,)


@dataclass(frozen=True)
class Fairest:
    """The leximin chances of kinds (T,), and panels with their weights that average to them.

    `is_bound` tells that they reach the leximin over fractions of panels.
    """

    chance: Floats
    mixture: Mixture
    is_bound: bool


def fairest(kinds: Kinds) -> Fairest:
    """Return the leximin chances and a lottery over panels that gives them."""
    bound = over_fractions(kinds)
    mixture = descend(kinds, bound * kinds.count)
    if mixture.gap(kinds, bound) > EXACT:
        mixture = best_mixture(kinds, bound, mixture)
    if mixture.gap(kinds, bound) <= EXACT:
        return Fairest(bound, mixture, True)
    chance, mixture = over_panels(kinds, mixture)
    return Fairest(chance, mixture, False)


def over_fractions(kinds: Kinds) -> Floats:
    """Return the leximin chances (T,) when panels may hold fractions of seats."""
    from scipy import optimize, sparse  # type: ignore[import-untyped]  # ships no types

    total = len(kinds.count)
    held = np.vstack([kinds.has, -kinds.has])
    share = sparse.diags_array(1.0 / kinds.count)
    seats = sparse.csr_array(np.append(np.ones(total), 0.0).reshape(1, -1))

    def raise_level(fixed: Floats) -> Row:
        free = np.isnan(fixed)
        rows = sparse.vstack(
            [
                sparse.csr_array(np.hstack([held, np.zeros((len(held), 1))])),
                sparse.hstack([-share, sparse.csr_array(free.astype(float).reshape(-1, 1))]),
            ],
            format="csr",
        )
        limits = np.concatenate([kinds.most, -kinds.least, np.where(free, 0.0, -fixed)])
        answer = optimize.linprog(
            np.append(np.zeros(total), -1.0),
            A_ub=rows,
            b_ub=limits,
            A_eq=seats,
            b_eq=[kinds.size],
            bounds=[*((0.0, float(one)) for one in kinds.count), (0.0, 1.0)],
            method="highs-ds",
        )
        return float(answer.x[-1]), -answer.ineqlin.marginals[len(held) :]

    return _levels(total, raise_level) if total > 1 else np.array([kinds.size / kinds.count[0]])


def over_panels(kinds: Kinds, start: Mixture) -> tuple[Floats, Mixture]:
    """Return the leximin chances (T,) over true panels, and their mixture.

    Column generation: a linear program over the panels known so far prices kinds by its duals,
    an integer program finds the panel that is worth most, until none is worth more.
    """
    panels = [panel for panel, _ in start.parts]
    weights = np.ones(len(panels))

    def raise_level(fixed: Floats) -> Row:
        nonlocal weights
        while True:
            level, duals, weights, worth = _best_weights(kinds, np.array(panels), fixed)
            found = best_panel(kinds, duals / kinds.count)
            if found is None or float(duals / kinds.count @ found) <= worth + LEVELS:
                return level, duals
            panels.append(found)

    chance = _levels(len(kinds.count), raise_level)
    mixture = Mixture(tuple(zip(panels, weights.tolist(), strict=True)))
    return chance, mixture.without_idle()


def _best_weights(kinds: Kinds, panels: Ints, fixed: Floats) -> tuple[float, Floats, Floats, float]:
    """Return the level, duals of kinds, weights of panels, and what a panel is worth."""
    from scipy import optimize

    free = np.isnan(fixed)
    shares = (panels / kinds.count).T  # (T, P)
    answer = optimize.linprog(
        np.append(np.zeros(len(panels)), -1.0),
        A_ub=np.hstack([-shares, free.astype(float).reshape(-1, 1)]),
        b_ub=np.where(free, 0.0, -(fixed - LEVELS / 10)),
        A_eq=np.append(np.ones(len(panels)), 0.0).reshape(1, -1),
        b_eq=[1.0],
        bounds=[(0.0, None)] * (len(panels) + 1),
        method="highs-ds",
    )
    duals = -answer.ineqlin.marginals
    weights = np.clip(answer.x[:-1], 0.0, None)
    return float(answer.x[-1]), duals, weights / weights.sum(), -float(answer.eqlin.marginals[0])


def _levels(total: int, raise_level: Callable[[Floats], Row]) -> Floats:
    """Raise the least chance until it cannot rise, fix whom it holds, and go on with the rest."""
    fixed = np.full(total, np.nan)
    while np.isnan(fixed).any():
        level, duals = raise_level(fixed)
        stuck = np.isnan(fixed) & (duals > LEVELS)
        if not stuck.any():  # numbers too small to tell: hold the rest where it is
            stuck = np.isnan(fixed)
        fixed[stuck] = level
    return fixed
