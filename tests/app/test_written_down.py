"""What changes a bill or decides of a leak stands in the audit chain once it is done."""

from dalgu.access.actor import CONSOLE, Role
from dalgu.kernel.ids import entity_id
from dalgu.services.water.leakage.entities import LeakCase

CASE = entity_id("LeakCase", "1")
STEP = f"/en/center/water/leaks/{CASE}/status"


def steps_of(house):
    entries = house.run(house.platform.access.audit_entries(CONSOLE, limit=1_000))
    return [entry for _, entry in entries if entry.operation == "leak.handle"]


def handle(house, role, status):
    form = {"content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin"}
    return house.ask("POST", STEP, role, headers=form, content=f"status={status}".encode())


def test_a_step_of_a_leak_is_written_down_when_it_is_done(house):
    house.run(house.platform.hub.upsert([LeakCase(id=CASE, status="suspected")]))
    assert handle(house, Role.OPERATOR, "confirmed").status_code == 303
    [entry] = steps_of(house)
    assert (entry.outcome, entry.target) == ("done", STEP)
    assert entry.actor.startswith("person:")


def test_a_step_that_is_refused_by_the_case_is_not_told_as_done(house):
    before = len(steps_of(house))
    assert handle(house, Role.OPERATOR, "suspected").status_code >= 400
    assert len(steps_of(house)) == before


def test_whoever_may_not_is_written_down_as_refused(house):
    assert handle(house, Role.VIEWER, "repaired").status_code == 403
    assert steps_of(house)[-1].outcome == "refused"


def test_a_look_is_not_written_down(house):
    before = len(steps_of(house))
    assert house.ask("GET", "/en/center/water/leaks", Role.OPERATOR).status_code == 200
    assert len(steps_of(house)) == before
