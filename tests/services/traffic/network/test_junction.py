import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.traffic.network.corners import EAST, NORTH, SOUTH, WEST

from dalgu.services.traffic.network.junction import Arm, Path, length_m, meeting, turn_of, turns_of
from dalgu.services.traffic.network.model import Turn

ARMS = tuple(
    Arm(bearing, f"in{n}", f"out{n}") for n, bearing in enumerate((EAST, NORTH, WEST, SOUTH))
)
E_, N_, W_, S_ = range(4)


def path(start, end):
    return Path(start, end, turn_of(ARMS[start].bearing, ARMS[end].bearing))


def test_who_comes_from_the_south_turns_right_into_the_east():
    assert turn_of(SOUTH, EAST) is Turn.RIGHT
    assert turn_of(SOUTH, NORTH) is Turn.THROUGH
    assert turn_of(SOUTH, WEST) is Turn.LEFT
    assert turn_of(SOUTH, SOUTH) is Turn.U_TURN


def test_at_a_skew_crossing_the_straightest_goes_through():
    ends = [math.pi / 2 + 0.6, math.pi / 2 - 0.9, 0.0]
    assert turns_of(-math.pi / 2, ends)[0] is Turn.THROUGH


# Of a plain crossing it is known which movements conflict (RiLSA 2015, figure of conflict areas).
@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ((S_, N_), (N_, S_), False),  # along each other
        ((S_, N_), (E_, W_), True),
        ((S_, N_), (N_, E_), True),  # the opposing left turn
        ((S_, W_), (N_, E_), False),  # both left turns
        ((S_, W_), (E_, W_), True),  # they merge
        ((S_, E_), (W_, E_), True),  # a right turn merges
        ((S_, E_), (N_, S_), False),
        ((S_, N_), (S_, W_), False),  # from one arm they follow
        ((S_, E_), (N_, W_), False),
    ],
)
def test_paths_meet_where_they_are_known_to(one, other, meets):
    found = meeting(ARMS, path(*one), path(*other))
    assert (found is not None) is meets


WAYS = st.permutations(range(4)).map(lambda arms: path(*arms[:2]))


@given(WAYS, WAYS)
def test_meeting_is_mutual(one, other):
    there, back = meeting(ARMS, one, other), meeting(ARMS, other, one)
    assert (there is None) == (back is None)
    metres = [(there.first_m, back.second_m)] if there and back else []
    for first_m, second_m in metres:
        assert first_m == pytest.approx(second_m)
        assert first_m <= length_m(ARMS, one) + 1e-9
