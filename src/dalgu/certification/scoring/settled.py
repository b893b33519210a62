"""Levels that a procedure has settled already, in the form in which they are scored."""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor

from dalgu.certification.measurement import Maturity


def settled(levels: Mapping[str, float], fewest_reviews: int) -> dict[str, Maturity]:
    """Return maturities whose median is the settled level, by indicator code.

    A settled level is whole or a half, as the median of whole levels is. They speak for as many
    reviews as the framework asks for.

    >>> [one.levels for one in settled({"A": 4.0, "B": 3.5}, 3).values()]
    [(4, 4, 4), (3, 3, 4, 4)]
    """
    maturities = {}
    for code, level in levels.items():
        half = max(1, ceil(Fraction(fewest_reviews, 2)))
        below, above = floor(level), ceil(level)
        given = (below,) * half + (above,) * half if below != above else (below,) * fewest_reviews
        maturities[code] = Maturity(code, levels=given)
    return maturities
