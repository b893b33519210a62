import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.leakage.repair import Candidate, prices, repair_order

PRICE = prices()


def test_two_leaks_ordered_by_hand():
    small = Candidate("small", flow_m3h=2.0, certainty=1.0, diameter_mm=100)
    burst = Candidate("burst", flow_m3h=10.0, certainty=0.5, diameter_mm=250)
    first, second = repair_order([small, burst], PRICE)
    # burst: 240 m3 x 433 won x 0.5; 600,000 + 7,500,000 x (0.5 + 0.5 x 0.5)
    assert (first.id, first.saved_won_per_day, first.cost_won) == ("burst", 51_960, 6_225_000)
    # small: 48 m3 x 433 won; 600,000 + 4,000,000
    assert (second.id, second.saved_won_per_day, second.cost_won) == ("small", 20_784, 4_600_000)
    assert first.payback_days == pytest.approx(6_225_000 / 51_960)
    assert (first.priority, second.priority) == (1, 2)


def test_a_trickle_under_a_wide_pipe_does_not_pay():
    [trickle] = repair_order([Candidate("t", 0.2, 1.0, 500)], PRICE)
    assert not trickle.pays
    [burst] = repair_order([Candidate("b", 20.0, 1.0, 500)], PRICE)
    assert burst.pays


def test_nothing_leaks_nothing_pays_back():
    [none] = repair_order([Candidate("n", 0.0, 1.0, 100)], PRICE)
    assert none.saved_won_per_day == 0
    assert none.payback_days == float("inf")


def test_every_figure_says_where_it_is_from():
    assert all(price.source for price in PRICE.diameters)
    assert PRICE.marginal_source
    assert PRICE.repair_won(9_999) == PRICE.diameters[-1].won


flows, shares = st.floats(0.1, 200), st.floats(0, 1)


@given(flows, shares, st.floats(0.1, 50))
def test_a_larger_leak_never_comes_later(flow, certainty, more):
    leaks = [Candidate("a", flow, certainty, 100), Candidate("b", flow + more, certainty, 100)]
    order = {repair.id: repair for repair in repair_order(leaks, PRICE)}
    assert order["b"].payback_days <= order["a"].payback_days


@given(st.lists(st.tuples(flows, shares), max_size=8))
def test_every_leak_has_one_place(leaks):
    candidates = [Candidate(str(i), f, c, 100) for i, (f, c) in enumerate(leaks)]
    places = [repair.priority for repair in repair_order(candidates, PRICE)]
    assert places == list(range(1, len(leaks) + 1))
