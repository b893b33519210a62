"""The certification of 2021 as data: all 63, the points of the report, both languages, no claim
to be official. The tables below are those of the research report, typed in by hand."""

import re
from collections import Counter

import pytest

from dalgu.certification.formula.parsing import parse
from dalgu.certification.formula.units import check_units
from dalgu.certification.framework.loading import load
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.certification.scoring.points import score
from dalgu.governance.entities import TYPES
from dalgu.hub.types import Device, Feed
from dalgu.services.parking.entities import OffStreetParking, OnStreetParking
from dalgu.services.water.entities import WaterMeter

KOREA = load("kr-scc-2021")
QUANTITATIVE = [one for one in KOREA.indicators if one.kind == "quantitative"]
QUALITATIVE = [one for one in KOREA.indicators if one.kind == "qualitative"]
LEVELS = [(one, level) for one in QUALITATIVE for level in one.levels]

# Points of the quantitative ones, and `zero_at` and `full_at` of both city types.
REPORTED = """
01 25 5 30 5 30         02 20 5 50 5 50         03 25 0.2 2 0.5 5       04 10 0 5 0 5
07 30 0.5 10 1 15       08 25 0 40 0 40         09 20 1 20 2 40         10 15 20 150 20 150
11 15 5 100 5 100       14 35 20 90 20 90       15 25 10 500 10 500     16 35 0 15 0 8
19 40 0 1 0 1           20 30 0 100 0 100       21 30 30 95 30 95       22 20 0 100 0 100
25 25 0.3 2 1 6         26 15 0 100 0 100       27 30 10 90 10 90       28 10 0 20 0 20
31 25 0.1 2 0.1 2       32 20 50 95 50 95       33 15 0 1e5 0 1e5       36 30 30 100 30 100
37 25 95 99.9 95 99.9   38 25 2 30 2 30         39 25 40 85 40 85       40 30 1 40 1 40
41 20 2 1.15 2 1.15     42 25 5 80 5 80         43 30 1 60 1 60         44 30 2 70 2 70
45 20 12 5 12 5         48 25 5 60 5 60         49 30 5 80 5 80         50 25 80 99 80 99
51 20 5 90 5 90         54 20 20 100 20 100     55 15 20 95 20 95       56 15 10 95 10 95
59 15 20 90 20 90       60 20 70 99 70 99       61 15 0.2 3 0.2 3
"""
ROWS = re.findall(r"(\d\d) +(\d+) +(\S+) +(\S+) +(\S+) +(\S+)", REPORTED)

ENTITIES = {
    kind.type: {attribute.name for attribute in kind.attributes}
    for kind in (*TYPES, Device, Feed, OffStreetParking, OnStreetParking, WaterMeter)
}


# -- counts and points ------------------------------------------------------------------------


def test_there_are_43_quantitative_and_20_qualitative_indicators_in_order():
    codes = [one.code for one in KOREA.indicators]
    assert codes == [f"K63-{number:02d}" for number in range(1, 64)]
    assert (len(QUANTITATIVE), len(QUALITATIVE)) == (43, 20)
    assert [one.rubric for one in QUALITATIVE] == [f"R{number}" for number in range(1, 21)]


def test_each_kind_earns_a_thousand_points():
    assert sum(one.points for one in QUANTITATIVE) == 1000
    assert sum(one.points for one in QUALITATIVE) == 1000
    assert {one.points for one in QUALITATIVE} == {50}
    assert KOREA.total_points == 2000


def test_the_points_of_ten_items_are_those_of_the_report():
    counts = Counter((one.item, one.kind) for one in KOREA.indicators)
    points = Counter()
    for one in KOREA.indicators:
        points[one.item] += one.points
    found = {
        code: (counts[code, "quantitative"], counts[code, "qualitative"], points[code])
        for code in points
    }
    assert found == {
        "I1": (4, 2, 180),
        "I2": (5, 2, 205),
        "I3": (3, 2, 195),
        "G1": (4, 2, 220),
        "G2": (4, 2, 180),
        "G3": (3, 2, 160),
        "S1": (10, 2, 360),
        "S2": (4, 2, 200),
        "S3": (3, 2, 150),
        "S4": (3, 2, 150),
    }


