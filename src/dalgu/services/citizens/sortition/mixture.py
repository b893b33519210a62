"""Mixtures of panels: weights that average panels to wanted chances.

`descend` peels one panel after another off the wanted seats, each time one that lies in the same
face of what panels can be, so that the rest remains a mixture too: at most one panel for each
kind and quota. Where it gets stuck, `best_mixture` comes as near as panels can.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.citizens.sortition.panels import best_panel
from dalgu.services.citizens.sortition.pool import Floats, Ints, Kinds

TIGHT = 1e-9  # a number this near to its bound is at it
ENOUGH = 2e-8  # a rest of this weight changes no chance that anybody could tell
NOISE = 1e-7  # of sums of what solvers answer
NEAR = 1e-8  # a greatest deviation below this is none


@dataclass(frozen=True)
class Mixture:
    """Panels (T,) with their weights, which sum to one."""

    parts: tuple[tuple[Ints, float], ...]

    def chance(self, kinds: Kinds) -> Floats:
        """Return the chance (T,) of a person of each kind."""
        seats = sum((panel * weight for panel, weight in self.parts), np.zeros(len(kinds.count)))
        return np.asarray(seats / kinds.count)

    def gap(self, kinds: Kinds, wanted: Floats) -> float:
        """Return the greatest deviation from wanted chances."""
        return float(np.abs(self.chance(kinds) - wanted).max()) if self.parts else 1.0

    def without_idle(self) -> "Mixture":
        """Return it without panels of no weight."""
        kept = [(panel, weight) for panel, weight in self.parts if weight > TIGHT]
        whole = sum(weight for _, weight in kept)
        return Mixture(tuple((panel, weight / whole) for panel, weight in kept))


def descend(kinds: Kinds, seats: Floats) -> Mixture:
    """Return a mixture whose expected seats (T,) are those wanted, or as far as it came."""
    rest: Floats = np.array(seats, dtype=np.float64)
    weight = 1.0
    parts: list[tuple[Ints, float]] = []
    while weight > ENOUGH:
        _snap(rest, np.asarray(weight * kinds.count, dtype=np.float64))
        panel = _in_face(kinds, rest / weight, TIGHT / weight)
        if panel is None:
            break
        step = min(_longest_step(kinds, rest, weight, panel), weight)
        if step <= TIGHT / 10:
            break
        parts.append((panel, step))
        rest = np.asarray(rest - step * panel, dtype=np.float64)
        weight -= step
    return Mixture(tuple(parts)).without_idle() if parts else Mixture(())


def _snap(rest: Floats, full: Floats) -> None:
    """Put what is next to a bound onto it: solvers leave noise, small weights magnify it."""
    rest[rest < TIGHT] = 0.0
    at_top = rest > full - TIGHT
    rest[at_top] = full[at_top]


def _in_face(kinds: Kinds, mean: Floats, noise: float) -> Ints | None:
    """Return a panel near a mean that is at every bound where the mean is."""
    held = kinds.has @ mean
    near = NOISE + noise * 10
    lower = np.where(mean >= kinds.count, kinds.count, 0.0).astype(float)
    upper = np.where(mean <= 0.0, 0.0, kinds.count).astype(float)
    least = np.where(held > kinds.most - near, kinds.most, kinds.least).astype(float)
    most = np.where(held < kinds.least + near, kinds.least, kinds.most).astype(float)
    around = (np.maximum(np.floor(mean), lower), np.minimum(np.ceil(mean), upper))
    weights = mean - np.floor(mean) - 0.5
    found = best_panel(kinds, weights, counts=around, held=(least, most))
    if found is not None:
        return found
    return best_panel(kinds, weights, counts=(lower, upper), held=(least, most))


def _longest_step(kinds: Kinds, rest: Floats, weight: float, panel: Ints) -> float:
    """Return the most weight of a panel after which the rest is still within all bounds.

    Each bound is `margin - step * slope >= 0`.
    """
    held, had = kinds.has @ rest, kinds.has @ panel
    margins = np.concatenate(
        [
            rest,
            weight * kinds.count - rest,
            held - weight * kinds.least,
            weight * kinds.most - held,
        ]
    )
    slopes = np.concatenate([panel, kinds.count - panel, had - kinds.least, kinds.most - had])
    bounding = slopes > 0
    if not bounding.any():
        return weight
    return float(np.clip(margins[bounding] / slopes[bounding], 0.0, None).min())


def best_mixture(kinds: Kinds, wanted: Floats, start: Mixture) -> Mixture:
    """Return the mixture whose greatest deviation from wanted chances (T,) is least.

    Column generation from the panels of `start`; it stops once nothing is left to win.
    """
    from scipy import optimize  # type: ignore[import-untyped]  # ships no types

    panels = [panel for panel, _ in start.parts] or [_any_panel(kinds)]
    total = len(kinds.count)
    while True:
        shares = (np.array(panels) / kinds.count).T
        ones = np.ones((total, 1))
        answer = optimize.linprog(
            np.append(np.zeros(len(panels)), 1.0),
            A_ub=np.vstack([np.hstack([-shares, -ones]), np.hstack([shares, -ones])]),
            b_ub=np.concatenate([-wanted, wanted]),
            A_eq=np.append(np.ones(len(panels)), 0.0).reshape(1, -1),
            b_eq=[1.0],
            bounds=[(0.0, None)] * (len(panels) + 1),
            method="highs-ds",
        )
        low, high = np.split(answer.ineqlin.marginals, 2)
        prices = (high - low) / kinds.count
        found = best_panel(kinds, prices)
        worth = -float(answer.eqlin.marginals[0])
        if answer.x[-1] < NEAR or found is None or float(prices @ found) <= worth + TIGHT:
            parts = zip(panels, np.clip(answer.x[:-1], 0.0, None).tolist(), strict=True)
            return Mixture(tuple(parts)).without_idle()
        panels.append(found)


def _any_panel(kinds: Kinds) -> Ints:
    found = best_panel(kinds, np.zeros(len(kinds.count)))
    if found is None:
        raise ValueError("no panel: ask require_panel first")
    return found
