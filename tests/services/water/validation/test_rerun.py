from dataclasses import replace
from datetime import date

import pytest

from dalgu.kernel.ids import entity_id
from dalgu.services.water.validation.held import read_day
from dalgu.services.water.validation.rerun import (
    DaysNotValidatable,
    Scope,
    compare,
    correct,
    rerun,
)
from dalgu.services.water.validation.rules import Check, load_rules

MONTH = Scope(date(2026, 3, 1), date(2026, 3, 31))
STRICT = b"[limits.high]\ntimes = 0.5\nleast_l = 0\n[limits.spike]\ntimes = 0.5\nleast_l = 0\n"


@pytest.fixture
def ready(town):
    town.read_all()
    town.validate()
    return town


def again(town, rules, scope=MONTH, **more):
    return town.run(rerun(town.hub, town.clock, scope, rules, **more))


def test_a_month_by_the_same_rules_reads_the_same(ready):
    assert again(ready, load_rules()).days == []


def test_other_rules_tell_what_would_change_and_write_nothing(ready):
    head = ready.run(ready.hub.head())
    found = again(ready, load_rules(STRICT))
    assert ready.run(ready.hub.head()) == head
    assert found.before_l == found.after_l > 0
    one = found.days[-1].meters[0]
    assert (one.hours, one.raised_before) == ((), 0)
    assert one.raised_after == Check.HIGH.bit | Check.SPIKE.bit


def test_a_re_run_that_writes_makes_versions_by_its_rules(ready):
    rules = load_rules(STRICT)
    found = again(ready, rules, write=True)
    assert {one.version for one in found.days} == {2}
    held = ready.run(read_day(ready.hub, ready.area, date(2026, 3, 31)))
    assert (held.day.reason, held.day.rules) == ("re-run", rules.digest)
    assert again(ready, rules).days == []


def test_late_reads_show_as_hours_and_litres(town):
    town.read_all(but=range(11 * 24 + 6, 11 * 24 + 9))
    town.validate()
    town.read_all()
    [day] = again(town, load_rules()).days
    assert (day.day, day.before_l, day.after_l) == (date(2026, 3, 10), 810, 810)
    assert [one.hours for one in day.meters] == [(5, 6, 7, 8)] * 3


def test_billed_days_change_by_a_correction_only(ready):
    day = MONTH.last
    billed = ready.run(read_day(ready.hub, ready.area, day)).day
    ready.run(ready.hub.upsert([replace(billed, is_final=True)]))
    found = again(ready, load_rules(STRICT), Scope(day, day), write=True)
    assert (found.days[0].is_final, found.days[0].version) == (True, None)
    work = correct(ready.hub, ready.clock, Scope(day, day), load_rules(STRICT), "a finding")
    assert ready.run(work).days[0].version == 2
    reason = ready.run(read_day(ready.hub, ready.area, day)).day.reason
    assert reason == "correction: a finding"


def test_one_area_alone_is_run_again(ready):
    nowhere = entity_id("DistrictMeteredArea", "nowhere")
    assert again(ready, load_rules(STRICT), Scope(MONTH.first, MONTH.last, nowhere)).days == []
    only = Scope(MONTH.first, MONTH.last, ready.area)
    assert len(again(ready, load_rules(STRICT), only).days) > 20


def test_two_versions_are_compared(ready):
    again(ready, load_rules(STRICT), write=True)
    found = ready.run(compare(ready.hub, ready.area, MONTH.last, 1, 2))
    assert [one.meter for one in found.meters] == ready.meters
    assert ready.run(compare(ready.hub, ready.area, MONTH.last, 1, 1)).meters == ()


def test_days_that_cannot_be_validated_are_refused(town):
    for scope in (
        Scope(date(2026, 3, 2), date(2026, 3, 1)),
        Scope(date(2025, 1, 1), date(2026, 3, 1)),
        Scope(date(2026, 3, 30), date(2026, 4, 1)),
    ):
        with pytest.raises(DaysNotValidatable):
            again(town, load_rules(), scope)
