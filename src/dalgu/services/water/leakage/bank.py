"""The bank of suspected beginnings: when may a leak have begun that nobody knows, and where.

The generalised likelihood ratio test of Willsky & Jones (1976): a leak that the filter does not
know leaves a trail in its innovations, since the filter explains part of it by what it knows.
For each beginning and pipe the trail is followed and correlated with the innovations; the
result is a log Bayes factor against "nothing new".
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.water.leakage.filtering import FLOW_SD_M3H, Day
from dalgu.services.water.leakage.network import Floats


@dataclass(slots=True)
class Trail:
    """Evidence for leaks that began on one day, one column for each suspected pipe.

    `carried` shape (state, columns): how 1 m³/h would have misled the state; `weight` and
    `match` shape (columns,): precision of the flow, and its product with the flow.
    """

    since: int
    carried: Floats
    weight: Floats
    match: Floats

    def follow(self, day: Day, mark: Floats) -> None:
        """Take in a day; `mark` shape (rows, columns), of 1 m³/h at each suspected pipe."""
        self.carried = _room(self.carried, day.mark.shape[1])
        seen = mark - day.mark @ self.carried
        weighed = day.precision @ seen
        self.weight += np.einsum("rc,rc->c", seen, weighed)
        self.match += day.innovation @ weighed
        self.carried += day.gain @ seen

    def flow_m3h(self) -> Floats:
        """Return shape (columns,): the flow that fits best, negative where one went away."""
        return np.asarray(self.match / (self.weight + FLOW_SD_M3H**-2))

    def evidence(self) -> Floats:
        """Return shape (columns,): the log Bayes factor of a change at each pipe."""
        gained = self.match**2 / (self.weight + FLOW_SD_M3H**-2)
        return np.asarray(gained / 2 - np.log1p(self.weight * FLOW_SD_M3H**2) / 2)


def begin(since: int, columns: int) -> Trail:
    """Return a trail that has seen nothing yet."""
    return Trail(since, np.zeros((0, columns)), np.zeros(columns), np.zeros(columns))


def _room(carried: Floats, state: int) -> Floats:
    if len(carried) == state:
        return carried
    return np.concatenate([carried, np.zeros((state - len(carried), carried.shape[1]))])
