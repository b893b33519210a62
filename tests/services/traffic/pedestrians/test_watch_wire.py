from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.uplink import Uplink
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.pedestrians.crossing import TurnDuty
from dalgu.services.traffic.pedestrians.refusals import CrossingWatchInvalid
from dalgu.services.traffic.pedestrians.turning import Turned, Unstopped
from dalgu.services.traffic.pedestrians.wire import (
    KINDS,
    STOPS,
    Given,
    decode_watch,
    encode_turns,
    encode_watch,
)

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)
CROSSING = entity_id("PedestrianCrossing", "x001-n")


def an_uplink(values) -> Uplink:
    return Uplink(device="radar-7", entity=CROSSING, received_at=AT, observed_at=AT, values=values)


cautions = st.builds(
    Given,
    kind=st.sampled_from(KINDS),
    post_encroachment_s=st.floats(-10, 10),
    closest_in_s=st.floats(0, 10),
    likelihood=st.floats(0, 1),
)


@given(
    st.integers(0, 1000),
    st.integers(0, 1000),
    st.floats(0, 60),
    st.lists(cautions, max_size=4),
    st.lists(st.floats(-10, 20), max_size=6),
)
def test_what_a_detector_sees_survives_the_wire(waiting, walking, clear, given_now, met):
    values = encode_watch(waiting, walking, clear, cautions=given_now, encounters=met)
    crossing, *told = decode_watch(an_uplink(values))
    assert (crossing.waiting_count, crossing.walking_count) == (waiting, walking)
    assert crossing.clear_in == clear
    assert crossing.severe_count == sum(each < 1.5 for each in met)
    assert [
        Given(one.kind, one.post_encroachment, one.closest_in, one.likelihood) for one in told
    ] == given_now
    assert all(one.ref_crossing == CROSSING for one in told)


@given(st.sampled_from(STOPS), st.floats(0, 5), st.floats(0, 9.8))
def test_a_vehicle_that_will_not_stop_survives_the_wire(duty, line_in_s, braking):
    said = encode_watch(0, 1, 3.0, cautions=[Unstopped(duty, line_in_s, braking)])
    crossing, told = decode_watch(an_uplink(said))
    assert (told.kind, told.duty, told.closest_in, told.braking) == (
        "right-turn", duty.value, line_in_s, braking,
    )  # fmt: skip
    assert told.severity == ("high" if braking > 4.5 else "medium")
    assert (told.post_encroachment, crossing.caution_count) == (None, 1)


@given(st.lists(st.builds(Turned, st.sampled_from(TurnDuty), st.booleans()), max_size=20))
def test_right_turns_are_counted_by_duty_kept_and_broken(turned):
    [crossing] = decode_watch(an_uplink(encode_watch(0, 0) | encode_turns(turned)))
    for duty in STOPS:
        counts = tuple(getattr(crossing, f"{duty}_{how}_count") for how in ("kept", "broken"))
        owed = [one.is_kept for one in turned if one.duty is duty]
        assert counts == ((owed.count(True), owed.count(False)) if owed else (None, None))
    slow = [one for one in turned if one.is_kept is None]
    assert crossing.slow_count == (len(slow) or None)


def test_a_short_time_between_both_is_told_as_grave():
    cautions = [Given("ahead", pet, 2.0, 0.5) for pet in (1.4, 1.6)]
    _, near, far = decode_watch(an_uplink(encode_watch(0, 1, 3.0, cautions=cautions)))
    assert (near.severity, far.severity) == ("high", "medium")


def test_a_message_that_comes_twice_gives_one_caution():
    values = encode_watch(0, 1, 3.0, cautions=[Given("turning", 0.8, 2.4, 0.9)])
    assert decode_watch(an_uplink(values))[1].id == decode_watch(an_uplink(values))[1].id


@pytest.mark.parametrize(
    "values",
    [
        {"waiting": 1},
        {"waiting": -1, "walking": 0},
        {"waiting": 0, "walking": True},
        {"waiting": 0, "walking": 2},
        {"waiting": 0, "walking": 0, "encounters": ["near"]},
        {"waiting": 0, "walking": 0, "cautions": [{"kind": "guess"}]},
        {
            "waiting": 0,
            "walking": 0,
            "cautions": [
                {"kind": "right-turn", "duty": "slow", "closest_in_s": 1, "braking_mps2": 5}
            ],
        },
        {"waiting": 0, "walking": 0, "turns": [{"duty": "stop"}]},
        {"waiting": 0, "walking": 0, "turns": [{"duty": "hurry", "stopped": True}]},
    ],
)
def test_what_its_profile_does_not_know_is_refused(values):
    with pytest.raises(CrossingWatchInvalid):
        decode_watch(an_uplink(values))
