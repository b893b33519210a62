"""What several reviewers say together: medians, gaps, and Krippendorff's alpha.

References
----------
K. Krippendorff, *Content Analysis*, 3rd edition, 2013, chapter 12 (ordinal metric).

"""

import statistics
from collections.abc import Mapping, Sequence

FEWEST_REVIEWERS = 3
WIDEST_GAP = 2  # levels; a wider one is adjudicated
HIGHEST_LEVEL = 5


def earned_level(levels: Sequence[int]) -> float | None:
    """Return the median of three levels or more, `None` of fewer: nothing is earned yet.

    >>> earned_level([3, 4, 2]), earned_level([3, 4])
    (3.0, None)
    """
    if len(levels) < FEWEST_REVIEWERS:
        return None
    return float(statistics.median(levels))


def needs_adjudication(levels: Sequence[int]) -> bool:
    """Tell whether levels lie more than two apart.

    >>> needs_adjudication([1, 3, 3]), needs_adjudication([1, 3, 4])
    (False, True)
    """
    return bool(levels) and max(levels) - min(levels) > WIDEST_GAP


def alpha(levels: Mapping[str, Mapping[str, int]]) -> float | None:
    """Return ordinal alpha over levels by reviewer and indicator.

    `None` where it is undefined: fewer than two reviewers share an indicator, or all levels
    given are the same, so that there is no variation to agree on.
    """
    indicators = sorted({code for given in levels.values() for code in given})
    table = [[given.get(code) for code in indicators] for given in levels.values()]
    paired = [column for column in zip(*table, strict=True) if _count(column) > 1]
    if len({level for column in paired for level in column if level is not None}) < 2:
        return None
    import krippendorff
    import numpy as np

    data = np.array(table, dtype=float)  # None becomes NaN, which means: did not judge
    return float(krippendorff.alpha(reliability_data=data, level_of_measurement="ordinal"))


def _count(column: Sequence[int | None]) -> int:
    return sum(level is not None for level in column)
