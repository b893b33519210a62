"""A case is judged by the framework that its call froze: types, points, levels."""

import msgspec
import pytest
from tests.certification.office.rounds import FRAMEWORK, levels, values

from dalgu.certification.framework.loading import content_hash, frozen
from dalgu.certification.office.judging import Bench, declared, measured, use_of
from dalgu.certification.process.acts.application import Measurement
from dalgu.certification.process.words import MeasurementStatus

USE = use_of(FRAMEWORK)


def a_bench(framework=FRAMEWORK):
    held = {content_hash(framework): frozen(framework)}
    return Bench(held.get)


def test_a_round_names_all_indicators_of_a_framework_by_kind():
    assert (len(USE.quantitative), len(USE.qualitative)) == (43, 20)
    assert USE.digest == content_hash(FRAMEWORK)


@pytest.mark.parametrize(
    ("kind", "population", "expected"),
    [("si", 500_000, "large"), ("si", 499_999, "small"), ("gu", 650_000, "small")],
)
def test_the_type_of_a_city_is_told_by_the_rules_of_the_call(kind, population, expected):
    assert a_bench().city_type_of(USE, kind, population) == expected
    rules = [msgspec.structs.replace(one, kinds=[]) for one in FRAMEWORK.city_type_rules[:1]]
    other = msgspec.structs.replace(FRAMEWORK, city_type_rules=rules)
    assert a_bench(other).city_type_of(use_of(other), kind, population) == "small"


def test_full_values_and_levels_earn_all_points_and_the_highest_grade():
    full = dict.fromkeys(levels(), 5.0)
    judged = a_bench().score_case(USE, "large", values(share=1.0), full, ())
    assert (judged.points, judged.grade) == (2_000.0, 1)


def test_half_levels_of_a_median_count_as_such():
    half = dict.fromkeys(levels(), 3.5)
    judged = a_bench().score_case(USE, "large", {}, half, ())
    assert judged.points == 20 * 50 * 3.5 / 5


def test_what_a_committee_released_goes_to_the_rest_of_its_item():
    some = values(share=1.0)
    released = USE.quantitative[0]
    without = {code: one for code, one in some.items() if code != released}
    whole = a_bench().score_case(USE, "large", some, {}, ())
    spread = a_bench().score_case(USE, "large", without, {}, {released})
    assert spread.points > a_bench().score_case(USE, "large", without, {}, ()).points
    assert spread.points <= whole.points + 50


@pytest.mark.parametrize("status", list(MeasurementStatus))
def test_a_measurement_goes_to_the_scoring_and_back(status):
    value = 1.5 if status.has_value else None
    one = Measurement(status=status, value=value, snapshot="ab" * 32)
    assert declared(measured("X", one)) == one
