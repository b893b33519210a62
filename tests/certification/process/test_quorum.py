"""Two thirds, exactly: the table of the guideline's art. 4, written out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.certification.process.quorum import is_open, tally, two_thirds
from dalgu.certification.process.words import Vote

PEOPLE = tuple("abcdefghi")

# members, needed to open, and for each number of barred among exactly so many present:
# who may vote, and how many votes for carry a motion.
TABLE = [
    (5, 4, {0: (4, 3), 1: (3, 2), 2: (2, 2), 3: (1, 1)}),
    (6, 4, {0: (4, 3), 1: (3, 2), 2: (2, 2), 3: (1, 1)}),
    (7, 5, {0: (5, 4), 1: (4, 3), 2: (3, 2), 3: (2, 2)}),
    (8, 6, {0: (6, 4), 1: (5, 4), 2: (4, 3), 3: (3, 2)}),
    (9, 6, {0: (6, 4), 1: (5, 4), 2: (4, 3), 3: (3, 2)}),
]
ROWS = [
    (members, to_open, barred, voting, needed)
    for members, to_open, rows in TABLE
    for barred, (voting, needed) in rows.items()
]


def count(members, present, barred, votes_for):
    seated = PEOPLE[:members]
    attending = seated[:present]
    voters = attending[barred:]
    votes = dict.fromkeys(voters[:votes_for], Vote.FOR)
    return tally(seated, attending, attending[:barred], votes)


@pytest.mark.parametrize(("members", "to_open", "rows"), TABLE)
def test_a_session_opens_with_two_thirds_of_the_seated_members(members, to_open, rows):
    assert is_open(members, to_open)
    assert not is_open(members, to_open - 1)


@pytest.mark.parametrize(("members", "to_open", "barred", "voting", "needed"), ROWS)
def test_a_motion_needs_two_thirds_of_those_present_and_not_barred(
    members, to_open, barred, voting, needed
):
    carried = count(members, to_open, barred, needed)
    failed = count(members, to_open, barred, needed - 1)
    assert (carried.present, carried.barred, carried.needed) == (to_open, barred, needed)
    assert carried.present - carried.barred == voting
    assert carried.carried
    assert not failed.carried


def test_barred_members_stay_seated_so_that_nobody_can_lower_the_quorum():
    # 9 seated, 5 attend, all unbarred: closed, though five of six unbarred members attend.
    assert not tally(PEOPLE, PEOPLE[:5], PEOPLE[6:], dict.fromkeys(PEOPLE[:5], Vote.FOR)).carried


def test_a_motion_fails_when_everybody_present_is_barred():
    assert not tally(PEOPLE, PEOPLE, PEOPLE, dict.fromkeys(PEOPLE, Vote.FOR)).carried


def test_abstaining_is_attending_without_a_vote_for():
    votes = dict.fromkeys(PEOPLE[:3], Vote.FOR) | {"d": Vote.ABSTAIN, "e": Vote.AGAINST}
    result = tally(PEOPLE, PEOPLE[:6], (), votes)
    assert (result.votes_for, result.votes_against, result.abstained) == (3, 1, 2)
    assert (result.needed, result.carried) == (4, False)


def test_votes_of_barred_absent_and_foreign_people_are_void():
    votes = dict.fromkeys([*PEOPLE, "stranger"], Vote.FOR)
    result = tally(PEOPLE, PEOPLE[:6], PEOPLE[:2], votes)
    assert result.votes_for == 4


def test_a_committee_without_members_is_never_open():
    assert not is_open(0, 0)


@settings(deadline=None)
@given(st.integers(0, 1_000))
def test_two_thirds_are_enough_and_one_less_is_not(count):
    assert 3 * two_thirds(count) >= 2 * count
    assert 3 * (two_thirds(count) - 1) < 2 * count


@settings(deadline=None)
@given(st.integers(1, 9), st.data())
def test_another_vote_for_never_loses_a_motion(members, data):
    present = data.draw(st.integers(1, members))
    barred = data.draw(st.integers(0, present))
    results = [
        count(members, present, barred, votes).carried for votes in range(present - barred + 1)
    ]
    assert results == sorted(results)


@settings(deadline=None)
@given(st.integers(1, 9))
def test_more_members_attending_never_close_a_session(members):
    opened = [is_open(members, present) for present in range(members + 1)]
    assert opened == sorted(opened)
