"""An intersection and a corridor in a real browser: pictures with tables, keys alone, no script."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.pages.axe import violations_in_each_theme
from tests.services.traffic.measures.streets import network
from tests.services.traffic.measures.test_pages import events

from dalgu.access.actor import SYSTEM

pytestmark = pytest.mark.page

DATA = Path(__file__).parents[1] / "services" / "traffic" / "measures" / "data"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def road(town):
    """Three signals that alternate, with an hour of events that ends now."""
    control = town.platform.opened["traffic"].rooms.control
    town.run(control.take_network(network(offsets=(0.0, 40.0, 0.0)), SYSTEM))
    rows = events()
    begin = (town.clock.now() - HOUR).timestamp() // 80 * 80  # greens stay where the plan has them
    rows[:, 0] += begin - np.floor(rows[:, 0].min() / 80) * 80
    control.live.events.append(rows)
    return control


@pytest.mark.parametrize("language", ["ko"])  # the walk over all pages reads English
@pytest.mark.parametrize(
    "path",
    [
        "signals/s1",
        "corridors/main?better=fair",
        "corridors/main?show=plan&minutes=5",
        "corridors",
        "replay",
    ],
)
def test_every_picture_has_its_words_in_every_theme(reader, road, language, path):
    made = reader(signed_in=True)
    page = made.open(f"/{language}/center/traffic/{path}")
    assert violations_in_each_theme(page) == {}
    assert made.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_intersection_is_read_without_script_and_on_a_small_screen(reader, road):
    page = reader(signed_in=True, script=False, width=360).open_plain(
        "/en/center/traffic/signals/s1"
    )
    assert page.locator("svg.plan[role=img]").is_visible()
    assert page.locator("svg .lane").count() == 10
    rows = page.locator("table.groups tbody tr")
    assert rows.count() == 6
    assert page.get_by_text("Hold still").is_hidden()
    timing = page.locator("#timing").locator("xpath=ancestor::section").locator("details")
    timing.locator("summary").click()
    assert timing.locator("tbody tr").count() == 4
    waits = page.locator("svg.purdue:has(.bars)")
    assert waits.count() == 3  # vehicles in red, people at the button, people who crossed
    table = page.locator("details", has_text="Show as a table From button to walk")
    table.locator("summary").click()
    assert "25.0" in table.locator("tbody tr").inner_text()


def test_the_moving_part_is_held_and_the_plan_changed_by_keys_alone(reader, road):
    made = reader(signed_in=True)
    page = made.open("/en/center/traffic/signals/s1")
    hold = page.get_by_role("button", name="Hold still")
    hold.focus()
    page.keyboard.press("Enter")
    assert hold.get_attribute("aria-pressed") == "true"
    night = page.get_by_role("link", name="night")
    night.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**plan=night**")
    assert "night" in page.locator("section", has=page.locator("#timing")).inner_text()
    assert made.complaints == []


def test_the_moving_part_comes_anew_and_stays_in_place(reader, road):
    made = reader(signed_in=True)
    page = made.open("/en/center/traffic/signals/s1")
    before = page.locator("live-part svg.plan[role=img]").element_handle()
    page.wait_for_function("(old) => !old.isConnected", arg=before, timeout=10_000)
    assert page.locator("live-part .lane").count() == 10
    assert made.complaints == []


def test_a_corridor_says_in_words_what_it_draws(reader, road):
    page = reader(signed_in=True).open("/en/center/traffic/corridors/main")
    assert page.locator(".tiles").inner_text().count("40.0") == 2
    page.locator("details summary").first.click()
    rows = page.locator("details tbody tr")
    assert rows.count() == 3
    assert "40.0 s + 40.0 s" in rows.nth(1).inner_text()
    page.get_by_label("To", exact=True).select_option(label="Junction 1")
    with page.expect_navigation():
        page.get_by_role("button", name="Show").click()
    assert page.locator("details tbody tr").count() == 2


def test_a_log_from_a_file_is_drawn(reader, road):
    made = reader(signed_in=True)
    page = made.open("/en/center/traffic/replay")
    page.set_input_files("#events", DATA / "controller_1136.csv.gz")
    page.set_input_files("#detectors", DATA / "detectors_1136.csv")
    page.get_by_role("button", name="Measure").click()
    page.wait_for_selector("svg.purdue")
    assert "9,297 events" in page.locator("main").inner_text()
    assert page.locator("svg.purdue .bars").count() == 4
    assert violations_in_each_theme(page) == {}
