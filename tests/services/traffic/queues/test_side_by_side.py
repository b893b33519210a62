"""Worlds put together do not touch: what training relies on."""

import numpy as np
from benchmarks.traffic.learning.driving import of_candidates, of_controller
from benchmarks.traffic.learning.train import Strategy, start
from benchmarks.traffic.learning.worlds import draw, together

from dalgu.services.traffic.signals.learned import FEATURES
from dalgu.services.traffic.signals.max_pressure import MaxPressure


def test_no_index_leaves_its_world() -> None:
    rng = np.random.default_rng(3)
    worlds = [draw(rng) for _ in range(4)]
    streets, layout = together(worlds)
    link_of = np.repeat(np.arange(4), [len(w[0].links) for w in worlds])
    own = link_of[streets.lane_link[streets.movement_lane]]
    inside = streets.movement_exit >= 0
    assert (link_of[streets.movement_exit[inside]] == own[inside]).all()
    signal_of = np.repeat(np.arange(4), [len(w[1].signals) for w in worlds])
    lane_of = signal_of[layout.lane_signal]
    assert (lane_of == link_of[streets.lane_link[streets.detected]]).all()
    led = layout.movement_next >= 0
    assert (lane_of[layout.movement_next[led]] == lane_of[layout.movement_lane[led]]).all()
    grouped = layout.movement_group >= 0
    of_group = signal_of[layout.group_signal[layout.movement_group[grouped]]]
    assert (of_group == lane_of[layout.movement_lane[grouped]]).all()
    assert layout.stage_first[-1] == len(layout.stage_signal)


def test_candidates_and_controllers_are_measured_world_by_world() -> None:
    rng = np.random.default_rng(4)
    worlds = [draw(rng) for _ in range(2)]
    found = of_candidates(np.zeros((3, len(FEATURES))), worlds, rng, 100)
    assert found.shape == (3, 2)
    assert (of_controller(MaxPressure(), worlds, rng, 120) > 0).all()


def test_the_strategy_finds_the_middle_of_a_bowl() -> None:
    rng = np.random.default_rng(5)
    mean, scale = start()
    strategy = Strategy(mean, scale, 16)
    aim = mean + 0.5 * scale
    for _ in range(120):
        asked = strategy.ask(rng)
        strategy.tell((((asked - aim) / scale) ** 2).sum(axis=1))
    found = strategy.weights_of(strategy.mean)
    assert np.abs((found - aim) / scale).max() < 0.05
