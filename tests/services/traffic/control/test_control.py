"""Who may give signals to whom, shadow before live, and that the street obeys."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import numpy as np
import pytest
from tests.services.traffic.measures.streets import network

from dalgu.access.actor import SYSTEM, Actor, Role
from dalgu.access.policy import DistrictNotAllowed
from dalgu.devices.signals.report import Cause, Mode
from dalgu.devices.signals.timing import Plan, Step
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.control import seeking
from dalgu.services.traffic.control.control import SHADOW_FIRST, Wish
from dalgu.services.traffic.control.refusals import (
    ChoiceOfControlInvalid,
    ControllerUnknown,
    DecisionNotKept,
    NoNetworkTaken,
    PlanProposalClosed,
    PlanRefused,
    ShadowTooShort,
    SignalNotExisting,
)
from dalgu.services.traffic.control.replaying import replay
from dalgu.services.traffic.control.state import Running
from dalgu.services.traffic.control.state import Step as Standing

ALL = ("s0", "s1", "s2")
SHADOW = Wish(ALL, "horizon", Running.SHADOW, "a try")
LIVE = replace(SHADOW, running=Running.LIVE)


def modes(road):
    return road.control.live.report.mode.tolist()


def test_nothing_is_controlled_before_streets_are_taken(road):
    assert road.control.network() is None
    with pytest.raises(NoNetworkTaken, match="dalgu traffic take"):
        road.run(road.control.choose(SHADOW, road.staff))


def test_a_choice_names_what_there_is_and_why(road):
    road.open()
    for wish, refusal in (
        (replace(SHADOW, signals=("s9",)), SignalNotExisting),
        (replace(SHADOW, signals=()), ChoiceOfControlInvalid),
        (replace(SHADOW, why=" "), ChoiceOfControlInvalid),
        (replace(SHADOW, controller="magic"), ControllerUnknown),
    ):
        with pytest.raises(refusal):
            road.run(road.control.choose(wish, road.staff))
    assert road.control.choices() == {}


def test_a_controller_goes_live_only_after_half_an_hour_in_shadow(road):
    road.open()
    with pytest.raises(ShadowTooShort, match="30 minutes"):
        road.run(road.control.choose(LIVE, road.staff))
    road.run(road.control.choose(SHADOW, road.staff))
    road.run(road.clock.advance(SHADOW_FIRST - timedelta(seconds=1)))
    with pytest.raises(ShadowTooShort):
        road.run(road.control.choose(LIVE, road.staff))
    road.run(road.clock.advance(timedelta(seconds=1)))
    road.run(road.control.choose(LIVE, road.staff))
    assert {road.control.mode_of(one) for one in ALL} == {Running.LIVE}
    again = road.again()
    assert again.control.controller_of("s1") == "horizon"
    assert again.control.choices()["s1"].why == "a try"


def test_an_operator_of_one_district_leaves_the_signals_of_others_alone(road):
    road.open()
    guest = Actor("person:guest", Role.OPERATOR, ("22060",))
    with pytest.raises(DistrictNotAllowed):
        road.run(road.control.choose(SHADOW, guest))


def test_shadow_leaves_the_street_alone_and_keeps_what_it_would_have_done(road):
    road.open()
    road.run(road.control.choose(SHADOW, road.staff))
    road.drive(60)
    assert set(modes(road)) == {Mode.PLAN}
    since = road.clock.now() - timedelta(seconds=60)
    kept = list(seeking.kept(road.control, "s1", since, road.clock.now()))
    assert len(kept) >= 10
    assert not any(np.frombuffer(one.live, np.bool_).any() for one in kept)


def test_live_control_leads_the_street_and_every_decision_is_made_again_to_the_bit(road):
    road.open()
    road.run(road.control.choose(LIVE, SYSTEM))
    road.drive(240)
    assert set(modes(road)) == {Mode.REMOTE}
    since = road.clock.now() - timedelta(seconds=240)
    kept = list(seeking.kept(road.control, "s1", since, road.clock.now()))
    stages = {np.frombuffer(one.wanted, "<i4")[1] for one in kept}
    assert len(stages) > 1
    for one in kept:
        replayed, _ = seeking.again(road.control, "s1", seeking.moment(one.at_s))
        assert replayed.is_identical
    with pytest.raises(DecisionNotKept):
        seeking.again(road.control, "s1", road.clock.now() - timedelta(days=9))


def test_a_changed_record_is_seen_by_the_replay(road):
    road.open()
    road.run(road.control.choose(LIVE, SYSTEM))
    road.drive(30)
    record = next(
        seeking.kept(road.control, "s1", road.clock.now() - timedelta(30), road.clock.now())
    )

    queue = (np.frombuffer(record.seen["queue_veh"], "<i2") + 50).astype("<i2").tobytes()
    forged = msgspec.structs.replace(record, seen=record.seen | {"queue_veh": queue})
    layout = road.control.require().layout
    assert replay(record, layout).is_identical
    assert not replay(forged, layout).is_identical


def test_when_the_city_falls_silent_the_street_goes_back_to_its_plans(road):
    road.open()
    road.run(road.control.choose(LIVE, SYSTEM))
    road.drive(60)
    road.driver.says = False
    road.drive(30)
    assert set(modes(road)) == {Mode.FALLBACK}
    assert set(road.control.live.report.cause.tolist()) == {Cause.SILENT}
    road.driver.says = True
    road.drive(30)
    assert set(modes(road)) == {Mode.REMOTE}


def test_the_hub_hears_of_links_of_controllers_and_of_the_network(road):
    road.open()
    road.run(road.rooms.mirror.catch_up())
    road.run(road.control.choose(LIVE, SYSTEM))
    road.drive(360)

    async def heard(kind):
        return {one["id"]: one async for one in road.ground.hub.every(kind)}

    flows = road.run(heard("TrafficFlowObserved"))
    assert len(flows) == 3 * 4
    assert sum(one["vehicleCount"]["value"] for one in flows.values()) > 0
    controllers = road.run(heard("SignalController"))
    one = controllers[entity_id("SignalController", "s1")]
    assert (one["controlMode"]["value"], one["mode"]["value"]) == ("live", "remote")
    assert one["stageCount"]["value"] == 3
    assert len(road.run(heard("RoadSegment"))) == len(network().links)


def test_a_network_in_force_can_be_replaced_and_what_it_lacks_leaves_the_hub(road):
    road.open()
    road.run(road.rooms.mirror.catch_up())
    road.run(road.control.take_network(network(signals=2, offsets=(0.0, 0.0)), road.chief))
    road.run(road.rooms.mirror.catch_up())

    async def signals():
        return sorted([one["id"] async for one in road.ground.hub.every("SignalController")])

    assert [one.rpartition(":")[2] for one in road.run(signals())] == ["s0", "s1"]
    with pytest.raises(SignalNotExisting):
        road.control.position("s2")


def test_a_proposed_plan_is_checked_taken_run_and_ended(road):
    road.open()
    short = Plan("hasty", (Step(0, 1.0), Step(1, 1.0), Step(2, 1.0)))
    with pytest.raises(PlanRefused):
        road.run(road.control.propose_plan("s1", short, "too short"))
    plan = Plan("diversion", (Step(0, 50.0), Step(1, 10.0), Step(2, 23.0)))
    number = road.run(road.control.propose_plan("s1", plan, "more for the main road"))
    road.run(road.control.take_plan(number, road.staff))
    with pytest.raises(PlanProposalClosed):
        road.run(road.control.take_plan(number, road.staff))
    road.drive(5)
    assert road.driver.field.timings[1].plans[-1] == plan
    road.run(road.control.end_plan(number, "the way is open again", road.staff))
    assert road.control.proposal(number).step is Standing.ENDED
    assert road.control.state.plan_in_force("s1", road.clock.now()) is None
