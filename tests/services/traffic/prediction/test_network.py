import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.traffic.prediction.network import (
    QUANTILES,
    Adam,
    backward,
    forward,
    fresh,
    pinball,
)


def as_double(weights):
    return [one.astype(np.float64) for one in weights]


def test_the_gradient_is_that_of_finite_differences():
    rng = np.random.default_rng(1)
    weights = as_double(fresh(5, 3, 2 * len(QUANTILES), rng))
    weights[-2] = rng.standard_normal(weights[-2].shape)  # untrained outputs are nearly 0
    seen, link = rng.standard_normal((7, 5)), rng.integers(0, 3, 7)
    truth = rng.standard_normal((7, 2))
    truth[0, 0] = np.nan

    def loss():
        outputs, _ = forward(weights, seen, link)
        return pinball(outputs.reshape(7, 2, -1), truth)

    outputs, done = forward(weights, seen, link)
    _, slope = pinball(outputs.reshape(7, 2, -1), truth)
    found = backward(weights, done, slope.reshape(7, -1), link)
    for weight, gradient in zip(weights, found, strict=True):
        at = tuple(rng.integers(0, size) for size in weight.shape)
        kept, small = weight[at], 1e-6
        weight[at] = kept + small
        above = loss()[0]
        weight[at] = kept - small
        below = loss()[0]
        weight[at] = kept
        assert gradient[at] == np.float64((above - below) / (2 * small)) or np.isclose(
            gradient[at], (above - below) / (2 * small), rtol=1e-3, atol=1e-6
        )


@given(st.integers(0, 2**32 - 1))
def test_constants_that_minimise_the_pinball_loss_are_quantiles(seed):
    truth = np.random.default_rng(seed).standard_normal((400, 1))

    def loss(constant):
        return pinball(np.broadcast_to(constant, (400, 1, len(QUANTILES))), truth)[0]

    best = np.quantile(truth, QUANTILES)
    assert loss(best) <= min(loss(best + 0.1), loss(best - 0.1))


def test_unknown_truth_moves_nothing():
    loss, slope = pinball(np.ones((2, 1, len(QUANTILES))), np.full((2, 1), np.nan))
    assert loss == 0
    assert not slope.any()


def test_adam_finds_the_bottom_of_a_bowl():
    weights = [np.array([3.0, -2.0], dtype=np.float32)]
    adam = Adam(weights)
    for _ in range(600):
        adam.step(weights, [2 * weights[0]], 0.02)
    assert np.abs(weights[0]).max() < 0.01
