"""What a demonstration changed: the KPI before and after, by daily means. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DAY_S = 86_400
LOCAL_OFFSET_S = 9 * 3_600  # days are those of Korea, which has no summer time
LEAST_DAYS = 3  # on each side, for an interval


@dataclass(frozen=True, slots=True)
class Effect:
    """The change of a KPI, in its unit; `low` to `high` holds it with 95 %.

    Daily means are taken as independent: weather or holidays that fall on one side only are not
    taken out, so this is evidence, not proof.
    """

    before: float
    after: float
    days_before: int
    days_after: int
    low: float | None
    high: float | None
    is_more_better: bool
    target: float

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before

    @property
    def share(self) -> float | None:
        """The change as a share of what was before."""
        return self.change / abs(self.before) if self.before else None

    @property
    def is_met(self) -> bool:
        """Whether the target is reached."""
        return self.after >= self.target if self.is_more_better else self.after <= self.target

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.low is not None and self.high is not None and self.low * self.high > 0


def daily_means(at_s: "NDArray[np.float64]", value: "NDArray[np.float64]") -> list[float]:
    """Return the mean of each local day that has values, oldest first.

    Parameters
    ----------
    at_s, value
        Shape (n,), seconds since 1970 UTC and values without NaN.
    """
    import numpy as np

    day = ((at_s + LOCAL_OFFSET_S) // DAY_S).astype(np.int64)
    days, where = np.unique(day, return_inverse=True)
    sums = np.bincount(where, weights=value, minlength=len(days))
    return [float(mean) for mean in sums / np.bincount(where, minlength=len(days))]


def compared(
    before: Sequence[float], after: Sequence[float], *, is_more_better: bool, target: float
) -> Effect:
    """Return the effect between daily means of two windows, neither of them empty.

    The interval is Welch's (B. L. Welch, *Biometrika* 34, 1947); none with fewer than three days
    on a side.
    """
    mean_before, mean_after = sum(before) / len(before), sum(after) / len(after)
    low, high = _interval(before, after, mean_after - mean_before)
    return Effect(
        mean_before, mean_after, len(before), len(after), low, high, is_more_better, target
    )


def _interval(
    before: Sequence[float], after: Sequence[float], change: float
) -> tuple[float | None, float | None]:
    if min(len(before), len(after)) < LEAST_DAYS:
        return None, None
    from scipy.stats import t  # type: ignore[import-untyped]  # ships no types

    parts = [_variance(side) / len(side) for side in (before, after)]
    error = math.sqrt(sum(parts))
    if error == 0:
        return change, change
    freedom = sum(parts) ** 2 / sum(
        part**2 / (len(side) - 1) for part, side in zip(parts, (before, after), strict=True)
    )
    reach = float(t.ppf(0.975, freedom)) * error
    return change - reach, change + reach


def _variance(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)
