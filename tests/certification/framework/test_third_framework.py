"""A framework that nobody wrote code for: its folder loads, is checked, measured and scored."""

from pathlib import Path

import pytest

from dalgu.certification.formula.parsing import parse
from dalgu.certification.formula.units import check_units
from dalgu.certification.framework.loading import read
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.certification.plausibility import findings
from dalgu.certification.scoring.points import score

OPERATING_MODEL = read(Path(__file__).parent / "data" / "operating-model")


def measured(code, value):
    return Measurement(indicator=code, status=Status.MEASURED, value=value, snapshot="ab" * 32)


def test_it_loads_whole():
    assert [one.code for one in OPERATING_MODEL.indicators] == ["OM-1", "OM-2", "OM-3", "OM-4"]
    assert sum(one.points for one in OPERATING_MODEL.indicators) == OPERATING_MODEL.total_points


@pytest.mark.parametrize("code", ["OM-3", "OM-4"])
def test_its_formulas_hold_to_their_units(code):
    indicator = OPERATING_MODEL.indicator(code)
    units = {name: one.unit for name, one in indicator.variables.items()}
    check_units(parse(indicator.formula), units, indicator.dimension)


def test_it_scores_a_city():
    sheet = score(
        OPERATING_MODEL,
        "any",
        {"OM-3": measured("OM-3", 60.0), "OM-4": measured("OM-4", 1.0)},
        {"OM-1": Maturity("OM-1", levels=(3, 4)), "OM-2": Maturity("OM-2", levels=(5,))},
    )
    # 20 * 3.5/5 = 14; one review is not enough; 40 * 60/80 = 30; 20 * 1/4 = 5
    assert [line.points for line in sheet.lines] == [14.0, 0.0, 30.0, 5.0]
    assert (sheet.total, sheet.grade.grade, sheet.certified) == (49.0, 3, False)


def test_its_rules_ask_their_questions():
    found = findings(
        OPERATING_MODEL,
        {"OM-3": measured("OM-3", 120.0)},
        {"OM-3": {"published": 12.0, "inventoried": 10.0}},
    )
    assert [one.id for one in found] == ["OM-3#1"]
