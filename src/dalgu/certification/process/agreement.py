"""What several reviewers say together: their median, and whether they lie too far apart.

How far they agree over all indicators is `scoring.agreement`.
"""

import statistics
from collections.abc import Sequence

from dalgu.certification.scoring.agreement import WIDEST_SPREAD

FEWEST_REVIEWERS = 3


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
    return bool(levels) and max(levels) - min(levels) > WIDEST_SPREAD
