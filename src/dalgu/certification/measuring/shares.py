"""From what was heard to rows: the period that the hub held, and each subject's share of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dalgu.certification.formula.observed import Intervals, Period, shares, spans
from dalgu.certification.framework.model import Indicator
from dalgu.certification.framework.query import Variable
from dalgu.certification.measuring import words
from dalgu.certification.measuring.histories import NEVER_US, Listener
from dalgu.certification.measuring.rows import Rows
from dalgu.kernel.text import Text

DAY_US = 86_400_000_000
SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """The time a measurement speaks of: its period, clipped to what the hub remembers."""

    until_us: int
    period_us: int
    begins_us: int | None  # of the memory; None where the indicator asks for no history
    reason: Text | None = None  # why nothing can be said of it

    @property
    def since_us(self) -> int:
        """Where the measurement begins."""
        return self._since(self.period_us)

    @property
    def coverage(self) -> float:
        """Share 0 to 1 of the period that the hub held."""
        return 0.0 if self.reason else (self.until_us - self.since_us) / self.period_us

    def of(self, variable: Variable) -> Period:
        """Return the time that one variable speaks of."""
        window_us = window_of(variable, self.period_us)
        return Period(self._since(window_us), self.until_us)

    def is_clipped(self, variable: Variable) -> bool:
        """Whether the hub's memory is shorter than a variable's window."""
        period = self.of(variable)
        return period.until_us - period.since_us < window_of(variable, self.period_us)

    def _since(self, window_us: int) -> int:
        if self.reason is not None:
            return self.until_us
        return max(self.until_us - window_us, self.begins_us or -NEVER_US)


def window_of(variable: Variable, period_us: int) -> int:
    """Return how long a variable's window is, in microseconds."""
    if variable.window_days is None:
        return period_us
    return round(variable.window_days * DAY_US)


def held(indicator: Indicator, listeners: Sequence[Listener], until_us: int) -> Held:
    """Return the indicator's period as far as the hub remembers it.

    Nothing can be said where it remembers nothing, or less than one observation may be old.
    """
    windows = [window_of(one, period_of(indicator)) for one in indicator.variables.values()]
    period_us = max(windows, default=period_of(indicator))
    firsts = [one.begins_us for one in listeners if one.begins_us is not None]
    if not listeners:
        return Held(until_us, period_us, None)
    if not firsts:
        return Held(until_us, period_us, None, words.NOTHING_OBSERVED)
    found = Held(until_us, period_us, min(firsts))
    oldest_us = max(round(one.max_age_s * SECOND_US) for one in indicator.variables.values())
    if until_us - found.since_us < oldest_us:
        return replace(found, reason=words.MEMORY_SHORT)
    return found


def period_of(indicator: Indicator) -> int:
    """Return the period of an indicator, in microseconds."""
    return round(indicator.period_days * DAY_US)


def observed_rows(listener: Listener, period: Period, *, from_memory: bool) -> Rows:
    """Return a listener's rows with the share of a period that each was observed.

    With `from_memory` the period begins where the hub's memory does, which cannot hold what was
    said before: a subject first heard within its own age of that instant had no duty to speak
    earlier, so it counts from the start.
    """
    intervals = listener.intervals()
    if from_memory:
        intervals = _with_early(listener, intervals, period.since_us)
    share = np.zeros(len(listener.rows))
    if period.until_us > period.since_us:  # else there is no time to share out
        share = shares(listener.asked.measure, len(listener.rows), intervals, period)
    return replace(listener.rows, share=share, last_us=listener.last_us, message=listener.message)


def _with_early(listener: Listener, intervals: Intervals, since_us: int) -> Intervals:
    ages = listener.rows.max_age_us
    if ages is None:
        return intervals
    heard = listener.first_us < NEVER_US
    waited = np.where(heard, listener.first_us, 0) - since_us
    early = np.flatnonzero(heard & (waited <= ages))
    first, last = spans(
        listener.asked.measure, np.full(len(early), since_us, np.int64), ages[early]
    )
    more = Intervals(early, first, last)
    return Intervals(*(np.concatenate(pair) for pair in zip(intervals, more, strict=True)))
