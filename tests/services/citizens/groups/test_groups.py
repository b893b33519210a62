"""Opinion groups: exact where worked out by hand, stable, and the same after a restart."""

import math

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.citizens.groups.axes import Axes, extremity, principal_axes, projected
from dalgu.services.citizens.groups.clusters import Places, between, clustered, silhouette
from dalgu.services.citizens.groups.letters import carried
from dalgu.services.citizens.groups.meanings import (
    next_statement,
    priorities,
    shared,
    stands_for,
)
from dalgu.services.citizens.groups.standing import State, advanced
from dalgu.services.citizens.groups.tallies import (
    group_informed_consensus,
    one_proportion_z,
    tallied,
    two_proportion_z,
)
from dalgu.services.citizens.groups.votes import Vote, Votes

NO = math.nan


def two_camps(people=24, statements=8, seed=7, slip=0.1):
    """Two camps that disagree on all but the last two statements, where all agree."""
    chance = np.random.default_rng(seed)
    votes = []
    for person in range(people):
        side = 1 if person % 3 else -1
        for statement in range(statements):
            value = 1 if statement >= statements - 2 else side * (1 if statement % 2 else -1)
            votes.append((person, statement, -value if chance.random() < slip else value))
    order = chance.permutation(len(votes))
    return [Vote(f"p{votes[i][0]}", f"s{votes[i][1]}", votes[i][2]) for i in order]


def replayed(votes, size, out=frozenset(), state=None):
    state = state or State()
    for i in range(0, len(votes), size):
        state = advanced(state, votes[i : i + size], out)
    return state


def partition(state):
    return {frozenset(some) for some in state.members().values()}


def test_the_axes_are_those_of_the_singular_value_decomposition():
    chance = np.random.default_rng(3)
    values = chance.choice([-1.0, 0.0, 1.0], size=(40, 9), p=[0.2, 0.2, 0.6])
    axes = principal_axes(values)
    _, _, exact = np.linalg.svd(values - values.mean(axis=0))
    assert abs(axes.components[0] @ exact[0]) == pytest.approx(1, abs=1e-9)
    assert abs(axes.components[1] @ exact[1]) == pytest.approx(1, abs=1e-6)
    assert axes.components @ axes.components.T == pytest.approx(np.eye(2), abs=1e-9)


def test_a_missing_vote_stands_at_the_mean_and_few_votes_are_pushed_outwards():
    axes = Axes(np.array([0.5, 0.0, 0.0, 0.0]), np.eye(2, 4))
    places = projected(np.array([[1.0, NO, NO, NO], [1.0, 1.0, 0.0, 0.0]]), axes)
    assert places[0] == pytest.approx([0.5 * math.sqrt(4 / 1), 0])
    assert places[1] == pytest.approx([0.5, 1.0])


def test_statements_taken_out_count_as_votes_in_the_scale():
    votes = Votes().with_votes([Vote("a", "x", 1), Vote("a", "y", 1), Vote("b", "x", -1)])
    zeroed = votes.zeroed({"y"})
    assert zeroed[:, 1].tolist() == [0.0, 0.0]
    axes = Axes(np.zeros(2), np.eye(2))
    assert projected(zeroed, axes)[1] == pytest.approx([-1.0, 0.0])  # not −√2
    assert projected(votes.values, axes)[1] == pytest.approx([-math.sqrt(2), 0.0])


def test_extremity_is_where_somebody_stands_who_agrees_to_one_statement_alone():
    axes = Axes(np.array([0.2, -0.4]), np.array([[0.6, 0.8], [0.8, -0.6]]))
    alone = projected(np.array([[1.0, NO], [NO, 1.0]]), axes)
    assert extremity(axes) == pytest.approx(np.hypot(*alone.T))


def test_the_silhouette_of_two_pairs_is_known():
    places = Places(np.arange(4), np.array([[0, 0], [4, 0], [0, 1], [4, 1.0]]), np.ones(4))
    groups = clustered(places, 2, iterations=20)
    outside = (4 + math.sqrt(17)) / 2
    assert {one.members for one in groups} == {(0, 2), (1, 3)}
    assert silhouette(places, groups, between(places)) == pytest.approx((outside - 1) / outside)


def test_a_cluster_goes_on_with_its_id_and_a_far_place_becomes_its_own():
    points = np.array([[0, 0], [0, 1], [4, 0], [4, 1.0]])
    before = clustered(Places(np.arange(4), points, np.ones(4)), 2, iterations=20)
    more = Places(np.arange(5), np.vstack([points, [50.0, 50.0]]), np.ones(5))
    after = clustered(more, 3, before, iterations=20)
    kept = {one.id: one.members for one in after}
    assert [kept[one.id] for one in before] == [one.members for one in before]
    assert kept[max(kept)] == (4,)


