"""The situation: one map, one time, one address; by mouse, and by keyboard alone."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.access.actor import SYSTEM, Role
from dalgu.center.incidents.deeds import Closed, Joined, Raised
from dalgu.center.incidents.words import Outcome, Priority
from dalgu.hub.types import Device
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id

pytestmark = [pytest.mark.page, pytest.mark.usefixtures("libraries")]

LOT = "urn:ngsi-ld:OffStreetParking:1"
FREE = (
    "([lot]) => document.querySelector('city-map').things.get('parking')?.get(lot)?.properties.text"
)
LIVE = "() => document.querySelector('time-bar').dataset.shown === 'live'"
SHOWN = "(at) => document.querySelector('time-bar').dataset.shown === at"
PAST = "() => document.querySelector('time-bar').dataset.shown !== 'live'"


@pytest.fixture
def hour(town):
    """Let an hour pass in which a car park fills and an incident comes and goes."""
    incidents = town.platform.rooms.incidents
    began = town.clock.now()
    town.park(60)
    town.run(town.clock.advance(timedelta(minutes=9)))
    deed = Raised(
        "맨홀 역류", "Manhole floods", "water", "flood", Priority.P2, "hand", 128.59, 35.86
    )
    known = Joined((), (LOT,))
    number = town.run(incidents.raise_incident(deed, known)).number
    town.run(town.clock.advance(timedelta(minutes=30)))
    town.park(12)
    town.run(incidents.note(number, [Closed(Outcome.RESOLVED, override="in a test")], SYSTEM))
    town.run(town.clock.advance(timedelta(minutes=20)))
    return began, number


def address(page):
    page.wait_for_timeout(400)  # the address follows after a moment
    return page.evaluate("location.search")


def open_center(visitor, query=""):
    page = visitor.open(f"/en/center{query}")
    page.wait_for_selector("time-bar[data-mode]")
    return page


def test_an_hour_is_scrubbed_played_and_left_for_the_present(reader, hour):
    began, number = hour
    visitor = reader(signed_in=True)
    then = began + timedelta(minutes=20)
    page = open_center(visitor, f"?at={iso(then)}&map=13/35.86/128.58")
    page.wait_for_function(SHOWN, arg=iso(then))
    assert page.evaluate(FREE, [LOT]) == "60"
    things = page.evaluate("[...document.querySelector('city-map').things.get('incidents').keys()]")
    assert entity_id("Incident", str(number)) in things
    wall = page.locator("event-list")
    wall.get_by_text("Manhole floods").first.wait_for()
    assert page.locator("city-map[data-past]").count() == 1

    page.get_by_label("Speed").select_option("60")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "(at) => Date.parse(document.querySelector('time-bar').dataset.shown) > Date.parse(at)",
        arg=iso(then + timedelta(seconds=110)),  # two minutes of the city in as many seconds
    )
    page.get_by_role("button", name="Pause").click()

    page.get_by_label("Time that is shown").press("End")
    page.wait_for_function(LIVE)
    assert page.evaluate(FREE, [LOT]) == "12"
    assert page.locator("city-map[data-past]").count() == 0
    assert "at=" not in address(page)
    assert visitor.complaints == []


def test_the_same_address_is_the_same_view(reader, hour):
    visitor = reader(signed_in=True)
    page = open_center(visitor)
    page.locator("city-map").evaluate(
        "(e) => e.map.jumpTo({ center: [128.575, 35.87], zoom: 14.5, bearing: 20 })"
    )
    page.get_by_role("checkbox", name="Water meters").uncheck()
    page.locator("city-map").evaluate("(e, [id]) => e.choose(id)", [LOT])
    page.get_by_role("heading", name="Bongsan car park 1", exact=True).wait_for()
    page.get_by_label("Compare with last week").check()
    page.get_by_label("Span").select_option("7d")
    page.wait_for_function("() => /thing=/.test(location.search)")
    page.wait_for_function("() => /span=7d/.test(location.search)")
    first = address(page)
    assert "14.50/35.87000/128.57500/20/0" in first
    again = open_center(reader(signed_in=True), first)
    again.get_by_role("heading", name="Bongsan car park 1", exact=True).wait_for()
    state = again.evaluate(
        "(() => { const e = document.querySelector('city-map');"
        " const b = document.querySelector('time-bar');"
        " return [e.map.getZoom(), e.map.getBearing(), [...e.hiddenLayers].includes('water'),"
        " b.span, b.compare]; })()"
    )
    assert state == [14.5, 20, True, "7d", True]
    assert address(again) == first


def test_layers_time_list_and_help_need_no_mouse(reader, hour):
    page = open_center(reader(signed_in=True))
    names = page.locator(".panel fieldset label").all_inner_texts()
    place = next(i for i, name in enumerate(names) if name.startswith("Parking")) + 1
    page.locator("#content").focus()
    page.keyboard.press(str(place))
    assert not page.get_by_role("checkbox", name="Parking").is_checked()
    assert page.get_by_role("status").filter(has_text="Parking hidden").count() == 1
    page.keyboard.press(str(place))
    page.keyboard.press(",")
    page.wait_for_function(PAST)
    page.keyboard.press("l")
    page.wait_for_function(LIVE)
    page.keyboard.press("v")
    page.keyboard.type("park 1")
    # The list narrows as it is typed into: its first line is another one until then.
    page.locator(".listing li:first-child button", has_text="Bongsan car park 1").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".thing h3").filter(has_text="Bongsan car park 1").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".thing").count() == 0
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keyboard").is_visible()


def test_the_palette_switches_a_layer_and_flies_to_a_neighbourhood(reader):
    page = open_center(reader(signed_in=True))
    page.keyboard.press("Control+k")
    page.keyboard.type("가창면")
    wanted = page.get_by_role("option", name=re.compile("^(Gachang-myeon|가창면)")).first
    wanted.wait_for()
    while wanted.get_attribute("aria-selected") != "true":  # incidents of that name come before
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "() => Math.abs(document.querySelector('city-map').map.getZoom() - 14) < 0.01"
    )
    page.keyboard.press("Control+k")
    page.keyboard.type("Hide Parking")
    page.get_by_role("option", name="Hide Parking").wait_for()
    page.keyboard.press("Enter")
    assert not page.get_by_role("checkbox", name="Parking").is_checked()


def test_each_value_tells_its_age_source_and_quality(reader, town):
    town.park(33)
    town.run(town.clock.advance(timedelta(minutes=45)))
    page = open_center(reader(signed_in=True), f"?thing={LOT}")
    thing = page.locator(".thing")
    thing.wait_for()
    assert "45 min ago" in thing.inner_text()
    assert thing.locator(".value.stale").count() >= 1  # half an hour is old for a car park
    assert thing.get_by_role("link", name="Device message").first.is_visible()
    assert "City register" in thing.inner_text()


def test_high_contrast_is_drawn_black_and_said(reader):
    page = open_center(reader(signed_in=True, theme="dark"))
    switch = page.locator("theme-switch button")
    switch.click()
    page.wait_for_function("() => document.querySelector('city-map').map.isStyleLoaded()")
    assert page.evaluate("document.documentElement.dataset.theme") == "contrast"
    assert page.locator("theme-switch").get_by_role("status").inner_text() == "High contrast theme"
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(0, 0, 0)"
    page.reload()
    page.wait_for_selector("city-map[data-state='live']", timeout=30_000)
    darkest = page.locator("city-map").evaluate(
        "(e) => new Promise((done) => { e.map.once('render', () => {"
        " const copy = Object.assign(document.createElement('canvas'), { width: 80, height: 60 });"
        " const c = copy.getContext('2d'); c.drawImage(e.map.getCanvas(), 0, 0, 80, 60);"
        " const d = c.getImageData(0, 0, 80, 60).data, levels = new Set(); let dark = 0;"
        " for (let i = 0; i < d.length; i += 4) { levels.add(d.slice(i, i + 3).join());"
        "  dark += d[i] + d[i + 1] + d[i + 2] < 60; }"
        " done([dark / (d.length / 4), levels.size]); }); e.map.triggerRepaint(); })"
    )
    assert darkest[0] > 0.6  # land and outside are black
    assert darkest[1] > 20  # and there is something on them


def test_homes_in_care_are_for_those_who_may_and_the_reading_is_written_down(reader, town):
    home = Device(
        id=entity_id("Device", "care:1"),
        category="careGateway",
        device_state="online",
        location={"type": "Point", "coordinates": [128.6021, 35.8701]},
        observed_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
    )
    town.run(town.platform.hub.upsert([home]))
    visitor = reader(signed_in=True)
    page = open_center(visitor)
    before = town.platform.access.audit_head().seq
    page.get_by_role("checkbox", name="Homes in care").check()
    page.wait_for_function(
        "() => document.querySelector('city-map').things.get('care')?.size === 1"
    )
    [told] = page.evaluate("[...document.querySelector('city-map').things.get('care').values()]")
    assert told["properties"]["id"].startswith("dong:")  # of the home itself nothing is told
    assert told["geometry"]["coordinates"] != [128.6021, 35.8701]
    assert town.platform.access.audit_head().seq > before
    secret = town.run(a_viewer(town.platform.access, town.session))
    plain = reader()
    plain.context.add_cookies([{"name": "dalgu_session", "value": secret, "url": town.url}])
    page = open_center(plain)
    assert page.get_by_role("checkbox", name="Homes in care").count() == 0
    answer = page.request.get(f"{town.url}/map/care.geojson")
    assert answer.status == 403
    assert page.request.get(f"{town.url}/replay/care.geojson").status == 403
    assert "dong:" not in json.dumps(answer.json())


def test_the_center_weighs_little_before_its_map(reader):
    """Page, styles and modules that come before the map and its library, as they travel."""
    page = open_center(reader(signed_in=True))
    sizes = page.evaluate(
        "['navigation', 'resource'].flatMap((kind) => performance.getEntriesByType(kind))"
        ".map((one) => [new URL(one.name).pathname, one.encodedBodySize])"
    )
    own = re.compile(r"^/en/center$|/static/[0-9a-f]+/(?!vendor/).*\.(css|js)$")
    of_map = re.compile(r"/(city-map|map-(?!keys)|moving-)[a-z-]*\.js$")
    before = {path: size for path, size in sizes if own.search(path) and not of_map.search(path)}
    assert len(before) > 12
    assert sum(before.values()) <= 60_000, before
    assert sum(size for path, size in sizes if of_map.search(path)) <= 30_000


async def a_viewer(access, session):
    """Return the session of somebody who may read and no more."""
    chief = await access.actor_of_session(session)
    invitation = await access.accounts.invite(chief, Role.VIEWER)
    session = await access.redeem_link(invitation, "quiet", "a quiet reader of the city")
    return session.secret
