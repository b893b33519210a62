from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.services.citizens.shares import equal, exact, fast
from dalgu.services.citizens.shares.election import Election, Project, share_left_out
from dalgu.services.citizens.shares.greedy import greedy
from dalgu.services.citizens.shares.refusals import (
    BudgetInvalid,
    CostInvalid,
    ProjectTwice,
    StepInvalid,
    VoteForNothing,
)


@st.composite
def elections(draw, most_voters=12):
    count = draw(st.integers(1, 6))
    costs = draw(st.lists(st.integers(1, 40), min_size=count, max_size=count))
    projects = tuple(Project(f"p{n}", cost) for n, cost in enumerate(costs))
    some = st.frozensets(st.sampled_from([p.id for p in projects]), max_size=count)
    ballots = draw(st.lists(some, min_size=1, max_size=most_voters))
    return Election(draw(st.integers(0, 120)), projects, tuple(ballots))


def by_definition(election, each):
    """Equal shares voter by voter, all prices of all projects in fractions, nothing clever."""
    money = [each] * len(election.ballots)
    waiting, bought = list(election.projects), []
    while True:
        offers = []
        for place, project in enumerate(election.projects):
            who = [v for v, ballot in enumerate(election.ballots) if project.id in ballot]
            if project not in waiting or sum(money[v] for v in who) < project.cost:
                continue
            candidates = sorted({money[v] for v in who} | {Fraction(0)})
            for low, high in pairwise(candidates):
                rich = [v for v in who if money[v] >= high]
                given_all = sum(money[v] for v in who if money[v] < high)
                price = Fraction(project.cost - given_all) / len(rich)
                if low <= price <= high:
                    rank = (price / project.cost, project.cost, -len(who), place)
                    offers.append((rank, price, who))
                    break
        if not offers:
            return bought
        rank, price, who = min(offers)
        for v in who:
            money[v] -= min(money[v], price)
        project = election.projects[rank[3]]
        waiting.remove(project)
        bought.append(project.id)


@settings(max_examples=80, deadline=None)
@given(elections(), st.fractions(0, 60))
def test_what_is_bought_is_what_the_definition_buys(election, each):
    assert list(exact.buy(election, each).winners) == by_definition(election, each)


@settings(max_examples=200, deadline=None)
@given(elections(most_voters=40), st.fractions(0, 60))
def test_floating_point_buys_the_same_or_says_that_it_cannot_tell(election, each):
    expected = exact.buy(election, each)
    try:
        places = fast.buy(fast.Arrays.of(election), each)
    except fast.Unsure:
        return
    if places is None:
        assert expected.cost > election.budget
    else:
        assert [election.projects[one].id for one in places] == list(expected.winners)


@settings(max_examples=100, deadline=None)
@given(elections())
def test_the_winners_are_the_last_that_do_not_overspend(election):
    outcome = equal.equal_shares(election)
    start = Fraction(election.budget, len(election.ballots))
    steps = [exact.buy(election, start + n) for n in range(outcome.raised + 1)]
    assert all(one.cost <= election.budget for one in steps)
    assert outcome.winners == steps[-1].winners
    after = equal.next_round(election, outcome)
    if after is None:
        assert set(outcome.winners) == {p for p, votes in election.votes.items() if votes}
    else:
        assert after.cost > election.budget


@settings(max_examples=100, deadline=None)
@given(elections(), st.fractions(0, 60))
def test_a_proof_adds_up_to_the_last_fraction(election, each):
    found = exact.buy(election, each)
    paid = Fraction(0)
    for one in found.purchases:
        assert one.price * one.full + one.from_last == one.cost
        assert one.full + one.last == one.supporters == election.votes[one.project]
        assert one.from_last <= one.price * one.last
        assert one.per_unit == one.price / one.cost
        paid += one.cost
    assert paid <= each * len(election.ballots)
    for loser in found.losers:
        assert loser.lacking > 0
    assert {*found.winners, *(one.project for one in found.losers)} == set(election.votes)


def test_a_minority_gets_its_share_where_greedy_gives_it_nothing():
    projects = tuple(Project(f"{side}{n}", 10) for side in "ab" for n in range(10))
    north, south = frozenset(f"a{n}" for n in range(10)), frozenset(f"b{n}" for n in range(10))
    election = Election(100, projects, (north,) * 60 + (south,) * 40)
    assert {one[0] for one in greedy(election)} == {"a"}
    fair = equal.equal_shares(election)
    assert sorted(one[0] for one in fair.winners) == ["a"] * 6 + ["b"] * 4
    assert share_left_out(election, greedy(election)) == 0.4
    assert share_left_out(election, fair.winners) == 0


def test_ties_go_to_the_lower_cost_and_then_to_what_stands_first():
    projects = (Project("dear", 4), Project("cheap", 2), Project("cheap too", 2))
    election = Election(4, projects, (frozenset(one.id for one in projects),) * 2)
    assert exact.buy(election, Fraction(2)).winners == ("cheap", "cheap too")
    assert equal.equal_shares(election).winners == ("cheap", "cheap too")
    assert greedy(election) == ("cheap", "cheap too")


def test_what_nobody_approves_of_is_never_funded():
    election = Election(50, (Project("a", 1), Project("b", 1)), (frozenset("a"),))
    assert greedy(election) == equal.equal_shares(election).winners == ("a",)
    assert equal.equal_shares(election).took_all


def test_greedy_passes_over_what_no_longer_fits():
    projects = (Project("a", 6), Project("b", 5), Project("c", 4))
    ballots = (frozenset("abc"),) * 2 + (frozenset("ab"),) + (frozenset("a"),)
    assert greedy(Election(10, projects, ballots)) == ("a", "c")


def test_an_election_without_voters_funds_nothing():
    election = Election(50, (Project("a", 1),), ())
    assert equal.equal_shares(election).winners == greedy(election) == ()
    assert share_left_out(election, ()) == 0


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        (lambda: Election(-1, (), ()), BudgetInvalid),
        (lambda: Election(1, (Project("a", 0),), ()), CostInvalid),
        (lambda: Election(1, (Project("a", 1), Project("a", 1)), ()), ProjectTwice),
        (lambda: Election(1, (Project("a", 1),), (frozenset("b"),)), VoteForNothing),
        (lambda: equal.equal_shares(Election(1, (), ()), step=0), StepInvalid),
    ],
)
def test_what_is_no_election_is_refused(made, refusal):
    with pytest.raises(refusal):
        made()
