"""An area worked out by hand, and what holds for every plan."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.services.water.rollout.planning import Area, assumptions, plan

# 5,000 connections, 1,000 read already; a tenth unread, 600 m³ a day lost, half in reach:
#   terminals   4,000 x 109,000                            = 436,000,000
#   gateways    4,000 x 0.5 / 2,000 = 1, 12,000,000
#   leakage     600 x 0.8 x 365 x 0.3 x 750                =  39,420,000 a year
#   unread      400 x 4 x 12 x 700                         =  13,440,000 a year
#   reading     4,000 x 6 x 1,200                          =  28,800,000 a year
#   pays back   448,000,000 / 81,660,000                   =  5.486 years
VALLEY = Area("valley", 5_000, 1_000, 0.1, 600.0, 0.5)

areas = st.builds(
    Area,
    key=st.uuids().map(str),
    connections=st.integers(0, 50_000),
    remote=st.integers(0, 50_000),
    unread_share=st.floats(0, 1),
    losses_m3d=st.floats(0, 10_000),
    covered_share=st.floats(0, 1),
)


def test_an_area_worked_out_by_hand():
    [one] = plan([VALLEY], 10**9)
    assert one.terminals_won == 436_000_000
    assert (one.gateways, one.gateways_won) == (1, 12_000_000)
    assert one.leakage_won_y == 39_420_000
    assert one.unread_won_y == 13_440_000
    assert one.reading_won_y == 28_800_000
    assert one.payback_y == pytest.approx(5.486, abs=1e-3)
    assert one.year == 1


def test_the_leakier_of_two_alike_comes_first():
    leaky = replace(VALLEY, key="leaky", losses_m3d=900.0)
    assert [one.area.key for one in plan([VALLEY, leaky], 10**9)] == ["leaky", "valley"]


def test_what_one_years_money_does_not_reach_comes_in_the_next():
    twins = [replace(VALLEY, key=f"{n}") for n in range(3)]
    assert [one.year for one in plan(twins, 448_000_000)] == [1, 2, 3]


def test_without_money_nothing_is_planned():
    assert [one.year for one in plan([VALLEY], 0)] == [0]


def test_an_area_that_is_done_costs_nothing_and_comes_last():
    done = replace(VALLEY, key="done", remote=5_000)
    first, last = plan([done, VALLEY], 10**9)
    assert (first.area.key, last.area.key) == ("valley", "done")
    assert (last.cost_won, last.ratio, last.year) == (0, 0.0, 0)


def test_every_assumption_names_its_source():
    assert all(one.source and one.ko and one.en for one in assumptions().values())


@given(st.lists(areas, max_size=8), st.integers(0, 10**12))
def test_the_order_never_rises_and_the_years_never_fall(found, budget_won):
    planned = plan(found, budget_won)
    ratios = [one.ratio for one in planned]
    years = [one.year for one in planned if one.year]
    assert ratios == sorted(ratios, reverse=True)
    assert years == sorted(years)
    assert len(planned) == len(found)
