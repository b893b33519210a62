"""How far forecasts were off, beside the last value and the weekly profile; whether bands held."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.prediction.history import Array
from dalgu.services.traffic.prediction.model import Forecast

LEAST_FOR_PERCENT = 1.0  # veh/h or km/h: below it a percentage says nothing


@dataclass(frozen=True, slots=True)
class Guesses:
    """What forecasts are held against; each is the shape of the forecasts' middle."""

    last_value: Array
    weekly_profile: Array


@dataclass(frozen=True, slots=True)
class HorizonError:
    """Errors of one quantity after one horizon, in veh/h or km/h; `None` where nothing is known.

    A skill is the share of the guess's mean absolute error that the forecast avoids; coverage
    and width follow the order of the forecast's levels.
    """

    quantity: str
    horizon_min: int
    count: int
    mae: float | None
    rmse: float | None
    mape: float | None
    last_value_mae: float | None
    weekly_profile_mae: float | None
    coverage: tuple[float | None, ...]
    width: tuple[float | None, ...]

    @property
    def skill_over_last_value(self) -> float | None:
        """Share of the last value's error that the forecast avoids."""
        return _skill(self.mae, self.last_value_mae)

    @property
    def skill_over_weekly_profile(self) -> float | None:
        """Share of the weekly profile's error that the forecast avoids."""
        return _skill(self.mae, self.weekly_profile_mae)


def errors(forecast: Forecast, truth: Array, guesses: Guesses) -> list[HorizonError]:
    """Return the table of errors, one line for each quantity and horizon.

    Parameters
    ----------
    forecast
        Of one moment, or of many: then all arrays have moments before the quantities.
    truth
        The shape of `forecast.middle`, NaN where unknown.
    guesses
        The naive ones for the same moments.

    """
    lines = []
    for row, quantity in enumerate(forecast.quantities):
        for column, minutes in enumerate(forecast.horizons_min):
            cut = _Cut(
                truth[..., row, :, column],
                forecast.middle[..., row, :, column],
                forecast.low[..., row, :, column],
                forecast.high[..., row, :, column],
                guesses.last_value[..., row, :, column],
                guesses.weekly_profile[..., row, :, column],
            )
            lines.append(_line(quantity, minutes, cut))
    return lines


@dataclass(frozen=True, slots=True)
class _Cut:
    """One quantity after one horizon; bounds have levels first."""

    truth: Array
    middle: Array
    low: Array
    high: Array
    last_value: Array
    weekly_profile: Array


def _line(quantity: str, minutes: int, cut: _Cut) -> HorizonError:
    truth = cut.truth
    off = cut.middle - truth
    within = np.where(np.isfinite(truth), (truth >= cut.low) & (truth <= cut.high), np.nan)
    percent = np.where(truth >= LEAST_FOR_PERCENT, np.abs(off) / np.maximum(truth, 1e-9), np.nan)
    square = _mean(off**2)
    return HorizonError(
        quantity=quantity,
        horizon_min=minutes,
        count=int(np.isfinite(off).sum()),
        mae=_mean(np.abs(off)),
        rmse=None if square is None else float(np.sqrt(square)),
        mape=_mean(percent),
        last_value_mae=_mean(np.abs(cut.last_value - truth)),
        weekly_profile_mae=_mean(np.abs(cut.weekly_profile - truth)),
        coverage=tuple(_mean(level) for level in within),
        width=tuple(_mean(level) for level in cut.high - cut.low),
    )


def _mean(values: NDArray[np.floating]) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean(dtype=np.float64)) if known.size else None


def _skill(mae: float | None, guess: float | None) -> float | None:
    if mae is None or not guess:
        return None
    return 1 - mae / guess
