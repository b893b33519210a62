"""Right-turning vehicles at a watched crossing: they come as lanes say and face the lights."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from tests.services.traffic.measures.streets import CROSS, MAIN, network
from tests.services.traffic.v2x.test_told import COMPILED as SMALL

from dalgu.devices.signals.field import Field
from dalgu.devices.signals.report import Light
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.parts import Parts
from dalgu.services.traffic.pedestrians.crossing import TurnDuty
from dalgu.simulation import right_turns
from dalgu.simulation.right_turns import RightTurns
from dalgu.simulation.street import QueueStreet

AT_S = datetime(2026, 11, 29, 23, 0, tzinfo=UTC).timestamp()
CROSSING = 1


@pytest.fixture(scope="module")
def compiled():
    return compile_network(network())


@pytest.fixture(scope="module")
def first(compiled):
    return Field(compiled.timings, QueueStreet(compiled, AT_S, 1)).step(AT_S)


def found(compiled):
    crossing = compiled.network.crossings[CROSSING]
    return tuple(right_turns.right_turns(compiled, Parts.of(compiled.network), crossing))


@pytest.fixture
def heeding(monkeypatch):
    """Say which share of drivers keeps each duty."""

    def heed(share):
        monkeypatch.setattr(right_turns, "KEEPS", dict.fromkeys(right_turns.KEEPS, share))

    return heed


def an_hour(compiled, first, shown, *, walks):
    """Let vehicles come every ten seconds under one light; `walks`: mostly somebody crosses."""
    chance, street = np.random.default_rng(1), RightTurns(found(compiled))
    arriving = np.full_like(first.arriving_veh, 0.2)
    light = np.full_like(first.light, shown)
    for second in range(1, 3_601):
        # With gaps, so that who waits for them goes on at last.
        ends_s = [AT_S + second + 1] if walks and second % 60 < 40 else []
        report = replace(
            first, at_s=AT_S + second, light=light, arriving_veh=arriving,
            queue_veh=np.zeros_like(first.queue_veh),
        )  # fmt: skip
        street.pass_time(report, AT_S + second - 1, ends_s, chance)
    return street


def test_vehicles_come_over_the_crossing_and_face_their_approach_or_have_turned(compiled):
    before, after = found(compiled)
    assert before.facing == compiled.layout.group_first[1] + MAIN != CROSS
    assert after.facing == -1
    assert before.share == after.share == 0.2
    assert not before.has_arrow


def test_a_light_of_their_own_is_an_arrow():
    crossing = SMALL.network.crossings[0]
    [turn] = right_turns.right_turns(SMALL, Parts.of(SMALL.network), crossing)
    assert (turn.facing, turn.has_arrow) == (0, True)


@pytest.mark.parametrize("light", [Light.RED, Light.GREEN])
def test_drivers_who_heed_are_told_kept(compiled, first, heeding, light):
    heeding(1.0)
    street = an_hour(compiled, first, light, walks=True)
    duties = {one.duty for one in street.turned}
    assert duties >= {TurnDuty.YIELD, TurnDuty.SLOW}
    assert (TurnDuty.STOP in duties) is (light is Light.RED)
    broken = [one for one in street.turned if one.is_kept is False]
    assert len(broken) <= 0.1 * len(street.turned)  # somebody steps on too late for them to stop


def test_who_does_not_is_told_broken_and_cautioned_if_somebody_crosses(compiled, first, heeding):
    heeding(0.0)
    alone = an_hour(compiled, first, Light.RED, walks=False)
    assert alone.cautions == []
    assert any(one.is_kept is False for one in alone.turned)
    street = an_hour(compiled, first, Light.RED, walks=True)
    assert len(street.cautions) > 20
    assert all(one.line_in_s < 1.5 for one in street.cautions)


def test_as_many_turn_as_their_lanes_bring(compiled, first):
    street = an_hour(compiled, first, Light.GREEN, walks=False)
    # Two lanes of 0.1 vehicles a second, a fifth of whom turn right.
    assert len(street.turned) == pytest.approx(2 * 0.1 * 0.2 * 3_600, rel=0.25)


def test_nobody_comes_past_others_who_stand(compiled, first):
    street = RightTurns(found(compiled))
    report = replace(
        first, arriving_veh=np.ones_like(first.arriving_veh), at_s=AT_S + 60,
        queue_veh=np.full_like(first.queue_veh, 3.0),
    )  # fmt: skip
    street.pass_time(report, AT_S, [], np.random.default_rng(1))
    assert street.under_way == []
