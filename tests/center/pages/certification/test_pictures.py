import itertools
from datetime import date

import pytest

from dalgu.center.pages.certification.pictures import Years, goal, radar, scatter, tornado
from dalgu.certification.framework.model import Goalposts
from dalgu.certification.planning.effort import Effort, Gain, Slope


def test_a_radar_of_nothing_is_a_point_and_of_all_its_outer_ring():
    found = radar("abc", [[0, 0, 0], [1, 1, 1]], radius=10, centre=20)
    assert set(found.shapes[0].split()) == {"20,20"}
    assert found.shapes[1] == found.rings[-1]
    assert found.dots == ((20.0, 20.0),) * 3


def test_a_share_beyond_one_stays_on_the_ring():
    found = radar("abc", [[2, 1, 1]], radius=10, centre=20)
    assert found.shapes[0] == found.rings[-1]


@pytest.mark.parametrize(
    ("posts", "rises"), [(Goalposts(1, 60), True), (Goalposts(2, 1.15), False)]
)
def test_the_goal_opens_to_where_the_value_is_better(posts, rises):
    found = goal(posts, posts.full_at)
    assert found.rises == rises
    assert found.value_x == found.full_x
    assert not found.is_outside


def test_a_value_far_outside_stands_at_the_edge_and_says_so():
    found = goal(Goalposts(0, 10), 1_000.0)
    assert found.value_x == found.width
    assert found.is_outside


def test_no_value_has_no_place():
    assert goal(Goalposts(0, 10), None).value_x is None


def slope(code, low, high):
    return Slope(code, "quantitative", 0.0, 0.0, low, high, 1.0)


def test_bars_of_a_tornado_are_as_long_as_what_they_change():
    found = tornado([slope("a", -4.0, 2.0), slope("b", -1.0, 1.0), slope("c", 0.0, 0.0)])
    first, second = found.bars
    assert found.middle - first.low_x == pytest.approx(4 * (found.middle - second.low_x), abs=0.2)
    assert first.high_x - found.middle == pytest.approx((found.middle - first.low_x) / 2, abs=0.2)
    assert first.y < second.y


def test_dots_of_a_scatter_do_not_cover_each_other():
    gains = [Gain(str(n), Effort.REVIEW, 20.0) for n in range(4)]
    dots = scatter([*gains, Gain("far", Effort.IMPROVEMENT, 5.0)]).dots
    assert len({(dot.x, dot.y) for dot in dots}) == 5
    review = [dot for dot in dots if dot.gain.effort is Effort.REVIEW]
    apart = [abs(a.y - b.y) for a, b in itertools.combinations(review, 2)]
    assert min(apart) >= 7


def test_days_stand_in_their_order_between_the_ends():
    years = Years(2021, 2023, 100.0, 500.0)
    assert years.x(date(2021, 1, 1)) == 100.0
    assert years.x(date(2023, 1, 1)) == 500.0
    assert years.x(date(2020, 1, 1)) == 100.0
    assert years.x(date(2022, 1, 1)) == pytest.approx(300.0, abs=0.5)
    assert [year for year, _ in years.ticks()] == [2021, 2022, 2023]
