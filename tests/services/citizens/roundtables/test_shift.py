import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.citizens.roundtables.shift import shift

OPTIONS = ("o1", "o2", "o3")
counts = st.fixed_dictionaries({option: st.integers(0, 300) for option in OPTIONS})


def test_the_change_and_the_least_that_moved_are_those_worked_out_by_hand():
    moved = shift(OPTIONS, {"o1": 50, "o2": 30, "o3": 20}, {"o1": 20, "o2": 60, "o3": 20})
    assert [round(one.change, 2) for one in moved.options] == [-0.3, 0.3, 0.0]
    assert moved.least_moved == pytest.approx(0.3)
    assert (moved.leads_before, moved.leads_after) == (("o1",), ("o2",))


def test_a_tie_has_two_leaders_and_an_empty_ballot_none():
    moved = shift(OPTIONS, {"o1": 5, "o2": 5}, {})
    assert moved.leads_before == ("o1", "o2")
    assert moved.leads_after == ()
    assert moved.cast_after == 0


@given(counts, counts)
def test_the_least_that_moved_is_a_share_and_the_same_both_ways(before, after):
    there, back = shift(OPTIONS, before, after), shift(OPTIONS, after, before)
    assert 0 <= there.least_moved <= 1
    assert there.least_moved == pytest.approx(back.least_moved)


@given(st.lists(st.tuples(st.sampled_from(OPTIONS), st.sampled_from(OPTIONS)), min_size=1))
def test_no_fewer_than_told_changed_their_mind(people):
    before = {option: sum(first == option for first, _ in people) for option in OPTIONS}
    after = {option: sum(second == option for _, second in people) for option in OPTIONS}
    truly = sum(first != second for first, second in people) / len(people)
    assert shift(OPTIONS, before, after).least_moved <= truly + 1e-9