def test_tests_of_proportions_are_those_of_the_book():
    assert one_proportion_z(np.array([8.0]), np.array([10.0])) == pytest.approx(
        2 * math.sqrt(11) * (9 / 11 - 0.5)
    )
    pooled = (9 + 3) / (11 + 11)
    error = math.sqrt(pooled * (1 - pooled) * (2 / 11))
    found = two_proportion_z(*(np.array([x]) for x in (8.0, 10.0, 2.0, 10.0)))
    assert found == pytest.approx((9 / 11 - 3 / 11) / error)
    certain = two_proportion_z(*(np.array([x]) for x in (4.0, 4.0, 2.0, 2.0)))
    assert certain == [0.0]


def test_group_informed_consensus_is_a_product_over_groups():
    values = np.array([[1, 1], [1, -1], [1, -1], [NO, -1.0]])
    tallies = tallied(values, [[0, 1], [2, 3]])
    assert group_informed_consensus(tallies) == pytest.approx([3 / 4 * 2 / 3, 2 / 4 * 1 / 4])


def test_each_camp_stands_for_what_divides_and_all_share_the_rest():
    state = replayed(two_camps(slip=0.0), 30)
    assert sorted(map(len, state.members().values())) == [8, 16]
    votes = state.matrix()
    rows = {name: i for i, name in enumerate(votes.participants)}
    groups = [[rows[one] for one in some] for some in state.members().values()]
    tallies = tallied(votes.values, groups)
    agreed = {int(i) for i, name in enumerate(votes.statements) if name in ("s6", "s7")}
    for meanings in stands_for(tallies):
        top = {one.statement for one in meanings if not one.is_best_agree}
        assert top
        assert not top & agreed
    common = shared(tallied(votes.values, [range(len(rows))]))
    assert agreed <= {one.statement for one in common[1]}


def test_a_new_statement_comes_before_one_that_many_passed():
    values = np.array([[0.0, 1, NO]] * 20)
    priority = priorities(tallied(values, [range(20)]), np.array([0.5, 0.5, 0.0]))
    assert priority[2] > priority[1] > priority[0]
    assert priority[2] == pytest.approx((0.5 * 1 * 0.5 * 9) ** 2)
    drawn = {next_statement(priority, {2}, np.random.default_rng(i), [0, 1, 2]) for i in range(50)}
    assert drawn <= {0, 1}
    assert next_statement(priority, {0, 1, 2}, np.random.default_rng(1), [0, 1, 2]) is None


def test_two_camps_are_found_through_slips_of_the_finger():
    state = replayed(two_camps(people=60, slip=0.15), 25)
    camp = {one for one in state.participants if int(one[1:]) % 3 == 0}
    assert max(len(camp & some) / len(camp | some) for some in partition(state)) > 0.9


def test_a_restart_goes_on_exactly_where_it_was():
    votes = two_camps(people=40, slip=0.3)
    whole = replayed(votes, 20)
    half = replayed(votes[:160], 20)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(half), type=State)
    assert replayed(votes[160:], 20, state=again) == whole


def test_groups_without_their_past_can_differ():
    """Why the state is kept: the same votes at once and in steps need not give one result."""
    votes = two_camps(people=40, slip=0.45, seed=5)
    assert partition(replayed(votes, len(votes))) != partition(replayed(votes, 10))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4), st.sampled_from([-1, 0, 1])),
                min_size=1, max_size=40), st.integers(1, 9))  # fmt: skip
def test_everybody_taken_in_is_in_exactly_one_group(told, size):
    votes = [Vote(f"p{p}", f"s{s}", value) for p, s, value in told]
    state = replayed(votes, size)
    grouped = [one for some in state.members().values() for one in some]
    taken = {state.participants[row] for row in state.taken_in}
    assert sorted(grouped) == sorted(taken)


def test_a_group_keeps_its_letter_while_most_of_it_stays_together():
    before = {"A": {"1", "2", "3", "4"}, "B": {"5", "6"}}
    now = {7: {"5", "6", "4"}, 3: {"1", "2"}, 9: {"8", "9"}}
    assert carried(before, now) == {7: "B", 3: "A", 9: "C"}
    assert carried({}, {4: {"1"}, 2: {"2", "3"}}) == {2: "A", 4: "B"}
