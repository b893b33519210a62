from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.devices.uplink import Uplink
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.pedestrians.refusals import CrossingWatchInvalid
from dalgu.services.traffic.pedestrians.wire import KINDS, Given, decode_watch, encode_watch

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
    ],
)
def test_what_its_profile_does_not_know_is_refused(values):
    with pytest.raises(CrossingWatchInvalid):
        decode_watch(an_uplink(values))
