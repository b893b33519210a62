"""The list and the room of incidents in a real browser."""

import re

import pytest
from tests.pages.axe import violations_in_each_theme

from dalgu.access.actor import SYSTEM
from dalgu.center.incidents.deeds import Commented, Joined, PartTaken, Raised, Seen
from dalgu.center.incidents.words import Part, Priority, Readiness
from dalgu.center.incidents.work import (
    AidAsked,
    Escalated,
    ResourceMoved,
    StepDone,
    StepSkipped,
    TaskGiven,
)
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text

pytestmark = pytest.mark.page

PLACE = {"lon": 128.6265, "lat": 35.85321, "district": "22060", "dong": "2206051"}


def raise_one(town, title="Smoke in an alley", **parts):
    told = {
        "title_ko": "골목에 연기", "title_en": title, "category": "fire",
        "sub_category": "buildingFire", "priority": Priority.P1, "rule": "fire", **PLACE,
    }  # fmt: skip
    alert = town.raise_alert(f"room-{title}")
    joined = None if "drill" in parts else Joined((alert,), ("urn:ngsi-ld:WaterMeter:0",))
    raised = Raised(**(told | parts))
    return town.run(town.platform.rooms.incidents.raise_incident(raised, joined)).number


def cameras_around(town):
    """Set four cameras up that look at the place from the south; they are drawn ones."""
    towards_north = {"bearing": 0.0, "field_of_view": 90.0, "reach": 200.0}
    found = [
        Device(
            id=entity_id("Device", f"camera:room-{number}"),
            name=Text(f"골목 {number}", f"Alley {number}"),
            category="camera",
            origin="synthetic",
            location={
                "type": "Point",
                "coordinates": [PLACE["lon"] + number / 20_000, PLACE["lat"] - 0.0005],
            },
            **towards_north,
        )
        for number in range(4)
    ]
    town.run(town.platform.hub.upsert(found))


def test_an_alarm_is_handled_from_the_wall_to_its_end_by_keyboard_alone(reader, town, libraries):
    cameras_around(town)
    who = reader(signed_in=True)
    page = who.open("/en/center")
    page.wait_for_selector('live-stream[data-state="live"]')
    number = raise_one(town)
    row = page.locator(f'event-list li[data-number="{number}"]')
    row.wait_for()
    row.focus()
    page.keyboard.press("a")
    page.wait_for_selector(f'event-list li[data-number="{number}"][data-status="seen"]')
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/center/incidents/{number}")
    page.locator('camera-tile[data-kind="coarse"] img').nth(3).wait_for()
    assert page.locator("incident-room:focus").count() == 1
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    page.wait_for_selector('.incident-head[data-status="assigned"]')
    page.keyboard.press("t")
    page.wait_for_selector('.incident-head[data-status="in_hand"]')
    for done in range(5):
        page.keyboard.press("d")
        page.locator('.checklist li[data-state="done"]').nth(done).wait_for()
    page.keyboard.press("m")
    page.keyboard.type("The brigade is at work")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".timeline blockquote")
    page.keyboard.press("c")
    page.keyboard.type("Out by 03:40")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Told by radio that the fire is out")
    page.keyboard.press("Enter")
    page.wait_for_selector('.incident-head[data-status="closed"]')
    incident = town.platform.rooms.incidents.get(number)
    assert [step.status for step in incident.steps] == [
        "raised", "seen", "assigned", "in_hand", "closed",
    ]  # fmt: skip
    assert who.complaints == []


def test_the_room_follows_what_others_do_and_keeps_what_is_typed(reader, town):
    number = raise_one(town, "Followed")
    page = reader(signed_in=True).open(f"/ko/center/incidents/{number}")
    page.wait_for_selector('live-stream[data-state="live"]')
    page.locator("#comment-text").focus()
    page.keyboard.type("쓰는 중")
    said = Commented("다른 사람의 메모")
    town.run(town.platform.rooms.incidents.note(number, [said], SYSTEM))
    page.wait_for_selector(".timeline blockquote")
    assert page.locator("#comment-text").input_value() == "쓰는 중"
    assert page.evaluate("document.activeElement.id") == "comment-text"


def test_a_refusal_is_shown_in_the_room_and_the_words_stay(reader, town):
    number = raise_one(town, "Refused")
    page = reader(signed_in=True).open(f"/ko/center/incidents/{number}")
    page.wait_for_selector("incident-room:focus")
    page.keyboard.press("c")
    page.keyboard.type("끝났다")
    page.locator("#closing button").press("Enter")
    page.wait_for_selector("#refusal")
    town.run(town.platform.rooms.incidents.note(number, [Commented("옆 사람")], SYSTEM))
    page.wait_for_selector(".timeline blockquote")  # what others do takes nothing away
    assert "필수 절차" in page.locator("#refusal").inner_text()
    assert page.locator("#close-note").input_value() == "끝났다"


def test_a_drill_is_marked_wherever_it_is_seen(reader, town):
    number = raise_one(town, "Drilled", drill="urn:ngsi-ld:Drill:9")
    page = reader(signed_in=True, script=False).open_plain(f"/en/center/incidents/{number}")
    assert "This is not real" in page.locator(".drill-band").inner_text()
    shown = page.evaluate(
        "getComputedStyle(document.querySelector('incident-room'), '::after').content"
    )
    assert "Drill" in shown
    page.goto(f"{town.url}/en/center/incidents")
    assert page.locator(f'li[data-number="{number}"] .drill').count() == 1


def test_a_person_raises_an_incident_without_script(reader, town):
    page = reader(signed_in=True, script=False).open_plain("/en/center/incidents")
    page.locator("#raise > summary").click()
    page.fill("#r-what", "A tree across the road")
    page.select_option("#r-dong", "2206051")
    page.select_option("#r-priority", "P2")
    page.locator(".raise-form button").click()
    assert re.search(r"/en/center/incidents/\d+$", page.url)
    assert "A tree across the road" in page.locator("h1").inner_text()
    page.locator('form[data-key="a"] button').click()
    page.locator('.incident-head[data-status="seen"]').wait_for()


def busy_room(town):
    """Return the number of an incident in which everything has happened."""
    number, incidents = raise_one(town, "Busy"), town.platform.rooms.incidents
    deeds = (
        Seen(),
        StepDone("call-119"),
        StepSkipped("gas", "no gas there"),
        Escalated("confirm", 1, "commander"),
        TaskGiven(1, "Close the street", "person:day", town.clock.now()),
        ResourceMoved("ambulance-0", Readiness.REQUESTED),
        AidAsked(1, "Gyeongsan-si", "one ladder truck"),
        PartTaken("person:chief", Part.COMMANDER),
        Commented("Somebody is on the second floor"),
    )
    town.run(incidents.note(number, deeds, SYSTEM))
    return number


def test_axe_finds_nothing_wrong_in_a_busy_room_in_any_theme(reader, town):
    page = reader(signed_in=True).open(f"/ko/center/incidents/{busy_room(town)}")
    for details in page.locator("incident-room details").all():
        details.evaluate("one => { one.open = true; }")
    assert violations_in_each_theme(page) == {}


@pytest.mark.parametrize("path", ["/center/incidents", "room", "procedures", "resources"])
def test_the_pages_fit_a_narrow_screen(reader, town, path):
    number = raise_one(town, f"Narrow {path}")
    where = {"room": f"/{number}", "/center/incidents": ""}.get(path, f"/{path}")
    page = reader(signed_in=True, script=False, width=320).open_plain(
        f"/ko/center/incidents{where}"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
