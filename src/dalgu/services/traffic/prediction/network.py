"""A small residual network over links and moments, with an embedding of each link.

After STID (Shao et al., *Spatial-Temporal Identity: A Simple yet Effective Baseline for
Multivariate Time Series Forecasting*, CIKM 2022): what tells links and times of day apart is
worth more than graph convolution. It gives quantiles and learns by the pinball loss (Koenker
and Bassett, *Regression Quantiles*, Econometrica 46, 1978) with Adam (Kingma and Ba, 2015).
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.prediction.history import Array, Steps

EMBEDDING = 24
WIDTH = 128
LAYERS = 2
DROPPED = 0.1  # of the inner units, while learning
QUANTILES = np.array([0.5, 0.025, 0.1, 0.9, 0.975], dtype=np.float32)  # the middle first
QUANTILE_WEIGHT = np.array([1.0, 0.2, 0.2, 0.2, 0.2], dtype=np.float32)  # in the loss
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8  # of Adam, as in its paper
DECAY = 0.01  # of weights, apart from the gradient (Loshchilov and Hutter, 2019)

Weights = list[Array]  # embedding, first (weight, bias), layers (2 x (weight, bias)), last


def fresh(width_in: int, links: int, width_out: int, rng: np.random.Generator) -> Weights:
    """Return untrained weights."""

    def dense(inputs: int, outputs: int, scale: float) -> Weights:
        weight = rng.standard_normal((inputs, outputs), dtype=np.float32)
        weight *= np.float32(scale * np.sqrt(2 / inputs))
        return [weight, np.zeros(outputs, dtype=np.float32)]

    weights = [0.3 * rng.standard_normal((links, EMBEDDING), dtype=np.float32)]
    weights += dense(width_in + EMBEDDING, WIDTH, 1.0)
    for _ in range(LAYERS):
        weights += dense(WIDTH, WIDTH, 1.0) + dense(WIDTH, WIDTH, 0.3)
    return weights + dense(WIDTH, width_out, 0.1)


@dataclass(frozen=True, slots=True)
class Pass:
    """What the way forward leaves for the way back."""

    entered: Array
    first: Array
    inner: list[tuple[Array, Array, Array | None]]  # into the layer, active units, which stayed
    last: Array


def forward(
    weights: Weights, seen: Array, link: Steps, rng: np.random.Generator | None = None
) -> tuple[Array, Pass]:
    """Return the outputs, shape (n, width_out); with `rng` inner units are dropped."""
    entered = np.concatenate([seen, weights[0][link]], axis=1)
    state = first = np.maximum(entered @ weights[1] + weights[2], 0)
    inner = []
    for layer in range(LAYERS):
        w_in, b_in, w_out, b_out = weights[3 + 4 * layer : 7 + 4 * layer]
        active = np.maximum(state @ w_in + b_in, 0)
        stayed = None
        if rng is not None:
            kept = rng.random(active.shape, dtype=np.float32) >= DROPPED
            stayed = kept.astype(np.float32) / np.float32(1 - DROPPED)
            active *= stayed
        inner.append((state, active, stayed))
        state = state + active @ w_out + b_out
    return state @ weights[-2] + weights[-1], Pass(entered, first, inner, state)


def backward(weights: Weights, done: Pass, slope: Array, link: Steps) -> Weights:
    """Return the gradient of the loss by each weight; `slope` is that by the outputs."""
    found: Weights = [np.empty(0, dtype=np.float32)] * len(weights)
    found[-2], found[-1] = done.last.T @ slope, slope.sum(axis=0)
    back = slope @ weights[-2].T
    for layer in reversed(range(LAYERS)):
        at = 3 + 4 * layer
        state, active, stayed = done.inner[layer]
        found[at + 2], found[at + 3] = active.T @ back, back.sum(axis=0)
        inner = back @ weights[at + 2].T
        if stayed is not None:
            inner *= stayed
        inner = inner * (active > 0).astype(np.float32)
        found[at], found[at + 1] = state.T @ inner, inner.sum(axis=0)
        back = back + inner @ weights[at].T
    back = back * (done.first > 0).astype(np.float32)
    found[1], found[2] = done.entered.T @ back, back.sum(axis=0)
    found[0] = np.zeros_like(weights[0])
    np.add.at(found[0], link, back @ weights[1][-EMBEDDING:].T)
    return found


def pinball(outputs: Array, truth: Array) -> tuple[float, Array]:
    """Return the weighted pinball loss of quantiles and its slope; unknown truth counts nothing.

    Parameters
    ----------
    outputs
        Shape (n, targets, quantiles).
    truth
        Shape (n, targets), NaN where unknown.

    """
    known = np.isfinite(truth)[..., None]
    off = np.where(known, truth[..., None] - outputs, 0.0)
    share = QUANTILE_WEIGHT / max(1, int(known.sum()))
    loss = np.maximum(QUANTILES * off, (QUANTILES - 1) * off) * share
    slope = np.where(off > 0, -QUANTILES, 1 - QUANTILES) * share * known
    return float(loss.sum()), slope.astype(np.float32)


class Adam:
    """The moments of the gradients so far; `step` moves the weights in place."""

    def __init__(self, weights: Weights) -> None:
        self._mean = [np.zeros_like(one) for one in weights]
        self._square = [np.zeros_like(one) for one in weights]
        self._steps = 0

    def step(self, weights: Weights, gradient: Weights, rate: float) -> None:
        """Move the weights one step down."""
        self._steps += 1
        unbiased = rate * np.sqrt(1 - BETA_2**self._steps) / (1 - BETA_1**self._steps)
        for weight, slope, mean, square in zip(
            weights, gradient, self._mean, self._square, strict=True
        ):
            mean += (1 - BETA_1) * (slope - mean)
            square += (1 - BETA_2) * (slope * slope - square)
            if weight.ndim == 2:
                weight *= np.float32(1 - rate * DECAY)
            weight -= np.float32(unbiased) * mean / (np.sqrt(square) + np.float32(EPSILON))


def follow(average: Weights, weights: Weights, share: float) -> None:
    """Move a running average of weights towards them, in place."""
    for kept, weight in zip(average, weights, strict=True):
        kept += np.float32(share) * (weight - kept)
