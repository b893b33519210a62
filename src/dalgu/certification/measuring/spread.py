"""The sampling error of a value that stands on a survey."""

import numpy as np

from dalgu.certification.framework.model import Indicator
from dalgu.certification.measuring.rows import Counted, Rows

FEWEST = 2  # answers, below which there is no spread


def standard_error(
    indicator: Indicator, value: float, rows: dict[str, Rows], counted: dict[str, Counted]
) -> float | None:
    """Return the standard error of a value, in its unit; None where none is known.

    Of a ratio of two sums over the same answers, as a weighted mean is one, by linearisation:
    with r = sum(y) / sum(w), the root of n / (n - 1) * sum((y - r w)^2), over sum(w). Of a plain
    mean the standard deviation over the root of n. What the formula multiplies the ratio or the
    mean with, multiplies its error.

    References
    ----------
    W. G. Cochran, *Sampling Techniques*, 3rd edition, Wiley, 1977, section 6.4.
    """
    if not indicator.survey or indicator.survey not in rows:
        return None
    answers, told = rows[indicator.survey], counted[indicator.survey]
    if len(answers) < FEWEST or not told.total:
        return None
    if indicator.variables[indicator.survey].aggregate == "mean":
        spread = float(np.nanstd(answers.value, ddof=1) / np.sqrt(np.sum(~np.isnan(answers.value))))
        return abs(value / told.total) * spread
    weights = counted.get(indicator.denominator)
    if (
        weights is None
        or not weights.total
        or rows[indicator.denominator].subject != answers.subject
    ):
        return None
    n, ratio = len(answers), told.total / weights.total
    residual = told.contribution - ratio * weights.contribution
    spread = float(np.sqrt(n / (n - 1) * np.sum(residual**2)) / weights.total)
    return abs(value / ratio) * spread
