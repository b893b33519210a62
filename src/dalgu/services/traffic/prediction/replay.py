"""Forecasts of past moments as they would have been made then, intervals tracked on the way."""

import numpy as np

from dalgu.services.traffic.prediction.errors import Guesses
from dalgu.services.traffic.prediction.history import Array, History, Steps
from dalgu.services.traffic.prediction.inputs import Inputs
from dalgu.services.traffic.prediction.model import Forecast, Model
from dalgu.services.traffic.prediction.naive import last_values, profile_at


def replay(model: Model, history: History, ends: Steps) -> tuple[Forecast, Model]:
    """Forecast at each of the moments in turn; a forecast moves the intervals when it came true.

    Parameters
    ----------
    model
        Trained on days before the first moment.
    history
        Of all moments and what came after them.
    ends
        Last steps that the forecasts see, one after the other.

    Returns
    -------
    tuple
        The forecasts, moments before the quantities in all arrays; and the model with its
        intervals as they are after the last moment.

    """
    inputs = model.inputs_of(history)
    issued: dict[int, Array] = {}
    for end in ends.tolist():
        model = judged(model, inputs, issued, end)
        issued[end] = model.bounds(inputs, np.array([end]))[0]
    return model.forecast(np.stack([issued[end] for end in ends.tolist()])), model


def judged(model: Model, inputs: Inputs, issued: dict[int, Array], now: int) -> Model:
    """Return the model with its intervals moved by the forecasts for this very step.

    `issued` holds, by the last step that they saw, standardised quantiles as `Model.bounds`
    returned them; horizons for which none was issued move nothing.
    """
    links, targets = inputs.z.shape[2], len(model.offsets)
    truth = np.full((links, targets), np.nan, dtype=np.float32)
    bounds = np.zeros((links, targets, model.offsets.shape[1]), dtype=np.float32)
    horizons = len(model.ahead)
    for row, steps in enumerate(model.ahead.tolist()):
        was = issued.get(now - steps)
        if was is None:
            continue
        for quantity in range(len(model.quantities)):
            target = quantity * horizons + row
            truth[:, target] = inputs.z[quantity, now]
            bounds[:, target] = was[:, target]
    return model.came_true(bounds, truth)


def truth_of(history: History, model: Model, ends: Steps) -> Array:
    """Return what came, shape (moments, quantities, links, horizons); NaN beyond the history."""
    values = history.values
    at = ends[:, None] + model.ahead
    inside = at < history.steps
    found = values[:, np.where(inside, at, 0)]
    found = np.where(inside[None, :, :, None], found, np.nan)
    came: Array = found.transpose(1, 0, 3, 2)
    return came


def guesses_of(history: History, profile: Array, model: Model, ends: Steps) -> Guesses:
    """Return the naive guesses for the same moments; the profile is that of earlier days."""
    horizons = len(model.ahead)
    last = last_values(history, ends)
    usual = profile_at(profile, (history.first_step + ends[:, None] + model.ahead).ravel())
    by_moment = usual.reshape(len(usual), len(ends), horizons, -1).transpose(1, 0, 3, 2)
    return Guesses(np.repeat(last[..., None], horizons, axis=-1), by_moment)
