"""What the pages of the process make of a case, apart from how they draw it."""

import msgspec
import pytest
from tests.certification.office.rounds import FRAMEWORK

from dalgu.center.pages.process.case import LINE, stage_line
from dalgu.center.pages.process.declaring import declared
from dalgu.center.pages.process.evidence import pages_of
from dalgu.center.pages.process.visiting import pool_of
from dalgu.certification.process.acts.application import Measurement, ScoreDeclared
from dalgu.certification.process.words import MeasurementStatus, Stage


@pytest.mark.parametrize("stage", list(Stage))
def test_a_case_stands_at_one_place_of_the_line(stage):
    states = [one.state for one in stage_line(stage)]
    assert len(states) == len(LINE)
    assert states.count("here") == 1
    place = states.index("here")
    assert states[:place] == ["done"] * place
    assert "done" not in states[place:]


def test_after_an_end_nothing_comes_next():
    assert "next" not in [one.state for one in stage_line(Stage.WITHDRAWN)]
    assert "next" not in [one.state for one in stage_line(Stage.REFUSED)]


class Drafted(msgspec.Struct):
    """As much of a case as declaring looks at."""

    id: str
    score: ScoreDeclared | None


CODE = next(one.code for one in FRAMEWORK.indicators if one.kind == "quantitative")
HELD = Measurement(
    status=MeasurementStatus.MEASURED, value=1 / 3, numerator=1.0, denominator=3.0, snapshot="ab"
)


@pytest.mark.parametrize(
    ("value", "snapshot"), [("0.333333333333", "ab"), ("0.34", None), ("", None)]
)
def test_a_value_keeps_its_frozen_rows_only_while_it_is_as_it_was_measured(value, snapshot):
    score = ScoreDeclared(case="c", measurements={CODE: HELD}, levels={}, points=0.0, grade=5)
    sent = {f"status.{CODE}": ["measured"], f"value.{CODE}": [value]}
    found = declared(Drafted("c", score), FRAMEWORK, sent)["measurements"][CODE]
    assert msgspec.to_builtins(found).get("snapshot") == snapshot


@pytest.mark.parametrize("text", ["0", "5-3", "-1", "1-99999", "²", ",".join(["1-9999"] * 9)])
def test_pages_that_are_none_are_left_for_the_command_to_refuse(text):
    assert pages_of(text) == text


def test_a_pool_is_read_a_line_each():
    assert pool_of("K63-42 계량기 7\n\nK63-43\n") == [
        {"indicator": "K63-42", "item": "계량기 7"},
        {"indicator": "K63-43", "item": ""},
    ]
