"""A warning in a real browser: from an incident to citizens' phones and its end."""

import httpx2
import pytest
from tests.pages.axe import violations_in_each_theme

from dalgu.center.incidents.deeds import Raised
from dalgu.center.incidents.words import Priority
from dalgu.center.warnings.cap.feeds import read_feed
from dalgu.center.warnings.state import Standing

pytestmark = pytest.mark.page

NARROW = 320
THE_WALK_LEAVES_OUT = ("/en/center/warnings?show=received", "/ko/center/warnings/settings")
PLACE = {"lon": 128.6265, "lat": 35.85321, "district": "22060", "dong": "2206051"}


def an_incident(town):
    told = Raised(
        title_ko="골목에 연기", title_en="Smoke in an alley", category="fire",
        sub_category="buildingFire", priority=Priority.P1, rule="fire", **PLACE,
    )  # fmt: skip
    return town.run(town.platform.rooms.incidents.raise_incident(told)).number


def feed(town):
    return read_feed(httpx2.get(f"{town.url}/cap/feed.atom").content).found


def test_a_fire_is_warned_of_from_its_incident_and_ended_when_it_is_out(reader, town, libraries):
    incident, before = an_incident(town), len(feed(town))
    chief, citizen = reader(signed_in=True), reader(script=False, width=NARROW)
    page = chief.open(f"/en/center/warnings/new?incident={incident}")
    assert page.locator("#hazard").input_value() == "fire"
    assert page.locator("#radius_km").input_value() == "0.5"
    preview = page.locator('[data-part="preview"]')
    preview.get_by_role("status").wait_for()  # the server has counted
    first = preview.locator("dd").first.inner_text()
    page.wait_for_selector('city-map[data-state="live"]')

    page.locator("#radius_km").fill("1")  # a kilometre reaches more
    page.wait_for_function(
        "(before) => document.querySelector('[data-part=\"preview\"] dd').innerText !== before",
        arg=first,
    )
    more = preview.locator("dd").first.inner_text()
    assert int(more.replace(",", "")) > int(first.replace(",", ""))

    page.get_by_label("Polygon").first.check()
    canvas = page.locator("city-map .canvas canvas")
    for x, y in ((200, 120), (340, 130), (300, 260)):
        canvas.click(position={"x": x, "y": y})
    assert len(page.locator("#ring").input_value().split()) == 3
    page.get_by_role("button", name="Take the last corner away").click()
    assert len(page.locator("#ring").input_value().split()) == 2

    page.get_by_label("Circle").first.check()
    page.locator("#headline_en").fill("Fire in the old market")
    page.get_by_role("button", name="Keep the draft").press("Enter")
    page.wait_for_url("**/center/warnings/*")
    assert page.locator("h1").inner_text() == "Fire in the old market"
    assert len(feed(town)) == before  # a draft goes to nobody
    page.get_by_role("button", name="Send to").press("Enter")
    page.get_by_text("In force", exact=True).wait_for()
    number = int(page.url.rpartition("/")[2])

    assert feed(town)[0].alert.infos[1].headline == "Fire in the old market"
    citizen.open_plain("/en/warnings")
    assert "Fire in the old market" in citizen.page.locator("main").inner_text()
    chief.open(f"/en/center/incidents/{incident}")  # its room knows
    assert town.platform.rooms.warnings.of_incident(f"urn:ngsi-ld:Incident:{incident}")

    page = chief.open(f"/en/center/warnings/{number}")
    page.get_by_text("Cancel", exact=True).press("Enter")
    page.get_by_label("Why it is over (English)").fill("The fire is out.")
    page.get_by_role("button", name="Cancel the warning").press("Enter")
    page.get_by_text("Cancelled", exact=True).first.wait_for()
    assert town.platform.rooms.warnings.get(number).standing is Standing.CANCELLED
    assert feed(town)[0].alert.kind == "Cancel"
    citizen.open_plain(f"/en/warnings/{number}")
    assert "The fire is out." in citizen.page.locator("main").inner_text()
    assert [one for one in chief.complaints if "400" not in one] == []


def test_pages_are_for_everybody_in_every_theme_and_width(reader, town):
    incident = an_incident(town)
    someone, narrow = reader(signed_in=True), reader(signed_in=True, script=False, width=NARROW)
    page = someone.open_plain(f"/ko/center/warnings/new?incident={incident}")
    page.get_by_role("button", name="초안 저장").click()
    page.wait_for_url("**/center/warnings/*")
    number = page.url.rpartition("/")[2]
    page.get_by_role("button", name="발령: 주민").click()
    wrong = {}
    for path in (  # the walk over all pages holds these to axe
        "/ko/center/warnings",
        f"/ko/center/warnings/new?incident={incident}",
        f"/ko/center/warnings/{number}",
        "/ko/warnings",
        f"/ko/warnings/{number}",
        *THE_WALK_LEAVES_OUT,
    ):
        page = narrow.open_plain(path)
        if page.evaluate("document.documentElement.scrollWidth") > NARROW:
            wrong[path] = "wider than the screen"
    for path in THE_WALK_LEAVES_OUT:
        page = someone.open_plain(path)
        wrong |= {f"{path} {rule}": at for rule, at in violations_in_each_theme(page).items()}
    assert wrong == {}
