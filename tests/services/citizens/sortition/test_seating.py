import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.citizens.sortition import seating
from dalgu.services.citizens.sortition.pool import Candidate
from dalgu.services.citizens.sortition.refusals import SeatsOther


def crowd(total, seed=3):
    rng = np.random.default_rng(seed)
    return [
        Candidate(f"p{n}", {"sex": "fm"[rng.integers(2)], "age": str(rng.integers(5))})
        for n in range(total)
    ]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), st.integers(1, 3), st.integers(0, 9))
def test_everybody_sits_once_in_every_round_at_tables_of_the_sizes_asked(sizes, rounds, seed):
    people = crowd(sum(sizes))
    found = seating.tables(people, sizes, rounds, seed)
    assert len(found) == rounds
    for one in found:
        assert [len(table) for table in one] == sizes
        assert sorted(p for table in one for p in table) == sorted(p.id for p in people)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 6), st.integers(2, 6), st.integers(1, 4), st.integers(0, 9))
def test_no_seating_is_better_than_its_bound(tables, seats, rounds, seed):
    people, sizes = crowd(tables * seats), [seats] * tables
    for make in (seating.tables, seating.random_tables):
        found = seating.score(people, make(people, sizes, rounds, seed))
        assert found.spread >= found.least_spread - 1e-9
        assert found.meetings >= found.least_meetings


def test_tables_are_far_better_mixed_than_by_lot():
    people, sizes = crowd(120), [8] * 15
    ours = seating.score(people, seating.tables(people, sizes, 3, 1))
    lot = seating.score(people, seating.random_tables(people, sizes, 3, 1))
    assert ours.spread < lot.spread / 4
    assert ours.meetings < lot.meetings / 4


def test_where_it_can_be_even_it_is():
    people = [Candidate(f"p{n}", {"sex": "fm"[n % 2]}) for n in range(16)]
    found = seating.tables(people, [4] * 4, 2, 5)
    assert seating.score(people, found).spread == 0
    assert seating.score(people, found).meetings == 0


def test_the_same_seed_seats_the_same():
    people = crowd(40)
    assert seating.tables(people, [8] * 5, 2, 4) == seating.tables(people, [8] * 5, 2, 4)


@pytest.mark.parametrize(("sizes", "rounds"), [([3, 3], 1), ([4, 3], 0), ([8, -1], 1), ([], 1)])
def test_tables_that_do_not_seat_everybody_are_refused(sizes, rounds):
    with pytest.raises(SeatsOther):
        seating.tables(crowd(7), sizes, rounds, 1)
