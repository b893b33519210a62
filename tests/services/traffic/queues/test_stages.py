"""The stage machine of trials: what a change does to lights, second by second."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.devices.signals.report import Light
from dalgu.services.traffic.queues.patterns import Sketch, grid
from dalgu.services.traffic.queues.stages import AMBER_S, Stages
from dalgu.services.traffic.signals.layout import Layout

CHANGE_S = 5.0
MIN_GREEN_S = 6.0


def _layout(**changes: object) -> Layout:
    set_ = {"change_s": CHANGE_S, "min_green_s": MIN_GREEN_S, "is_protected": True} | changes
    return grid(Sketch(1, 1, **set_), np.random.default_rng(0))[1]


def _run(stages: Stages, wanted: int, seconds: int) -> list[list[int]]:
    shown = []
    for _ in range(seconds):
        stages.advance(np.array([wanted]))
        shown.append(stages.light.tolist())
    return shown


def test_a_change_shows_amber_then_red_then_the_new_green() -> None:
    stages = Stages(_layout())
    _run(stages, 0, 10)
    shown = _run(stages, 2, 7)
    assert [row[0] for row in shown] == [Light.AMBER] * int(AMBER_S) + [Light.RED] * 4
    assert [row[2] for row in shown] == [Light.RED] * int(CHANGE_S) + [Light.GREEN] * 2


def test_least_greens_are_kept() -> None:
    stages = Stages(_layout())
    shown = _run(stages, 1, 12)
    assert [row[0] for row in shown].count(Light.GREEN) == MIN_GREEN_S


def test_nobody_waits_longer_than_the_longest_red() -> None:
    layout = _layout()
    layout = replace(layout, group_max_red_s=np.full(8, 40.0))
    stages = Stages(layout)
    longest = 0.0
    for _ in range(400):
        stages.advance(np.array([0]))
        longest = max(longest, stages.red_s.max())
    # three other stages one after another, each with its change and least green
    assert longest <= 40.0 + 3 * (CHANGE_S + MIN_GREEN_S) + 1


def test_vehicles_keep_their_green_while_pedestrians_clear() -> None:
    layout = _layout()
    walks = np.zeros(8, np.bool_)
    walks[4] = True
    keep = np.where(layout.change_s > 0, 10.0, 0.0)
    change = np.where(layout.change_s > 0, 15.0, 0.0)
    layout = replace(layout, group_is_pedestrian=walks, keep_s=keep, change_s=change)
    stages = Stages(layout)
    _run(stages, 0, 10)
    shown = _run(stages, 2, 16)
    assert shown[0][4] == Light.AMBER  # the pedestrians, at once
    assert [row[0] for row in shown].count(Light.GREEN) == 10
    assert [row[0] for row in shown].count(Light.AMBER) == AMBER_S
    assert shown[-1][2] == Light.GREEN


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=20, max_size=120))
def test_stages_never_mix(wishes: list[int]) -> None:
    layout = _layout()
    stages = Stages(layout)
    member = layout.stage_group
    for wish in wishes:
        stages.advance(np.array([wish]))
        green = set(np.flatnonzero(stages.light == Light.GREEN))
        assert any(green <= set(np.flatnonzero(row)) for row in member)
