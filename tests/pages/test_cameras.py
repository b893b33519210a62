"""Camera tiles, a grant that a second browser opens, and the links to agencies."""

import re
from datetime import timedelta

import pytest
from tests.pages.axe import violations, violations_in_each_theme

from dalgu.access.actor import SYSTEM
from dalgu.center.incidents.deeds import Raised
from dalgu.center.incidents.words import Priority
from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text

pytestmark = pytest.mark.page

PLACE = (128.5986, 35.8701)
NORTH_DEG = 1 / 111_195
MINUTES = 30


@pytest.fixture(scope="module")
def incident(town):
    """A fire between four simulated cameras, and one that nobody can ask."""
    cameras = [
        Device(
            id=entity_id("Device", "camera", f"t{n}"),
            name=Text(f"시험 카메라 {n}", f"Test camera {n}"),
            category="camera",
            bearing=0.0,
            field_of_view=80.0,
            reach=150.0,
            location={
                "type": "Point",
                "coordinates": [PLACE[0], PLACE[1] - (20 + 10 * n) * NORTH_DEG],
            },
            origin="synthetic" if n < 4 else None,
        )
        for n in range(1, 5)
    ]
    town.run(town.platform.hub.upsert(cameras))
    raised = Raised(
        title_ko="시장 화재",
        title_en="Fire in the market",
        category="fire",
        sub_category="smoke",
        priority=Priority.P1,
        rule="hand",
        lon=PLACE[0],
        lat=PLACE[1],
        district="22010",
    )
    return town.run(town.platform.rooms.incidents.raise_incident(raised, actor=SYSTEM))


def tile(page, n):
    return page.locator("camera-tile").nth(n - 1)


def granted_link(page, incident, language="en"):
    """Grant the cameras that the form proposes, and return the link that is shown once."""
    page.goto(f"{page.url.split('/en/')[0]}/{language}/center/cameras?incident={incident.number}")
    page.click("form.grant-form button.primary")
    page.wait_for_selector(".granted-link")
    link = page.locator(".granted-link pre").inner_text()
    assert re.fullmatch(r"http://localhost:\d+/en/grants/[\w-]{43}", link)
    return link


def test_the_nearest_cameras_are_live_coarse_and_one_is_silent_with_its_reason(reader, incident):
    at = reader(signed_in=True)
    page = at.open_plain(f"/en/center/incidents/{incident.number}")
    page.wait_for_selector("camera-tile[data-state=live][data-kind=coarse] img[src^=blob]")
    page.wait_for_selector("camera-tile[data-state=silent]")
    assert page.locator("camera-tile").count() == 4
    assert (
        page.evaluate("document.querySelector('camera-tile[data-kind=coarse] img').naturalWidth")
        == 40
    )
    silent = page.locator("camera-tile[data-state=silent]")
    assert "No image address set" in silent.inner_text()
    assert "sees the place" in tile(page, 1).inner_text()
    tile(page, 1).locator("select").select_option("fire")
    tile(page, 1).get_by_role("button", name="Clear for a minute").click()
    page.wait_for_selector("camera-tile[data-kind=clear]")
    assert (
        page.evaluate("document.querySelector('camera-tile[data-kind=clear] img').naturalWidth")
        == 640
    )
    page.locator("h1").first.click()
    page.keyboard.press("2")
    assert tile(page, 2).get_attribute("data-large") is not None


def test_a_grant_opens_in_another_browser_and_ends_by_the_clock(reader, town, incident):
    page = reader(signed_in=True).open_plain("/en/center/cameras")
    link = granted_link(page, incident)
    officer = reader(width=390)
    officer.page.goto(link)
    officer.page.wait_for_selector("camera-tile[data-kind=clear] img[src^=blob]")
    assert "Fire in the market" in officer.page.locator("main").inner_text()
    assert violations(officer.page) == {}
    town.run(town.clock.advance(timedelta(minutes=MINUTES)))
    officer.page.wait_for_selector("camera-tile[data-state=over]", timeout=5_000)
    answer = officer.page.goto(link)
    assert answer.status == 410
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "The time of this grant is over" in officer.page.locator("main").inner_text()
    assert officer.page.locator("camera-tile").count() == 0


def test_a_revoked_grant_shows_nothing_more_and_its_looks_are_listed(reader, incident):
    page = reader(signed_in=True).open_plain("/en/center/cameras")
    link = granted_link(page, incident)
    officer = reader(width=390, script=False).page  # no script: still an image, once
    officer.goto(link)
    assert officer.locator("camera-tile noscript img, camera-tile img").count() >= 1
    page.goto(page.url.partition("?")[0])
    page.locator("tbody form").last.get_by_label("Reason").fill("over")
    page.locator("tbody form").last.get_by_role("button").click()
    page.wait_for_load_state()
    assert officer.goto(link).status == 410
    assert "The center has revoked this grant" in officer.locator("main").inner_text()
    assert "grant:" in page.locator("main").inner_text()


def test_an_agency_is_told_from_the_room_and_the_message_can_be_read(reader, incident):
    at = reader(signed_in=True)
    page = at.open_plain(f"/en/center/incidents/{incident.number}")
    one = page.locator(".send-one", has_text="119 dispatch")
    one.locator("summary").click()
    one.locator("textarea").fill("2nd floor")
    one.get_by_role("button").click()
    page.wait_for_url("**/center/incidents/*#links")
    page.goto(page.url.split("/en/")[0] + "/en/center/links")
    page.get_by_role("link", name=re.compile("^Read")).first.click()
    page.wait_for_selector(".stills img")
    assert "2nd floor" in page.locator("main").inner_text()
    assert at.complaints == []


def test_pages_are_for_everybody(reader, incident):
    at = reader(signed_in=True, width=320)
    for path in (f"ko/center/cameras?incident={incident.number}", "en/center/cameras/camera:t1",
                 "ko/center/links"):  # fmt: skip
        page = at.open_plain(f"/{path}")
        assert violations_in_each_theme(page) == {}, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
