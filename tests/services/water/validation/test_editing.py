from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from tests.services.water.validation.conftest import DAILY_L

from dalgu.access.actor import Actor, Role
from dalgu.hub.errors import EntityNotExisting
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.ids import entity_id
from dalgu.services.water.validation.editing import (
    DayIsFinal,
    EditInvalid,
    EditNotConserving,
    EditWithdrawn,
    Wanted,
    edit,
    edits_of,
    withdraw,
)
from dalgu.services.water.validation.held import DayNotValidated, read_day
from dalgu.services.water.validation.rules import Check
from dalgu.services.water.validation.sheet import Standing

ACTOR = Actor("person:7", Role.OPERATOR)
DAY = date(2026, 3, 11)
SIX = datetime(2026, 3, 11, 6, tzinfo=LOCAL)
WHY = "Customer's own photograph of the dial"


@pytest.fixture
def ready(town):
    town.read_all()
    town.validate()
    return town


def set_hours(town, *litres, at=SIX, meter=0, reason=WHY, **more):
    wanted = Wanted(at, litres, reason, **more)
    return town.run(edit(town.hub, town.clock, ACTOR, town.meters[meter], wanted))


def sheet_of(town, day=DAY):
    return town.run(read_day(town.hub, town.area, day))


def test_an_edit_that_conserves_makes_a_version_and_tells_who(ready):
    made = set_hours(ready, 35, 35)  # 30 + 40
    held = sheet_of(ready)
    assert (held.version, held.day.reason) == (2, f"edit: {WHY}")
    assert held.sheet.use_l[0, 6:8].tolist() == [35, 35]
    assert held.sheet.standing[0, 5:9].tolist() == [1, 4, 4, 1]
    assert not held.sheet.raised.any()
    assert (made.edited_by, made.reason) == ("person:7", WHY)


def test_the_next_night_keeps_an_edit(ready):
    set_hours(ready, 35, 35)
    head = ready.run(ready.hub.head())
    ready.validate()
    assert ready.run(ready.hub.head()) == head


def test_a_difference_is_told_and_must_be_confirmed(ready):
    with pytest.raises(EditNotConserving) as refused:
        set_hours(ready, 35, 40)
    assert refused.value.parts["difference_l"] == 5
    assert "+5 l" in refused.value.detail
    set_hours(ready, 35, 40, is_confirmed=True)
    assert sheet_of(ready).sheet.raised[0] == Check.SUM.bit


def test_an_edit_over_midnight_changes_both_days(ready):
    set_hours(ready, 3, 2, at=datetime(2026, 3, 11, 23, tzinfo=LOCAL))
    assert sheet_of(ready).sheet.use_l[0, 23] == 3
    assert sheet_of(ready, DAY + timedelta(days=1)).sheet.use_l[0, 0] == 2


def test_a_withdrawn_edit_is_gone_from_the_hours_and_stays_in_the_book(ready):
    made = set_hours(ready, 35, 35)
    taken = ready.run(withdraw(ready.hub, ready.clock, ACTOR, made.id))
    held = sheet_of(ready)
    assert (held.version, held.sheet.use_l[0].tolist()) == (3, list(DAILY_L))
    assert taken.withdrawn_by == "person:7"
    assert [one.id for one in ready.run(edits_of(ready.hub, ready.meters[0]))] == [made.id]
    with pytest.raises(EditWithdrawn):
        ready.run(withdraw(ready.hub, ready.clock, ACTOR, made.id))


def test_a_billed_day_changes_by_a_correction_that_marks_it(ready):
    ready.run(ready.hub.upsert([replace(sheet_of(ready).day, is_final=True)]))
    with pytest.raises(DayIsFinal):
        set_hours(ready, 35, 35)
    made = set_hours(ready, 35, 35, is_correction=True)
    held = sheet_of(ready)
    assert held.day.reason == f"correction: {WHY}"
    assert held.day.is_final
    with pytest.raises(DayIsFinal):
        ready.run(withdraw(ready.hub, ready.clock, ACTOR, made.id))
    ready.run(withdraw(ready.hub, ready.clock, ACTOR, made.id, is_correction=True))
    assert sheet_of(ready).day.reason.startswith("correction: edit withdrawn")


def test_missing_hours_may_be_set_freely(town):
    town.read_all(meters=(0, 1))
    town.read(2, range(21 * 24 + 5, 22 * 24))
    town.validate()
    day = date(2026, 3, 20)
    set_hours(town, 9, at=datetime(2026, 3, 20, 1, tzinfo=LOCAL), meter=2)
    assert sheet_of(town, day).sheet.standing[2, 1] == Standing.EDITED


def test_what_no_edit_can_be_is_refused_and_changes_nothing(ready):
    for litres, more in (
        ((35, 35), {"reason": "short"}),
        ((35, 35), {"reason": "a" + " " * 30 + "b"}),
        ((), {}),
        ((-1, 71), {}),
        ((70, 10**9), {}),
        ((1,) * 1000, {}),
        ((30,), {"at": SIX + timedelta(minutes=5)}),
        ((30,), {"at": SIX.replace(tzinfo=None)}),
        ((30,), {"at": datetime(2026, 4, 1, 1, tzinfo=LOCAL)}),
    ):
        with pytest.raises(EditInvalid):
            set_hours(ready, *litres, **more)
    assert sheet_of(ready).version == 1
    assert ready.run(edits_of(ready.hub, ready.meters[0])) == []


def test_nobody_edits_what_is_not_there(ready):
    with pytest.raises(DayNotValidated):
        set_hours(ready, 35, at=SIX - timedelta(days=60))
    nobody = entity_id("WaterMeter", "nobody")
    with pytest.raises(EntityNotExisting):
        ready.run(edit(ready.hub, ready.clock, ACTOR, nobody, Wanted(SIX, (1,), WHY)))
    with pytest.raises(EntityNotExisting):
        ready.run(withdraw(ready.hub, ready.clock, ACTOR, entity_id("ReadingEdit", "x")))
