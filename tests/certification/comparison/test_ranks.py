import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.certification.comparison.cities import a_profile
from tests.certification.scoring.frameworks import framework, measured, of_63, quantitative

from dalgu.certification.comparison.ranks import places_of, ranks, totals
from dalgu.certification.scoring.basis import Basis


@given(st.lists(st.integers(0, 6), min_size=1, max_size=12))
def test_a_place_is_one_more_than_the_number_of_better_ones(values):
    places = places_of(np.array(values, dtype=float)[:, None])[:, 0]
    assert places.tolist() == [1 + sum(other > value for other in values) for value in values]


def test_cities_far_apart_keep_their_ranks():
    one = of_63()
    cities = [a_profile(one, n, middle).basis.chances(one) for n, middle in enumerate((50, 90, 70))]
    found = ranks(cities, np.random.default_rng(1), 500)
    assert [(x.rank, x.low, x.high) for x in found] == [(3, 3, 3), (1, 1, 1), (2, 2, 2)]
    assert [x.first_share for x in found] == [0, 1, 0]


def test_cities_close_together_change_places():
    one = of_63()
    cities = [a_profile(one, n).basis.chances(one) for n in range(6)]
    found = ranks(cities, np.random.default_rng(1))
    assert all(x.low <= x.rank <= x.high for x in found)
    assert any(x.low < x.high for x in found)
    assert sum(x.first_share for x in found) > 1 - 1e-9
    assert all(
        x.total_low < city.sheet.total < x.total_high for x, city in zip(found, cities, strict=True)
    )


def test_all_cities_are_weighed_alike_in_a_draw():
    one = framework([quantitative(c, "I1", 50) for c in "AB"])
    basis = Basis("large", {"A": measured("A", 80), "B": measured("B", 20)})
    first, same = totals([basis.chances(one)] * 2, np.random.default_rng(1), 200)
    assert np.ptp(first) > 1
    assert first == pytest.approx(same)
