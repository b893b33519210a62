import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dalgu.services.water.leakage.localisation import (
    best_place,
    mass_within,
    posterior,
    ranked,
    representatives,
)

LINE_M = np.abs(np.arange(9)[:, None] - np.arange(9)) * 100.0


@given(hnp.arrays(float, 9, elements=st.floats(-500, 500)))
def test_probabilities_add_up(evidence):
    likely = posterior(evidence, np.full(9, 50.0))
    assert likely.sum() == pytest.approx(1)
    assert (likely >= 0).all()


def test_the_place_is_where_most_of_the_probability_is_within_a_walk():
    likely = np.array([0.3, 0, 0, 0, 0, 0.25, 0, 0.25, 0.2])
    assert best_place(likely, LINE_M) in (5, 6, 7)
    assert mass_within(likely, LINE_M, 6) == pytest.approx(0.7)


def test_the_ranking_stops_where_enough_is_shown():
    shown = ranked(np.array([0.02, 0.6, 0.36, 0.02]))
    assert [one.pipe for one in shown] == [1, 2]


def test_pipes_that_mark_alike_share_one_representative():
    rng = np.random.default_rng(3)
    kinds = rng.normal(size=(8, 4))
    marks = kinds[:, [0, 1, 2, 3, 0, 1, 2, 3]] * rng.uniform(1, 3, 8)
    assert len(representatives(marks)) == 4
