"""The alarm pages in a real browser: what they say, that axe finds nothing, and that they fit."""

import pytest
from tests.center.alarms.around import alert
from tests.pages.axe import violations

from dalgu.access.actor import SYSTEM
from dalgu.center.incidents.deeds import Closed
from dalgu.center.incidents.words import Outcome

pytestmark = pytest.mark.page
NARROW = 320


@pytest.fixture(scope="module")
def alarmed(town):
    """The town after a false fire and a true one in the same dong."""
    at = town.clock.now()
    alarms = town.platform.rooms.alarms
    first = alert("page-a", "security/smoke", at=at)
    town.run(town.platform.hub.upsert([first]))
    [number] = town.run(alarms.take([first.to_document()])).raised
    closed = Closed(Outcome.FALSE_ALARM, "steam of a bath house")
    town.run(town.platform.rooms.incidents.note(number, [closed], SYSTEM))
    second = alert("page-b", "security/smoke", at=at)
    event = alert("page-c", "devices/lowBattery", at=at, severity="low")
    town.run(town.platform.hub.upsert([second, event]))
    [newest] = town.run(alarms.take([second.to_document(), event.to_document()])).raised
    return newest


@pytest.mark.parametrize("path", ["", "/rules", "/events"])
def test_the_pages_of_alarms_fit_everybody(reader, alarmed, path):
    person = reader(signed_in=True, width=NARROW)
    page = person.open(f"/ko/center/alarms{path}")
    assert violations(page) == {}
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert person.complaints == []


def test_the_room_of_an_incident_says_why_it_came_and_what_such_alarms_were(reader, alarmed):
    page = reader(signed_in=True).open(f"/en/center/incidents/{alarmed}")
    why = page.locator("section.why")
    assert "Suspected fire" in why.inner_text()
    assert "1 of 1 were false alarms" in why.inner_text()
    why.locator("summary").click()
    assert why.locator("li.item time").count() >= 1
    assert violations(page) == {}


def test_an_administrator_sets_a_rule_with_a_reason_and_everybody_sees_who_did(reader, alarmed):
    page = reader(signed_in=True, script=False).open_plain("/en/center/alarms/rules#crowd")
    rule = page.locator("#crowd")
    rule.locator("summary").click()
    rule.get_by_label("Priority").select_option("P2")
    rule.get_by_label("Reason").fill("festival until Sunday")
    rule.get_by_role("button", name="Set").click()
    assert "P2" in page.locator("#crowd header").inner_text()
    assert "festival until Sunday" in page.locator("main").inner_text()


def test_why_an_alarm_came_is_told_to_programs_too(town, alarmed, reader):
    page = reader(signed_in=True).open_plain("/en/center/alarms")
    told = page.request.get(f"{town.url}/incidents/{alarmed}/why.json?language=en").json()
    assert told["rule"]["title"] == "Suspected fire"
    assert told["past"]["falseAlarms"] == 1