@pytest.mark.parametrize(("area", "points"), [("INN", 580), ("GOV", 560), ("SVC", 860)])
def test_the_points_of_an_area_are_those_of_its_indicators(area, points):
    [found] = [one for one in KOREA.areas if one.code == area]
    assert sum(item.points for item in found.items) == points
    assert sum(one.points for item in found.items for one in KOREA.of_item(item)) == points


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_points_and_goalposts_are_those_of_the_report(row):
    number, points, *posts = row
    one = KOREA.indicator(f"K63-{number}")
    large, small = one.goalposts_for("large"), one.goalposts_for("small")
    assert one.points == float(points)
    assert [large.zero_at, large.full_at, small.zero_at, small.full_at] == list(map(float, posts))


def test_every_quantitative_indicator_is_in_the_table_above():
    assert [f"K63-{row[0]}" for row in ROWS] == [one.code for one in QUANTITATIVE]


def test_less_is_better_for_travel_time_and_response_time_alone():
    assert [one.code for one in KOREA.indicators if one.direction == "lower"] == [
        "K63-41",
        "K63-45",
    ]


# -- standing ---------------------------------------------------------------------------------


def test_the_provenance_is_counted_as_the_report_counts_it():
    marks = Counter(one.provenance.partition(":")[0] for one in KOREA.indicators)
    assert marks == {"OFF-name": 3, "ITEM": 25, "CITY": 22, "REC": 13}


def test_only_three_names_are_attested_and_nothing_is_official():
    attested = [one.code for one in KOREA.indicators if one.official_status == "attested"]
    assert attested == ["K63-10", "K63-11", "K63-33"]
    assert all("Only the name is attested" in KOREA.indicator(code).provenance for code in attested)
    assert {one.official_status for one in KOREA.indicators} == {"attested", "reconstructed"}
    assert KOREA.official_status == "reconstructed"


def test_of_the_grade_lines_only_that_of_70_percent_is_attested():
    lines = [(one.grade, one.min_share, one.certified, one.official_status) for one in KOREA.grades]
    assert lines == [
        (1, 0.9, True, "reconstructed"),
        (2, 0.8, True, "reconstructed"),
        (3, 0.7, True, "attested"),
        (4, 0.6, False, "reconstructed"),
        (5, 0.0, False, "reconstructed"),
    ]


@pytest.mark.parametrize(
    ("kind", "population", "city_type"),
    [
        ("metropolitan_city", 2_400_000, "large"),
        ("si", 500_000, "large"),
        ("si", 499_999, "small"),
        ("self_governing_city", 380_000, "small"),  # Sejong in 2024
        ("gu", 660_000, "small"),  # Songpa-gu
        ("gun", 260_000, "small"),
    ],
)
def test_the_city_type_follows_the_rule_table(kind, population, city_type):
    assert KOREA.city_type_of(kind, population) == city_type


# 1,000 points by levels, 385 by these and the last 15 by private investment.
FULL = ["K63-07", *(f"K63-{n}" for n in (19, 20, 21, 22, 36, 38, 39, 40, 41, 42, 43, 44, 45))]


@pytest.mark.parametrize(
    ("invested", "total", "grade", "certified"),
    [
        (100_000, 1400.0, 3, True),
        (99_966.7, 1400.0, 3, True),  # 14.995005 points are printed as 15.00
        (99_966.6, 1399.99, 4, False),  # 14.99499
        (99_933.3, 1399.99, 4, False),
    ],
)
def test_the_edge_of_the_certificate_is_at_1400_00(invested, total, grade, certified):
    values = {code: KOREA.indicator(code).goalposts_for("large").full_at for code in FULL}
    values["K63-33"] = invested
    measurements = {
        code: Measurement(code, Status.MEASURED, value, snapshot="kept")
        for code, value in values.items()
    }
    maturities = {one.code: Maturity(one.code, levels=(5, 5, 5)) for one in QUALITATIVE}
    sheet = score(KOREA, "large", measurements, maturities)
    assert (sheet.total, sheet.grade.grade, sheet.certified) == (total, grade, certified)


# -- each indicator ---------------------------------------------------------------------------


