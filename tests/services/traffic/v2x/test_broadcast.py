from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.traffic.v2x.broadcast import Broadcast
from dalgu.services.traffic.v2x.refusals import V2xValueOutOfRange
from dalgu.services.traffic.v2x.spat import (
    IntersectionState,
    Movement,
    MovementPhase,
    Spat,
    Timing,
    encode_spat,
)

pytest.importorskip("pycrate_asn1dir.ITS_IS", reason="pip install 'dalgu[v2x]'")


def state(*groups: int, name: str | None = None) -> IntersectionState:
    movements = tuple(
        Movement(group, MovementPhase.STOP_AND_REMAIN, Timing(group / 10)) for group in groups
    )
    return IntersectionState(9001, 7, movements, name=name)


@settings(deadline=None)
@given(
    st.integers(0, 527_040),
    st.integers(0, 65_535),
    st.sets(st.integers(1, 255), min_size=1, max_size=20),
    st.none() | st.just("x001"),
)
def test_a_moved_clock_gives_the_octets_of_encoding_anew(minute, millisecond, groups, name):
    still = state(*sorted(groups), name=name)
    anew = encode_spat(Spat((replace(still, minute_of_year=minute, millisecond=millisecond),)))
    assert Broadcast().frame(still, minute, millisecond) == anew


def test_only_what_changed_is_encoded_anew():
    broadcast = Broadcast()
    for millisecond in range(0, 10_000, 1000):
        broadcast.frame(state(1, 2), 5, millisecond)
    broadcast.frame(state(1, 3), 5, 10_000)
    assert broadcast.encoded == 2


def test_a_moment_that_does_not_fit_is_refused():
    with pytest.raises(V2xValueOutOfRange):
        Broadcast().frame(state(1), 527_041, 0)
