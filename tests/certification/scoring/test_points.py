from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.certification.scoring.frameworks import (
    T,
    framework,
    measured,
    of_63,
    qualitative,
    quantitative,
)

from dalgu.certification.errors import IndicatorNotExisting
from dalgu.certification.framework.model import Area, Goalposts, Item
from dalgu.certification.measurement import Maturity, Measurement, Method, Status
from dalgu.certification.scoring.errors import (
    CityTypeNotInFramework,
    LevelOutOfRange,
    ScoringNotByPoints,
    ValueNotFinite,
)
from dalgu.certification.scoring.points import max_points, points_needed, rounded, score
from dalgu.certification.scoring.sheet import State

hundredths = st.integers(-10_000, 30_000).map(lambda n: n / 100)
levels = st.lists(st.integers(0, 5), min_size=3, max_size=7).map(tuple)


def one_value(value, *, city_type="large", **options):
    only = framework([quantitative("A", "I1", 40)])
    return score(only, city_type, {"A": measured("A", value, **options)}, {}).line("A")


def one_judged(**options):
    only = framework([qualitative("L", "I1")])
    return score(only, "large", {}, {"L": Maturity("L", **options)}).line("L")


def test_points_lie_on_the_line_between_the_goalposts_of_the_city_type():
    assert [one_value(x).points for x in (-5, 0, 25, 100, 900)] == [0, 0, 10, 40, 40]
    assert [one_value(x, city_type="small").points for x in (25, 50)] == [20, 40]


def test_where_less_is_better_points_fall_as_the_value_rises():
    travel = quantitative("T", "S1", 20, goalposts={"any": Goalposts(2.0, 1.15)}, direction="lower")
    points = [
        score(framework([travel]), "large", {"T": measured("T", x)}, {}).total
        for x in (2.5, 2.0, 1.575, 1.15, 1.0)
    ]
    assert points == [0, 0, 10, 20, 20]


def test_a_city_type_can_earn_other_points():
    one = quantitative("A", "I1", 40, points_of={"small": 10})
    sheet = score(framework([one]), "small", {"A": measured("A", 50)}, {})
    assert (sheet.total, sheet.total_max) == (10, 10)


def test_a_proxy_earns_its_share_and_says_so():
    line = one_value(100, status=Status.PROXY)
    assert (line.points, line.share, line.state) == (20, 0.5, State.EARNED)
    assert line.why is not None
    assert one_value(100, status=Status.ESTIMATED).points == 40


@pytest.mark.parametrize(
    "without",
    [
        measured("A", 100, snapshot=""),
        measured("A", 100, snapshot="", method=Method.MANUAL),
        Measurement("A", Status.NOT_AVAILABLE),
        Measurement("A", Status.NOT_APPLICABLE),
        measured("A", 100, status=Status.NOT_AVAILABLE),
    ],
)
def test_what_is_missing_or_unproved_earns_nothing_and_is_shown_so(without):
    sheet = score(framework([quantitative("A", "I1", 40)]), "large", {"A": without}, {})
    line = sheet.line("A")
    assert (line.points, line.max_points, line.state) == (0, 40, State.MISSING)
    assert line.why is not None
    assert sheet.measured_count == 0


def test_nothing_measured_is_missing_too():
    sheet = score(of_63(), "large", {}, {})
    assert (sheet.total, sheet.total_max, sheet.grade.grade) == (0, 2000, 5)
    assert {line.state for line in sheet.lines} == {State.MISSING, State.AWAITING_REVIEW}
    assert (sheet.quantitative_count, sheet.qualitative_count) == (43, 20)


def test_a_rejected_value_earns_nothing():
    only = framework([quantitative("A", "I1", 40), qualitative("L", "I1")])
    sheet = score(
        only,
        "large",
        {"A": measured("A", 100)},
        {"L": Maturity("L", levels=(5, 5, 5))},
        rejected=["A", "L"],
    )
    assert sheet.total == 0
    assert [line.state for line in sheet.lines] == [State.REJECTED] * 2
    assert (sheet.measured_count, sheet.reviewed_count) == (0, 0)


