"""How probable each grade is, drawn once for what a scorecard stands on."""

import asyncio

import msgspec
import numpy as np

from dalgu.certification.scorecard import Scorecard
from dalgu.certification.scoring.probability import GradeProbability, grade_probability

SEED = 1  # the same values give the same picture to everybody


class Likelihoods:
    """The newest answer of each framework; another basis draws again, off the event loop."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[bytes, GradeProbability]] = {}

    async def of(self, card: Scorecard) -> GradeProbability | None:
        """Return the probability of each grade; None where a framework gives no grades."""
        if card.sheet is None:
            return None
        name, key = card.framework.name, _key(card)
        known = self._kept.get(name)
        if known is None or known[0] != key:
            known = key, await asyncio.to_thread(_drawn, card)
            self._kept[name] = known
        return known[1]


def _drawn(card: Scorecard) -> GradeProbability:
    basis = card.basis
    return grade_probability(
        card.framework,
        basis.city_type,
        basis.measurements,
        basis.maturities,
        rng=np.random.default_rng(SEED),
    )


def _key(card: Scorecard) -> bytes:
    known = [(one.measured, one.maturity) for one in card.standings]
    return msgspec.json.encode((card.city_type, card.total_points, known))
