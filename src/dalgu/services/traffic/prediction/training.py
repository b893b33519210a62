"""Training: learn on the older days, stop by the newest, then learn on all for as long.

Cost does not grow with the city: every update sees the same number of moments of links, drawn
evenly from all, and there is a most of updates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.prediction.history import STEP_MIN, WINDOW, Array, History, Steps
from dalgu.services.traffic.prediction.inputs import (
    Inputs,
    gather,
    learn_scales,
    make_inputs,
)
from dalgu.services.traffic.prediction.intervals import first_offsets
from dalgu.services.traffic.prediction.model import Model, raw_quantiles
from dalgu.services.traffic.prediction.network import (
    QUANTILES,
    Adam,
    Weights,
    backward,
    follow,
    forward,
    fresh,
    pinball,
)
from dalgu.services.traffic.prediction.refusals import LinkHistoryTooShort

HORIZONS_MIN = (15, 30, 45, 60)
LEAST_STEPS = 288  # a day, so that each time of day was seen

BATCH = 2_048  # moments of links an update
RATE = 2e-3
WARM_UPDATES = 100
MOST_UPDATES = 2_500
CHECK_EVERY = 100
PATIENCE = 4  # checks without a better one
FOLLOWED = 0.01  # by the running average of the weights, each update; it is what forecasts
HELD_BACK = 1 / 8  # newest share of the history, which stops the learning and sets intervals
JUDGED = 20_000  # moments of links a check looks at

# Rehearsed gaps, shares of the moments: a dead detector, late data, single losses.
SILENT, LATE, LOSSY = 0.03, 0.06, 0.05
LATEST_STEPS = 6
LOST = 0.3


@dataclass(frozen=True, slots=True)
class _Part:
    """Moments to learn from or to judge by: a made history, and which ends may be drawn."""

    inputs: Inputs
    ends: Steps

    @staticmethod
    def of(inputs: Inputs, first: int) -> "_Part":
        """Take the ends from `first` on after which anything was observed."""
        ends = np.arange(max(first, WINDOW - 1), inputs.z.shape[1] - int(inputs.ahead.max()))
        heard = np.flatnonzero(np.isfinite(inputs.z).any(axis=(0, 2)))
        follows = np.isin(ends[:, None] + inputs.ahead, heard).any(axis=1)
        return _Part(inputs, ends[follows])

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Steps, Steps]:
        links = self.inputs.z.shape[2]
        return self.ends[rng.integers(0, len(self.ends), count)], rng.integers(0, links, count)

    def truth(self, end: Steps, link: Steps) -> Array:
        """Shape (n, targets), standardised."""
        at = end[:, None] + self.inputs.ahead
        parts = [z[at, link[:, None]] for z in self.inputs.z]
        return np.concatenate(parts, axis=1)


def train(history: History, horizons_min: Sequence[int] = HORIZONS_MIN, *, seed: int = 0) -> Model:
    """Train a model of all links of a city.

    Parameters
    ----------
    history
        At least a day, better four weeks; gaps and dead links are allowed.
    horizons_min
        Minutes ahead, multiples of five.
    seed
        The same history and seed give the same model.

    Raises
    ------
    LinkHistoryTooShort
        When fewer than LEAST_STEPS steps hold any observation.

    """
    ahead = np.array(horizons_min, dtype=np.int64) // STEP_MIN
    seen = np.flatnonzero(np.isfinite(history.values).any(axis=(0, 2)))
    least = least_steps(horizons_min)
    if len(seen) < least:
        raise LinkHistoryTooShort(len(seen), least)
    history = history.part(int(seen[0]), int(seen[-1]) + 1)
    older = history.part(0, int(seen[int(len(seen) * (1 - HELD_BACK))] - seen[0]))
    rng = np.random.default_rng(seed)
    updates, offsets = _trial(older, history, ahead, rng)
    scales = learn_scales(history)
    whole = make_inputs(history, scales, ahead, leave_own_day_out=True)
    part = _Part.of(whole, 0)
    weights = _learn(part, updates, rng)
    return Model(
        names=history.names,
        quantities=history.quantities,
        horizons_min=tuple(horizons_min),
        scales=scales,
        weights=weights,
        offsets=offsets,
        learned_until=history.last_step,
    )


def least_steps(horizons_min: Sequence[int] = HORIZONS_MIN) -> int:
    """Return how many steps training needs: a day, an hour before it and the longest horizon."""
    return LEAST_STEPS + WINDOW + max(horizons_min) // STEP_MIN


def _trial(
    older: History, history: History, ahead: Steps, rng: np.random.Generator
) -> tuple[int, Array]:
    """Learn on the older days; return how many updates served best, and the first offsets."""
    scales = learn_scales(older)
    learned = _Part.of(make_inputs(older, scales, ahead, leave_own_day_out=True), 0)
    inputs = make_inputs(history, scales, ahead, leave_own_day_out=False)
    newest = _Part.of(inputs, older.steps - 1)
    judged = newest.draw(JUDGED, rng)
    weights, updates = _learn_until_best(learned, newest, judged, rng)
    outputs = raw_quantiles(weights, newest.inputs, *judged)
    return updates, first_offsets(outputs, newest.truth(*judged))


def _learn_until_best(
    part: _Part, newest: _Part, judged: tuple[Steps, Steps], rng: np.random.Generator
) -> tuple[Weights, int]:
    learner = _Learner(part, rng)
    truth = newest.truth(*judged)
    best, best_loss, best_updates = learner.average, np.inf, CHECK_EVERY
    for updates in range(CHECK_EVERY, MOST_UPDATES + 1, CHECK_EVERY):
        learner.update(CHECK_EVERY)
        loss, _ = pinball(raw_quantiles(learner.average, newest.inputs, *judged), truth)
        if loss < best_loss:
            best, best_loss, best_updates = learner.snapshot(), loss, updates
        elif updates - best_updates >= PATIENCE * CHECK_EVERY:
            break
    return best, best_updates


def _learn(part: _Part, updates: int, rng: np.random.Generator) -> Weights:
    learner = _Learner(part, rng)
    learner.update(updates)
    return learner.average


class _Learner:
    """Weights on their way, and their running average."""

    def __init__(self, part: _Part, rng: np.random.Generator) -> None:
        self._part, self._rng = part, rng
        quantities, _, links = part.inputs.z.shape
        outputs = quantities * len(part.inputs.ahead) * len(QUANTILES)
        self._weights = fresh(part.inputs.width, links, outputs, rng)
        self._adam = Adam(self._weights)
        self._updates = 0
        self.average = [one.copy() for one in self._weights]

    def snapshot(self) -> Weights:
        return [one.copy() for one in self.average]

    def update(self, times: int) -> None:
        for _ in range(times):
            self._updates += 1
            self._adam.step(self._weights, self._gradient(), self._rate())
            # Early weights are far from good: the average begins by following fast.
            follow(self.average, self._weights, max(FOLLOWED, 1 / self._updates))

    def _rate(self) -> float:
        return RATE * min(1.0, self._updates / WARM_UPDATES)

    def _gradient(self) -> Weights:
        rng, part = self._rng, self._part
        end, link = part.draw(BATCH, rng)
        seen, last = gather(part.inputs, end, link, hidden=_rehearsed_gaps(BATCH, rng))
        outputs, done = forward(self._weights, seen, link, rng)
        targets = part.truth(end, link)
        base = np.repeat(last.T, len(part.inputs.ahead), axis=1)
        _, slope = pinball(outputs.reshape(BATCH, -1, len(QUANTILES)), targets - base)
        return backward(self._weights, done, slope.reshape(BATCH, -1), link)


def _rehearsed_gaps(count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Which steps of which windows to hide: shape (count, WINDOW)."""
    chance = rng.random(count)
    silent = chance < SILENT
    late = (chance >= SILENT) & (chance < SILENT + LATE)
    lossy = (chance >= SILENT + LATE) & (chance < SILENT + LATE + LOSSY)
    newest = WINDOW - rng.integers(1, LATEST_STEPS + 1, count)
    hidden = silent[:, None] | (late[:, None] & (np.arange(WINDOW) >= newest[:, None]))
    hidden |= lossy[:, None] & (rng.random((count, WINDOW)) < LOST)
    return hidden
