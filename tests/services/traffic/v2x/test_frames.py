from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.traffic.v2x.frames import MessageId, unwrap, wrap
from dalgu.services.traffic.v2x.mapdata import (
    INGRESS,
    Connection,
    IntersectionGeometry,
    Lane,
    LaneKind,
    Maneuvers,
    MapData,
    Node,
    SpeedLimit,
    decode_map,
    encode_map,
)
from dalgu.services.traffic.v2x.refusals import V2xFrameInvalid, V2xValueOutOfRange
from dalgu.services.traffic.v2x.spat import (
    IntersectionState,
    Movement,
    MovementPhase,
    Spat,
    Timing,
    decode_spat,
    encode_spat,
)

pytest.importorskip("pycrate_asn1dir.ITS_IS", reason="pip install 'dalgu[v2x]'")
FILE = Path(__file__).parents[3] / "data" / "traffic" / "j2735_frames.txt"
FRAMES = [bytes.fromhex(line) for line in FILE.read_text().splitlines() if line[:1] != "#"]
MAPS = [frame for frame in FRAMES if frame[1] == MessageId.MAP]
SPATS = [frame for frame in FRAMES if frame[1] == MessageId.SPAT]

marks = st.integers(0, 36_001).map(lambda tenths: tenths / 10)
maybe_marks = st.none() | marks
ids = st.integers(0, 65_535)
timings = st.builds(
    Timing,
    min_end_s=marks,
    max_end_s=maybe_marks,
    start_s=maybe_marks,
    likely_s=maybe_marks,
    confidence=st.none() | st.integers(0, 15),
    next_s=maybe_marks,
)
names = st.none() | st.text(
    st.characters(max_codepoint=126, min_codepoint=32), min_size=1, max_size=9
)
movements = st.builds(
    Movement,
    signal_group=st.integers(0, 255),
    phase=st.sampled_from(MovementPhase),
    timing=st.none() | timings,
    name=names,
)
states = st.builds(
    IntersectionState,
    id=ids,
    revision=st.integers(0, 127),
    movements=st.lists(movements, min_size=1, max_size=6).map(tuple),
    minute_of_year=st.none() | st.integers(0, 527_040),
    millisecond=st.none() | st.integers(0, 65_535),
    status=ids,
    region=st.none() | ids,
    enabled_lanes=st.lists(st.integers(0, 255), max_size=3).map(tuple),
    name=names,
)
offsets = st.integers(-32_767, 32_767).map(lambda cm: cm / 100)
limits = st.builds(
    SpeedLimit,
    kind=st.just("vehicleMaxSpeed"),
    speed_ms=st.integers(0, 8191).map(lambda steps: steps * 0.02),
)
nodes = st.builds(
    Node,
    x_m=offsets,
    y_m=offsets,
    speed_limits=st.lists(limits, max_size=2).map(tuple),
    width_change_m=st.none() | st.integers(-512, 511).map(lambda cm: cm / 100),
)
maneuvers = st.none() | st.integers(0, 0xFFF).map(Maneuvers)
connections = st.builds(
    Connection,
    lane=st.integers(0, 255),
    maneuvers=maneuvers,
    signal_group=st.none() | st.integers(0, 255),
    connection_id=st.none() | st.integers(0, 255),
    remote_intersection=st.none() | st.tuples(st.none() | ids, ids),
)
lanes = st.builds(
    Lane,
    id=st.integers(0, 255),
    direction=st.integers(0, 3),
    nodes=st.lists(nodes, min_size=2, max_size=4).map(tuple),
    kind=st.sampled_from(LaneKind),
    kind_flags=st.integers(0, 255),
    shared_with=st.integers(0, 1023),
    connections=st.lists(connections, max_size=3).map(tuple),
    maneuvers=maneuvers,
    ingress_approach=st.none() | st.integers(0, 15),
    overlays=st.lists(st.integers(0, 255), max_size=2).map(tuple),
)


@pytest.mark.parametrize("frame", SPATS)
def test_a_public_spat_comes_back_octet_for_octet(frame):
    assert encode_spat(decode_spat(frame)) == frame


@pytest.mark.parametrize("frame", MAPS)
def test_a_public_map_comes_back_octet_for_octet(frame):
    assert encode_map(decode_map(frame)) == frame


def test_all_four_public_frames_are_tried():
    assert (len(MAPS), len(SPATS)) == (1, 3)


def test_a_public_spat_says_what_its_source_says():
    # V2X-Hub's own test of the frame: intersection 9001 "WestIntersection", group 7 protected.
    [state] = decode_spat(
        next(f for f in SPATS if decode_spat(f).intersections[0].id == 9001)
    ).intersections
    assert state.name == "WestIntersection"
    green = {m.signal_group for m in state.movements if m.phase is MovementPhase.PROTECTED_ALLOWED}
    assert green == {3, 7}


@settings(deadline=None)
@given(st.builds(Spat, st.lists(states, min_size=1, max_size=2).map(tuple)))
def test_a_spat_survives_the_air(spat):
    assert decode_spat(encode_spat(spat)) == spat


@settings(deadline=None)
@given(st.lists(lanes, min_size=1, max_size=3).map(tuple), limits)
def test_a_map_survives_the_air(some, limit):
    geometry = IntersectionGeometry(7, 3, 128.6014, 35.8714, some, 82, 51.2, 3.3, (limit,), "x001")
    data = MapData(3, (geometry,), 1000, layer_id=1)
    assert decode_map(encode_map(data)) == data


def test_the_smallest_node_that_fits_is_used():
    near = Lane(1, INGRESS, (Node(5.11, 0.0), Node(0.0, -5.12)))
    far = Lane(1, INGRESS, (Node(5.12, 0.0), Node(0.0, -5.12)))
    one, two = (
        encode_map(MapData(1, (IntersectionGeometry(1, 1, 0.0, 0.0, (lane,)),)))
        for lane in (near, far)
    )
    assert len(one) <= len(two)


def test_a_frame_of_another_message_is_refused():
    with pytest.raises(V2xFrameInvalid):
        decode_map(SPATS[0])


@given(st.binary(max_size=40))
def test_noise_is_refused_or_read_but_never_breaks(noise):
    try:
        number, octets = unwrap(noise)
    except V2xFrameInvalid:
        return
    assert wrap(number, octets)[-len(octets) :] == octets


def test_a_group_past_255_is_refused():
    state = IntersectionState(1, 1, (Movement(256, MovementPhase.DARK),))
    with pytest.raises(V2xValueOutOfRange):
        encode_spat(Spat((state,)))