@pytest.mark.parametrize("one", KOREA.indicators, ids=lambda one: one.code)
def test_each_speaks_korean_and_english(one):
    spoken = [one.name, one.description, one.unit, one.review_guide]
    spoken += [variable.name for variable in one.variables.values()]
    spoken += [rule.question for rule in one.plausibility]
    assert all(text.ko and text.en for text in spoken)
    assert all(re.search("[가-힣]", text.ko) for text in (one.name, one.description))
    assert not any(re.search("[가-힣]", text.en) for text in spoken)
    assert one.sdg


@pytest.mark.parametrize("one", QUANTITATIVE, ids=lambda one: one.code)
def test_each_formula_stands_on_its_variables_and_gives_its_unit(one):
    formula = parse(one.formula)
    units = {name: variable.unit for name, variable in one.variables.items()}
    check_units(formula, units, one.dimension)
    assert formula.variables <= set(one.variables)
    checked = {name for rule in one.plausibility for name in parse(rule.check).variables}
    assert formula.variables | checked - {"value"} == set(one.variables)
    assert not formula.is_condition


@pytest.mark.parametrize("one", QUANTITATIVE, ids=lambda one: one.code)
def test_each_plausibility_rule_is_a_condition_over_what_is_known(one):
    units = {name: variable.unit for name, variable in one.variables.items()}
    units["value"] = one.dimension
    assert one.plausibility
    for rule in one.plausibility:
        condition = parse(rule.check)
        check_units(condition, units, "dimensionless")
        assert condition.is_condition
        assert condition.variables <= set(units)
        assert condition.indicators <= {other.code for other in KOREA.indicators}


def named(query):
    """The attributes of a `q`: what is neither text, number nor a truth value."""
    words = re.findall(r"[A-Za-z]\w*", re.sub(r'"[^"]*"', "", query))
    return set(words) - {"true", "false"}


def fields(form, *names):
    """What a form of a variable names; nothing where there is no such form."""
    return {getattr(form, name) for name in names if form is not None} - {""}


def asked_of(variable):
    """The attributes that a variable wants of each of its types."""
    formulas = [text for text in (variable.of, variable.condition) if text]
    return (
        named(variable.where)
        | set().union(*(parse(text).variables for text in formulas))
        | fields(variable, "by")
        | fields(variable.valid, "since", "until")
        | fields(variable.during, "attribute")
        | fields(variable.group, "by", "total")
        | {link.via for link in variable.linked}
    )


VARIABLES = [
    pytest.param(variable, id=f"{one.code}-{name}")
    for one in QUANTITATIVE
    for name, variable in one.variables.items()
]


@pytest.mark.parametrize("variable", VARIABLES)
def test_each_variable_asks_for_types_and_attributes_that_are_declared(variable):
    for kind in variable.type:
        assert asked_of(variable) <= ENTITIES[kind]
    for link in variable.linked:
        wanted = named(link.where) | fields(link.valid, "since", "until")
        assert wanted <= ENTITIES[link.type]


OBSERVED = [param for param in VARIABLES if param.values[0].observed is not None]


@pytest.mark.parametrize("variable", OBSERVED)
def test_each_history_is_of_a_declared_attribute(variable):
    for kind in variable.observed.type:
        assert variable.observed.attribute in ENTITIES[kind]


# -- rubrics ----------------------------------------------------------------------------------


@pytest.mark.parametrize("one", QUALITATIVE, ids=lambda one: one.rubric)
def test_each_rubric_has_six_levels(one):
    assert [level.level for level in one.levels] == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize(("one", "level"), LEVELS, ids=lambda part: getattr(part, "rubric", ""))
def test_each_level_says_in_both_languages_what_a_city_does_and_what_shows_it(one, level):
    for text in (level.text, level.evidence):
        assert len(re.findall("[가-힣]", text.ko)) >= 5
        assert len(text.en) >= 12
        assert not re.search("[가-힣]", text.en)
    assert level.text.ko.endswith("다.")


def test_no_two_levels_share_a_text_or_an_evidence():
    for language in ("ko", "en"):
        texts = [level.text.say(language) for _, level in LEVELS]
        assert len(set(texts)) == len(texts) == 120
    proofs = Counter(level.evidence.ko for _, level in LEVELS if level.level > 0)
    assert max(proofs.values()) == 1
