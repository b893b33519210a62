import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.certification.scoring.frameworks import (
    a_city,
    framework,
    measured,
    of_63,
    qualitative,
    quantitative,
)

from dalgu.certification.measurement import Maturity, Method
from dalgu.certification.scoring.draws import chances
from dalgu.certification.scoring.points import score


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["large", "small"]), st.floats(10, 120))
def test_where_nothing_moves_the_draw_is_the_sheet(seed, city_type, middle):
    one = of_63()
    measurements, maturities = a_city(one, np.random.default_rng(seed), middle)
    released = [one.indicators[seed % 63].code]
    city = chances(one, city_type, measurements, maturities, released)
    drawn = city.outcomes(np.full((1, city.dimension), 0.5))
    sheet = score(one, city_type, measurements, maturities, released)
    assert drawn.totals[0] == pytest.approx(sheet.total, abs=0.0101)
    assert drawn.items[0] == pytest.approx([part.share for part in sheet.items], abs=1e-3)
    assert drawn.points[0] == pytest.approx([line.points for line in sheet.lines], abs=0.0051)


def test_weights_stay_within_a_quarter_and_add_up_to_the_same_total():
    one = of_63()
    full = {x.code: measured(x.code, 100) for x in one.indicators if x.kind == "quantitative"}
    levels = {x.code: Maturity(x.code, levels=(5,) * 3) for x in one.indicators}
    city = chances(one, "large", full, levels)
    cube = np.random.default_rng(3).random((500, city.dimension))
    cube[:, 63:] = 0.5  # only the weights move
    drawn = city.outcomes(cube)
    assert drawn.totals == pytest.approx(2000)
    moved = drawn.points / city.most
    assert moved.max() < 1.25 / 0.75
    assert moved.min() > 0.75 / 1.25
    assert np.ptp(moved) > 0.3


def test_a_declared_value_has_no_gap_and_no_error_unless_one_is_given():
    one = framework([quantitative("A", "I1", 40)])
    declared = measured("A", 50, coverage=0.0, method=Method.MANUAL)
    assert chances(one, "large", {"A": declared}, {}).dimension == 1  # its weight
    held = measured("A", 50, coverage=0.5, standard_error=2.0)
    assert chances(one, "large", {"A": held}, {}).groups == ("A", "A", "A")


def test_what_the_hub_did_not_hold_lies_within_half_the_goalposts():
    one = framework([quantitative("A", "I1", 2000)])
    city = chances(one, "large", {"A": measured("A", 50, coverage=0.8)}, {})
    drawn = city.outcomes(np.array([[0.5, 0.0], [0.5, 0.5], [0.5, 1.0]]))
    assert drawn.totals == pytest.approx([800, 1000, 1200])


def test_what_is_missing_or_awaits_review_stays_so():
    one = framework([quantitative("A", "I1", 40), qualitative("L", "I1")])
    city = chances(
        one, "large", {"A": measured("A", 90, snapshot="")}, {"L": Maturity("L", 5, (5, 5))}
    )
    assert city.outcomes(np.random.default_rng(1).random((50, city.dimension))).totals.max() == 0


def test_a_reviewed_level_stays_below_what_the_visit_left():
    one = framework([qualitative("L", "I1")])
    city = chances(one, "large", {}, {"L": Maturity("L", levels=(3, 3, 3), most=3)})
    drawn = city.outcomes(np.random.default_rng(1).random((200, city.dimension)))
    assert set(drawn.totals) == {20.0, 30.0}
