"""How far reviewers agree, and where their levels must be talked over.

Krippendorff's alpha for ordinal data: 1 is full agreement, 0 what chance gives, below 0 they
disagree on purpose. He draws conclusions from 0.8 on, tentative ones from 0.667.

References
----------
K. Krippendorff, *Content Analysis: An Introduction to Its Methodology*, 4th edition, Sage, 2018.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dalgu.certification.framework.model import HIGHEST_LEVEL
from dalgu.kernel.text import Text

RELIABLE_ALPHA = 0.8
TENTATIVE_ALPHA = 0.667
WIDEST_SPREAD = 2  # levels; a wider one is adjudicated


class Reliability(StrEnum):
    """What can be concluded from levels of this agreement."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    UNRELIABLE = "unreliable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Spread:
    """An indicator on which reviewers are more than two levels apart."""

    indicator: str
    lowest: int
    highest: int
    levels: tuple[tuple[str, int], ...]  # reviewer and level, from the lowest


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of the reviewers; where `alpha` cannot be computed, `why` says the reason."""

    alpha: float | None
    why: Text | None
    reliability: Reliability
    reviewer_count: int
    indicator_count: int  # with two levels or more: the others say nothing of agreement
    adjudicate: tuple[Spread, ...]  # the widest first


_FEW_REVIEWERS = Text("평가위원이 2명 미만이다", "Fewer than two reviewers gave levels")
_NOTHING_SHARED = Text(
    "둘 이상의 위원이 함께 평가한 지표가 없다", "No indicator was reviewed by two reviewers"
)
_ONE_LEVEL = Text(
    "모든 등급이 같아 우연한 일치와 구별할 수 없다",
    "All levels are the same, which cannot be told from chance",
)


def agreement(levels_by_reviewer: Mapping[str, Mapping[str, int]]) -> Agreement:
    """Return how far reviewers agree; levels go by reviewer, then by indicator code.

    Reviewers need not judge the same indicators.

    Examples
    --------
    >>> two = {"a": {"X": 1, "Y": 4}, "b": {"X": 1, "Y": 4}}
    >>> agreement(two).alpha
    1.0
    >>> [one.indicator for one in agreement({"a": {"X": 1}, "b": {"X": 4}}).adjudicate]
    ['X']
    """
    reviewers = [name for name, levels in levels_by_reviewer.items() if levels]
    codes = sorted({code for levels in levels_by_reviewer.values() for code in levels})
    table = np.full((len(reviewers), len(codes)), np.nan)
    for row, reviewer in enumerate(reviewers):
        for column, code in enumerate(codes):
            table[row, column] = levels_by_reviewer[reviewer].get(code, np.nan)
    shared = table[:, np.sum(~np.isnan(table), axis=0) > 1]
    alpha, why = _alpha(shared, len(reviewers))
    return Agreement(
        alpha=alpha,
        why=why,
        reliability=_reliability(alpha),
        reviewer_count=len(reviewers),
        indicator_count=shared.shape[1],
        adjudicate=_wide(levels_by_reviewer, codes),
    )


def _alpha(shared: np.ndarray, reviewer_count: int) -> tuple[float | None, Text | None]:
    if reviewer_count < 2:
        return None, _FEW_REVIEWERS
    if shared.shape[1] == 0:
        return None, _NOTHING_SHARED
    if len(np.unique(shared[~np.isnan(shared)])) == 1:
        return None, _ONE_LEVEL
    import krippendorff

    domain = list(range(HIGHEST_LEVEL + 1))
    alpha = krippendorff.alpha(shared, level_of_measurement="ordinal", value_domain=domain)
    return float(alpha), None


def _reliability(alpha: float | None) -> Reliability:
    if alpha is None:
        return Reliability.UNKNOWN
    if alpha >= RELIABLE_ALPHA:
        return Reliability.RELIABLE
    return Reliability.TENTATIVE if alpha >= TENTATIVE_ALPHA else Reliability.UNRELIABLE


def _wide(
    levels_by_reviewer: Mapping[str, Mapping[str, int]], codes: list[str]
) -> tuple[Spread, ...]:
    wide = []
    for code in codes:
        given = [
            (who, levels[code]) for who, levels in levels_by_reviewer.items() if code in levels
        ]
        given.sort(key=lambda one: one[1])
        lowest, highest = given[0][1], given[-1][1]
        if highest - lowest > WIDEST_SPREAD:
            wide.append(Spread(code, lowest, highest, tuple(given)))
    return tuple(sorted(wide, key=lambda one: one.lowest - one.highest))
