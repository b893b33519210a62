"""The learned policy: one set of weights for every signal, and what it is worth unseen."""

from dataclasses import replace

import numpy as np
import pytest

from dalgu.services.traffic.queues.patterns import Sketch, grid
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.services.traffic.queues.stages import Stages
from dalgu.services.traffic.queues.trial import seen_of, trial
from dalgu.services.traffic.signals.layout import Layout, Seen
from dalgu.services.traffic.signals.learned import (
    FEATURES,
    Learned,
    features,
    in_order,
    shipped_weights,
)
from dalgu.services.traffic.signals.max_pressure import MaxPressure


def _busy(sketch: Sketch, seconds: int = 120) -> tuple[Layout, Seen]:
    """Return a grid after some traffic under turning stages."""
    streets, layout = grid(sketch, np.random.default_rng(5))
    queues, stages = Queues(streets, layout, np.random.default_rng(6)), Stages(layout)
    many = int(np.diff(layout.stage_first)[0])
    for second in range(seconds):
        stages.advance(layout.stage_first[:-1] + second // 15 % many)
        queues.step(stages.light)
    return layout, seen_of(queues, stages, queues.lanes())


def test_the_weights_say_where_they_come_from() -> None:
    weights = shipped_weights()
    assert weights.command.startswith("python -m benchmarks.traffic.learning.train")
    assert f"--seed {weights.seed}" in weights.command
    assert set(weights.weights) == set(FEATURES)
    assert len(in_order(weights)) == len(FEATURES)


def test_the_terms_add_up_to_the_score() -> None:
    layout, seen = _busy(Sketch(2, 3, demand_veh_h=400.0))
    decision = Learned().decide(layout, seen)
    assert tuple(decision.terms) == FEATURES
    assert sum(decision.terms.values()) == pytest.approx(decision.score)


def test_the_same_is_seen_the_same_is_decided() -> None:
    layout, seen = _busy(Sketch(2, 2, demand_veh_h=400.0))
    one, other = (Learned().decide(layout, seen) for _ in range(2))
    assert (one.stage == other.stage).all()
    assert one.score.tobytes() == other.score.tobytes()


@pytest.mark.parametrize("staging", ["four", "two", "split"])
def test_it_decides_on_any_shape(staging: str) -> None:
    for rows, columns, lanes in ((1, 1, 1), (1, 4, 3), (3, 2, 2)):
        layout, seen = _busy(Sketch(rows, columns, lanes=lanes, staging=staging), 30)
        stage = Learned().decide(layout, seen).stage
        assert (layout.stage_signal[stage] == np.arange(rows * columns)).all()


def test_a_signal_far_away_changes_nothing() -> None:
    """What stands at one corner of a grid is no matter to the corner opposite."""
    layout, seen = _busy(Sketch(3, 3, demand_veh_h=300.0))
    corner = layout.lane_signal == 8
    jammed = replace(seen, queue_veh=np.where(corner, 20.0, seen.queue_veh))
    calm, busy = features(layout, seen), features(layout, jammed)
    far = layout.stage_signal == 0
    assert (calm[far] == busy[far]).all()
    assert (calm[layout.stage_signal == 8] != busy[layout.stage_signal == 8]).any()


def test_who_waits_alone_is_served() -> None:
    layout, seen = _busy(Sketch(1, 1, demand_veh_h=0.0))
    for stage in range(4):
        others = [s for s in range(4) if s != stage]
        only = layout.stage_lane[stage] & ~layout.stage_lane[others].any(axis=0)
        if not only.any():
            continue
        waits = replace(
            seen,
            stage_age_s=np.array([60.0]),
            changing_s=np.array([0.0]),
            queue_veh=np.where(only, 4.0, 0.0),
            waiting_s=np.where(only, 20.0, 0.0),
        )
        assert Learned().decide(layout, waits).stage[0] == stage


def test_dead_detectors_leave_a_decision() -> None:
    layout, seen = _busy(Sketch(2, 2, demand_veh_h=400.0))
    dead = np.random.default_rng(1).random(len(layout.lanes)) < 0.5
    blind = replace(
        seen,
        healthy=~dead,
        queue_veh=np.where(dead, 0.0, seen.queue_veh),
        arriving_veh=np.where(dead[:, None], 0.0, seen.arriving_veh),
    )
    assert np.isfinite(Learned().decide(layout, blind).score).all()


def test_it_beats_max_pressure_where_it_never_learned() -> None:
    sketch = Sketch(2, 3, row_m=np.array([170.0]), lanes=2, demand_veh_h=350.0)

    def delay_s(controller: Learned | MaxPressure) -> float:
        streets, layout = grid(sketch, np.random.default_rng(99))
        queues = Queues(streets, layout, np.random.default_rng(99))
        return trial(queues, controller, 600.0).mean_delay_s

    assert delay_s(Learned()) < 0.8 * delay_s(MaxPressure())