def test_the_median_of_the_reviewers_counts_with_its_exact_half():
    assert one_judged(levels=(2, 3, 5)).points == 30
    assert one_judged(levels=(2, 3, 4, 5)).points == 35
    assert one_judged(levels=(2, 3, 4, 5)).level == 3.5


def test_a_site_visit_lowers_and_never_raises():
    assert one_judged(levels=(4, 4, 5), most=2).points == 20
    assert one_judged(levels=(1, 1, 1), most=5).points == 10


def test_fewer_reviews_earn_nothing_and_show_the_own_level():
    line = one_judged(self_level=5, levels=(5, 5))
    assert (line.points, line.state) == (0, State.AWAITING_REVIEW)
    assert (line.self_level, line.reviews, line.level) == (5, 2, None)
    assert line.why.say("ko") == "평가 대기: 3건 중 2건"


def test_a_released_indicator_spreads_its_points_over_its_item():
    three = framework([quantitative(c, "I1", p) for c, p in (("A", 10), ("B", 20), ("C", 30))])
    full = {c: measured(c, 100) for c in "ABC"}
    sheet = score(three, "large", full, {}, not_applicable=["B"])
    assert [line.max_points for line in sheet.lines] == [15, 0, 45]
    assert sheet.line("B").state is State.NOT_APPLICABLE
    assert (sheet.total, sheet.total_max) == (60, 60)


def test_full_marks_stay_whole_though_thirds_were_spread():
    four = framework([quantitative(c, "I1", 25) for c in "ABCD"])
    sheet = score(four, "large", {c: measured(c, 100) for c in "ABC"}, {}, not_applicable=["D"])
    assert [line.points for line in sheet.lines] == [33.33, 33.33, 33.33, 0]
    assert (sheet.total, sheet.grade.grade) == (100, 1)


def test_an_item_of_which_nothing_applies_leaves_the_total():
    two = framework([quantitative("A", "I1", 30), quantitative("B", "I2", 70)])
    sheet = score(two, "large", {"B": measured("B", 70)}, {}, not_applicable=["A"])
    assert (sheet.total, sheet.total_max, sheet.grade.grade) == (49, 70, 3)
    assert sheet.item("I1").max_points == 0


@pytest.mark.parametrize(
    ("value", "total", "grade", "certified"),
    [
        (69.9995, 1399.99, 4, False),
        (69.99974, 1399.99, 4, False),
        (69.99975, 1400.0, 3, True),
        (70.0, 1400.0, 3, True),
        (79.9999, 1600.0, 2, True),
        (79.9995, 1599.99, 3, True),
        (90.0, 1800.0, 1, True),
        (89.9995, 1799.99, 2, True),
        (60.0, 1200.0, 4, False),
        (59.9995, 1199.99, 5, False),
    ],
)
def test_grade_edges_fall_on_their_sides(value, total, grade, certified):
    whole = framework([quantitative("A", "I1", 2000)])
    sheet = score(whole, "large", {"A": measured("A", value)}, {})
    assert (sheet.total, sheet.grade.grade, sheet.certified) == (total, grade, certified)


def test_many_small_lines_reach_the_edge_without_binary_dust():
    tenths = framework([quantitative(f"A{n}", "I1", 2) for n in range(1000)])
    values = {f"A{n}": measured(f"A{n}", 70) for n in range(1000)}  # 0.7 x 2, a thousand times
    assert score(tenths, "large", values, {}).total == 1400.0
    values["A0"] = measured("A0", 69.5)
    assert score(tenths, "large", values, {}).total == 1399.99


