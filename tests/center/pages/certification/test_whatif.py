import pytest

from dalgu.center.pages.certification.whatif import asked_of, entries_of
from dalgu.certification.certification import scorecard_of
from dalgu.certification.framework import loading
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.certification.planning.effort import gains
from dalgu.certification.planning.errors import CostsInvalid, ImprovementInvalid
from dalgu.certification.scoring.basis import Basis

FRAMEWORK = loading.load("kr-scc-2021")
MEASURED = {"K63-43": Measurement("K63-43", Status.MEASURED, 30.5, snapshot="x")}
MATURE = {"K63-05": Maturity("K63-05", self_level=2)}
CARD = scorecard_of(FRAMEWORK, "large", MEASURED, MATURE, measured_at=None)


def test_each_indicator_is_offered_once_the_least_effort_first():
    basis = Basis("large", MEASURED, MATURE)
    entries = entries_of(CARD, basis, gains(FRAMEWORK, basis))
    codes = [one.standing.indicator.code for one in entries]
    assert len(codes) == len(set(codes)) == 63
    efforts = [one.gain.effort for one in entries]
    assert efforts == sorted(efforts)
    by_code = {one.standing.indicator.code: one for one in entries}
    assert by_code["K63-43"].now == 30.5
    assert by_code["K63-43"].lacking == pytest.approx(15.0)
    assert by_code["K63-05"].now == 2
    assert not by_code["K63-44"].is_known


def test_only_what_has_a_cost_is_offered_to_the_solver():
    fields = {"unit:K63-43": "1,000,000", "to:K63-43": "60", "to:K63-44": "70", "grade": "2"}
    asked = asked_of({**fields, "budget": "5,000,000"}, CARD)
    [offer] = asked.costs.improvements
    assert (offer.indicator, offer.cost_per_unit, offer.up_to) == ("K63-43", 1_000_000.0, 60.0)
    assert (asked.grade, asked.costs.budget) == (2, 5_000_000)


@pytest.mark.parametrize("text", ["a", "-1", "nan", "inf", "1e999"])
def test_what_is_no_cost_is_refused(text):
    with pytest.raises(ImprovementInvalid):
        asked_of({"unit:K63-43": text, "to:K63-43": "60"}, CARD)


def test_a_pasted_table_stands_in_place_of_the_fields():
    table = '{"improvements": [], "budget": 7}'
    assert asked_of({"costs": table, "unit:K63-43": "1"}, CARD).costs.budget == 7
    with pytest.raises(CostsInvalid):
        asked_of({"costs": "budget = 'much'"}, CARD)


def test_without_a_grade_the_next_better_one_is_asked_for():
    assert asked_of({}, CARD).grade == 4
    assert asked_of({"grade": "9"}, CARD).grade == 4
