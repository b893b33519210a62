from datetime import UTC, datetime

import pytest

from dalgu.center.alerts import Step, StepNotPossible, row, stepped
from dalgu.hub.types import Alert
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


def an_alert(status, **more):
    return Alert(
        id=entity_id("Alert", "1"),
        name=Text("누수 의심", "Leak suspected"),
        severity="high",
        status=status,
        **more,
    ).to_document()


def test_an_acknowledgement_says_who_and_when():
    change = stepped(an_alert("open"), Step.ACKNOWLEDGE, "person:7", NOW)
    assert (change.status, change.acknowledged_by) == ("acknowledged", "person:7")
    assert change.acknowledged_at == "2026-11-22T03:00:00Z"


def test_an_open_alert_can_be_closed_at_once():
    assert stepped(an_alert("open"), Step.CLOSE, "person:7", NOW).closed_by == "person:7"


@pytest.mark.parametrize(
    ("status", "step"),
    [("acknowledged", Step.ACKNOWLEDGE), ("closed", Step.ACKNOWLEDGE), ("closed", Step.CLOSE)],
)
def test_no_step_goes_back(status, step):
    with pytest.raises(StepNotPossible) as refused:
        stepped(an_alert(status), step, "person:7", NOW)
    assert refused.value.status == 409


def test_a_row_offers_what_can_still_be_done():
    assert row(an_alert("open"), "en").steps == (Step.ACKNOWLEDGE, Step.CLOSE)
    assert row(an_alert("closed"), "en").steps == ()


def test_a_row_says_who_took_the_last_step():
    handled = row(an_alert("closed", acknowledged_by="person:1", closed_by="person:2"), "ko")
    assert handled.handled_by == "person:2"
    assert handled.title == "누수 의심"
