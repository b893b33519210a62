"""The pure parts: gates, winners, evaluation, effect, bookings, drawing."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery import effect, gates, sankey
from dalgu.services.citizens.discovery.calls.rules import overlaps, selected
from dalgu.services.citizens.discovery.evaluation import CRITERIA, Score, evaluated
from dalgu.services.citizens.discovery.funnel import Funnel, RoundLine
from dalgu.services.citizens.discovery.gates import Gate, Need
from dalgu.services.citizens.discovery.winners import chosen, ranks

NEEDS = st.sets(st.sampled_from(list(Need)))
COUNTS = st.dictionaries(st.integers(1, 30), st.integers(0, 9), max_size=20)
DAYS = st.tuples(st.integers(0, 60), st.integers(0, 20)).map(
    lambda pair: (
        date(2026, 3, 1) + timedelta(days=pair[0]),
        date(2026, 3, 1) + timedelta(days=sum(pair)),
    )
)


def test_gates_follow_one_another_and_end():
    way = [Gate.OBSERVED]
    while (then := gates.following(way[-1])) is not None:
        way.append(then)
    assert way == list(Gate)
    assert len(way) == 9


@given(NEEDS, st.sampled_from(list(Gate)))
def test_more_of_what_is_needed_never_leaves_more_missing(has, gate):
    points = len(gates.RULES[gate].checklist)
    before = set(gates.missing(gate, has, points))
    assert before == {str(need) for need in gates.RULES[gate].needs} - {str(n) for n in has}
    assert set(gates.missing(gate, set(Need), points)) == set()
    assert points == 0 or "checklist" in gates.missing(gate, has, points - 1)


@given(COUNTS, st.integers(1, 10))
def test_places_go_to_the_most_approved_and_equals_are_never_parted(approvals, places):
    winners = chosen(approvals, places)
    losers = [one for one in approvals if one not in winners and approvals[one] > 0]
    assert all(approvals[w] > approvals[one] for w in winners for one in losers)
    assert all(approvals[w] > 0 for w in winners)
    liked = sum(count > 0 for count in approvals.values())
    assert len(winners) >= min(places, liked)
    assert all(ranks(approvals)[w] <= places for w in winners)


def test_authors_never_carry_an_evaluation_alone():
    full = dict.fromkeys(CRITERIA, 10)
    poor = dict.fromkeys(CRITERIA, 3)
    friends = [Score(True, full) for _ in range(10)]
    others = [Score(False, poor) for _ in range(10)]
    assert not evaluated(friends).is_enough
    both = evaluated(friends + others)
    assert both.is_enough
    assert both.mean == pytest.approx(6.5)  # would pass if authors counted like others
    assert both.mean_of_others == 3.0
    assert not both.is_passed
    assert evaluated([Score(False, dict.fromkeys(CRITERIA, 6))] * 10).is_passed


def test_the_interval_is_welchs_as_published():
    """NIST/SEMATECH e-Handbook, 1.3.5.3 gives the formula; figures here are scipy's own test."""
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(7)
    before, after = rng.normal(20, 3, 14).tolist(), rng.normal(17, 5, 21).tolist()
    found = effect.compared(before, after, is_more_better=False, target=18.0)
    theirs = ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high))
    assert found.is_met
    assert effect.compared([1.0], [2.0], is_more_better=True, target=2).low is None


def test_daily_means_are_of_korean_days():
    hours = np.arange(48) * 3_600.0 + 15 * 3_600  # begins at midnight in Daegu
    value = np.repeat([1.0, 5.0], 24)
    assert effect.daily_means(hours, value) == [1.0, 5.0]


@given(DAYS, DAYS)
def test_two_bookings_overlap_exactly_when_they_share_a_day(a, b):
    def days(pair):
        return {pair[0] + timedelta(days=n) for n in range((pair[1] - pair[0]).days + 1)}

    assert overlaps(a, b) == bool(days(a) & days(b)) == overlaps(b, a)


@given(st.lists(st.tuples(st.integers(1, 99), st.floats(1, 10)), max_size=20), st.integers(1, 9))
def test_slots_go_to_the_best_that_pass(means, slots):
    means = list(dict(means).items())
    winners = selected(means, slots)
    worst = min((mean for one, mean in means if one in winners), default=10)
    assert all(mean <= worst for one, mean in means if one not in winners and mean >= 6)
    assert all(dict(means)[one] >= 6 for one in winners)


def a_round(number, people, ends):
    planned, completed = ends.pop("planned", 0), ends.pop("completed", 0)
    problems = planned + sum(ends.values())
    title = Text(f"{number}기", f"Round {number}")
    return RoundLine(number, title, people, problems, planned, completed, ends)


ROUNDS = st.lists(
    st.tuples(
        st.integers(1, 90),
        st.fixed_dictionaries(
            {
                "planned": st.integers(0, 5),
                "not_chosen": st.integers(0, 9),
                "law": st.integers(0, 4),
                "open": st.integers(0, 3),
            }
        ),
    ),
    max_size=5,
)


@given(ROUNDS)
def test_bars_of_the_drawing_do_not_overlap_and_stay_inside(told):
    lines = tuple(a_round(n, people, dict(ends)) for n, (people, ends) in enumerate(told, 1))
    before = {k: sum(one.stopped_before[k] for one in lines) for k in ("not_chosen", "law", "open")}
    before = {k: v for k, v in before.items() if v}
    after = {"open": sum(one.planned for one in lines)}
    found = sankey.drawn(Funnel(lines, before, {k: v for k, v in after.items() if v}))
    for x in sankey.COLUMNS:
        column = sorted((n for n in found.nodes if n.x == x), key=lambda n: n.y)
        assert all(a.y + a.height <= b.y for a, b in pairwise(column))
        assert all(n.y + n.height <= sankey.HEIGHT + 0.5 for n in column)
    assert sum(n.count for n in found.nodes if n.kind == "problems") == sum(
        n.count for n in found.nodes if n.x == sankey.COLUMNS[2]
    )
