"""A trained model: it forecasts from the last hour, learns how wide to be, and goes into bytes."""

import io
import json
import zipfile
from dataclasses import dataclass, replace

import numpy as np

from dalgu.services.traffic.prediction.history import STEP_MIN, WINDOW, Array, History, Steps
from dalgu.services.traffic.prediction.inputs import Inputs, Scales, gather, make_inputs
from dalgu.services.traffic.prediction.intervals import HIGHS, LEVELS, LOWS, moved
from dalgu.services.traffic.prediction.network import QUANTILES, Weights, forward
from dalgu.services.traffic.prediction.refusals import ForecastModelUnreadable, HistoryOfOtherLinks

VERSION = "stid-quantiles-1"
ROWS_AT_ONCE = 8_192


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is expected after each horizon, in veh/h and km/h, never below 0.

    Attributes
    ----------
    quantities, horizons_min, levels
        Names of the axes: `flow` and `speed`, minutes ahead, nominal coverage of the intervals.
    middle
        Shape (quantities, links, horizons): as likely to be passed as not.
    low, high
        Shape (levels, quantities, links, horizons).

    """

    quantities: tuple[str, ...]
    horizons_min: tuple[int, ...]
    levels: tuple[float, ...]
    middle: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Model:
    """All that a forecast needs beside the last hour; `train` makes it.

    `offsets` is shape (quantities * horizons, quantiles), in spreads; `names` are those of the
    links, empty where the history had none; `learned_until` is the last step it has learned from.
    """

    names: tuple[str, ...]
    quantities: tuple[str, ...]
    horizons_min: tuple[int, ...]
    scales: Scales
    weights: Weights
    offsets: Array
    learned_until: int = -1

    @property
    def ahead(self) -> Steps:
        """The horizons in steps."""
        return np.array(self.horizons_min, dtype=np.int64) // STEP_MIN

    def predict(self, window: History) -> Forecast:
        """Forecast every link from the last hour of a window.

        Silent links are forecast too, from their neighbours, the city and their usual day.

        Raises
        ------
        HistoryOfOtherLinks
            When the window is of another network than the model was trained on.

        """
        inputs = self.inputs_of(window.part(max(0, window.steps - WINDOW), window.steps))
        return self.forecast(self.bounds(inputs, np.array([WINDOW - 1]))[0])

    def inputs_of(self, history: History) -> Inputs:
        """Make a history ready for `bounds`; one that is too short is begun with silence."""
        got = f"{history.links} links with {', '.join(history.quantities)}"
        trained = f"{self.scales.mean.shape[1]} links with {', '.join(self.quantities)}"
        if got != trained or history.names != self.names:
            raise HistoryOfOtherLinks(got, trained)
        missing = WINDOW - history.steps
        if missing > 0:
            history = _begun_with_silence(history, missing)
        return make_inputs(history, self.scales, self.ahead, leave_own_day_out=False)

    def bounds(self, inputs: Inputs, ends: Steps) -> Array:
        """Return quantiles at moments, standardised: (moments, links, targets, quantiles).

        `ends` are the last steps looked back on. Targets are quantities times horizons.
        """
        links = inputs.z.shape[2]
        end, link = np.repeat(ends, links), np.tile(np.arange(links), len(ends))
        targets = len(self.quantities) * len(self.horizons_min)
        parts = []
        for first in range(0, len(end), ROWS_AT_ONCE):
            rows = slice(first, first + ROWS_AT_ONCE)
            parts.append(raw_quantiles(self.weights, inputs, end[rows], link[rows]))
        raw = np.concatenate(parts).reshape(len(ends), links, targets, len(QUANTILES))
        return _in_order(raw + self.offsets)

    def forecast(self, bounds: Array) -> Forecast:
        """Return standardised quantiles of one moment, or with moments first, in their units."""
        moments = bounds.shape[:-3]
        shape = (*moments, bounds.shape[-3], len(self.quantities), len(self.horizons_min), -1)
        by_quantity = np.moveaxis(bounds.reshape(shape), -3, 0)
        mean, spread = self.scales.mean, self.scales.spread
        values = np.stack(
            [one * spread[row] + mean[row][:, None, None] for row, one in enumerate(by_quantity)],
            axis=len(moments),
        )
        values = np.maximum(values, 0.0)
        return Forecast(
            quantities=self.quantities,
            horizons_min=self.horizons_min,
            levels=LEVELS,
            middle=values[..., 0],
            low=np.moveaxis(values[..., LOWS], -1, 0),
            high=np.moveaxis(values[..., HIGHS], -1, 0),
        )

    def standardised(self, values: Array) -> Array:
        """Return observations, shape (quantities, links), as the network counts them."""
        z: Array = (values - self.scales.mean) / self.scales.spread[:, None]
        return z

    def came_true(self, bounds: Array, truth: Array) -> "Model":
        """Return the model with intervals moved by what came true.

        Parameters
        ----------
        bounds
            Shape (links, targets, quantiles), standardised, as they were forecast.
        truth
            Shape (links, targets), standardised, NaN where unknown.

        """
        return replace(self, offsets=moved(self.offsets, bounds, truth))

    def dump(self) -> bytes:
        """Return the model as bytes: a NumPy archive without objects."""
        head = {
            "version": VERSION,
            "names": self.names,
            "learned_until": self.learned_until,
            "quantities": self.quantities,
            "horizons_min": self.horizons_min,
            "weights": len(self.weights),
        }
        arrays = {f"weight_{row}": one for row, one in enumerate(self.weights)}
        arrays |= {name: getattr(self.scales, name) for name in Scales.__slots__}
        arrays |= {
            "offsets": self.offsets,
            "head": np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
        }
        body = io.BytesIO()
        np.savez(body, allow_pickle=False, **arrays)
        return body.getvalue()

    @staticmethod
    def load(body: bytes) -> "Model":
        """Return a dumped model.

        Raises
        ------
        ForecastModelUnreadable
            When the bytes are not a model of this version.

        """
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as kept:
                arrays = dict(kept)
            head = json.loads(arrays["head"].tobytes())
        except (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile) as broken:
            raise ForecastModelUnreadable(str(broken)) from broken
        if head["version"] != VERSION:
            raise ForecastModelUnreadable(f"it is of version {head['version']}, not {VERSION}")
        return Model(
            names=tuple(head["names"]),
            quantities=tuple(head["quantities"]),
            horizons_min=tuple(head["horizons_min"]),
            scales=Scales(**{name: arrays[name] for name in Scales.__slots__}),
            weights=[arrays[f"weight_{row}"] for row in range(head["weights"])],
            offsets=arrays["offsets"],
            learned_until=head["learned_until"],
        )


def raw_quantiles(weights: Weights, inputs: Inputs, end: Steps, link: Steps) -> Array:
    """Return what the network gives, offsets left out: shape (n, targets, quantiles)."""
    seen, last = gather(inputs, end, link)
    outputs, _ = forward(weights, seen, link)
    by_quantity = outputs.reshape(len(end), len(last), -1, len(QUANTILES))
    based: Array = by_quantity + last.T[:, :, None, None]
    return based.reshape(len(end), -1, len(QUANTILES))


def _in_order(bounds: Array) -> Array:
    """Let no quantile pass another, the wider giving way to the narrower and all to the middle."""
    ordered = bounds.copy()
    for inner, outer in zip((0, LOWS[0]), LOWS, strict=True):
        ordered[..., outer] = np.minimum(ordered[..., outer], ordered[..., inner])
    for inner, outer in zip((0, HIGHS[0]), HIGHS, strict=True):
        ordered[..., outer] = np.maximum(ordered[..., outer], ordered[..., inner])
    return ordered


def _begun_with_silence(history: History, steps: int) -> History:
    def begun(part: Array | None) -> Array | None:
        return None if part is None else np.pad(part, ((0, 0), (steps, 0)), constant_values=np.nan)

    return replace(
        history,
        first_step=history.first_step - steps,
        flow_veh_h=begun(history.flow_veh_h),
        speed_kmh=begun(history.speed_kmh),
    )