def test_an_area_below_its_floor_bars_the_certificate_not_the_grade():
    areas = [Area("INN", T, [Item("I1", T)], floor_share=0.4), Area("GOV", T, [Item("G1", T)])]
    two = framework([quantitative("A", "I1", 20), quantitative("B", "G1", 80)], areas=areas)
    weak = score(two, "large", {"A": measured("A", 39), "B": measured("B", 100)}, {})
    assert (weak.grade.grade, weak.floors_not_met, weak.certified) == (2, ("INN",), False)
    even = score(two, "large", {"A": measured("A", 40), "B": measured("B", 100)}, {})
    assert (even.floors_not_met, even.certified) == ((), True)


def test_the_least_points_of_a_grade_are_the_least_that_print_as_its_line():
    need = points_needed(0.7, Fraction(2000))
    assert rounded(need) == 1400
    assert rounded(need - Fraction(1, 10**9)) < 1400


def test_refusals_name_what_is_so():
    only = framework([quantitative("A", "I1", 40), qualitative("L", "I1")])
    with pytest.raises(ScoringNotByPoints):
        score(framework([], scoring="bands"), "large", {}, {})
    with pytest.raises(CityTypeNotInFramework, match="large, small"):
        score(only, "village", {}, {})
    with pytest.raises(IndicatorNotExisting):
        score(only, "large", {}, {}, not_applicable=["Z"])
    with pytest.raises(ValueNotFinite):
        score(only, "large", {"A": measured("A", float("nan"))}, {})
    with pytest.raises(LevelOutOfRange):
        score(only, "large", {}, {"L": Maturity("L", levels=(6, 1, 1))})


@settings(max_examples=50, deadline=None)
@given(st.lists(hundredths, min_size=43, max_size=43), st.data())
def test_points_never_exceed_their_maximum(values, data):
    one = of_63()
    codes = [x.code for x in one.indicators if x.kind == "quantitative"]
    judged = [x.code for x in one.indicators if x.kind == "qualitative"]
    released = data.draw(st.sets(st.sampled_from(codes + judged), max_size=8))
    maturities = {code: Maturity(code, levels=data.draw(levels)) for code in judged}
    given_values = {c: measured(c, v) for c, v in zip(codes, values, strict=True)}
    sheet = score(one, "large", given_values, maturities, released)
    assert all(0 <= line.points <= line.max_points for line in sheet.lines)
    assert all(0 <= part.points <= part.max_points for part in (*sheet.items, *sheet.areas))
    assert 0 <= sheet.total <= sheet.total_max <= 2000
    exact = sum(max_points(one, "large", released).values())
    assert float(exact) == sheet.total_max


@given(hundredths, hundredths, st.booleans())
def test_a_better_value_never_earns_less(a, b, is_falling):
    posts = Goalposts(100, 0) if is_falling else Goalposts(0, 100)
    direction = "lower" if is_falling else "higher"
    one = framework([quantitative("A", "I1", 37, goalposts={"any": posts}, direction=direction)])
    worse, better = sorted((a, b), reverse=is_falling)
    low, high = (score(one, "large", {"A": measured("A", x)}, {}).total for x in (worse, better))
    assert low <= high


@given(levels, st.data())
def test_a_higher_level_never_earns_less(given_levels, data):
    place = data.draw(st.integers(0, len(given_levels) - 1))
    raised = tuple(min(5, level + (n == place)) for n, level in enumerate(given_levels))
    assert one_judged(levels=given_levels).points <= one_judged(levels=raised).points


@given(
    st.integers(-5000, 20000), st.integers(-1000, 1000), st.integers(1, 5000), st.integers(-3, 6)
)
def test_another_unit_gives_the_same_points(value, zero_at, width, power):
    def total(scale):
        posts = Goalposts(float(zero_at * scale), float((zero_at + width) * scale))
        one = framework([quantitative("A", "I1", 37, goalposts={"any": posts})])
        return score(one, "large", {"A": measured("A", float(value * scale))}, {}).total

    assert total(Fraction(1)) == total(Fraction(10) ** power)
