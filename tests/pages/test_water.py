"""The water pages in a real browser: nothing for axe, no sideways scroll, an edit by its form."""

from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import TimeoutError as NotYet
from tests.pages.axe import SHARED_OUT, violations_in_each_theme

from dalgu.hub.types import Alert
from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.water.entities import DistrictMeteredArea, WaterMeter
from dalgu.services.water.forecast.entities import DemandForecast, forecast_id
from dalgu.services.water.leakage.entities import LeakCase
from dalgu.services.water.validation.jobs import validate

pytestmark = pytest.mark.page

AREA = entity_id("DistrictMeteredArea", "west")
METER = entity_id("WaterMeter", "west-7")
PAGES = (
    "/center/water",
    f"/center/water/meters/{METER}",
    f"/center/water/districts/{AREA}",
)
DAYS = 10
NARROW = 390


@pytest.fixture(scope="module")
def west(town):
    """A district with an inflow, a forecast, a leak case and a meter with a gap and an alert."""
    now = town.clock.now().replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=hour) for hour in range(24 * DAYS, -1, -1)]
    reads = [
        WaterMeter(id=METER, observed_at=at, volume=50 + place / 100)
        for place, at in enumerate(hours)
        if place % 60 > 2
    ]
    flows = [
        DistrictMeteredArea(id=AREA, observed_at=at, inflow=12.5, consumption=10.0, losses=60.0,
                            minimum_night_flow=3.0, revenue_water_ratio=0.8)
        for at in hours
    ]  # fmt: skip
    ahead = [
        {"at": iso(now + timedelta(hours=hour)), "value": 12.0, "low": 10.0, "high": 14.0}
        for hour in range(168)
    ]
    things = [
        WaterMeter(id=METER, dma=AREA, name=Text("서쪽 7", "West 7"), battery_level=9.0,
                   location={"type": "Point", "coordinates": [128.62, 35.8]}),
        DistrictMeteredArea(id=AREA, name=Text("서쪽", "West"), mains_length=5e3, connections=9,
                            mean_pressure=40.0),
        DemandForecast(id=forecast_id(AREA), observed_at=now, area=AREA, status="issued",
                       starts_at=iso(now), hours=ahead, quantity_of="inflow", method="test",
                       error=1.2, error_last_week=1.7, error_mean_of_weeks=1.6),
        LeakCase(id=entity_id("LeakCase", "west"), dma=AREA, status="suspected", flow=2.0,
                 name=Text("서쪽 누수", "Leak in the west"), started_at=iso(now)),
        Alert(id=entity_id("Alert", "water", "burst", "west-7"), category="water",
              sub_category="burst", severity="high", status="open", alert_source=METER,
              name=Text("파열 의심", "Suspected burst"), date_issued=iso(now),
              description=Text("물이 많이 흘렀습니다.", "Much water passed.")),
    ]  # fmt: skip
    town.run(town.platform.hub.upsert([*things, *reads, *flows]))
    town.run(validate(town.platform.hub, town.clock))
    return town


def settled_width(page):
    """Return how wide a page is once its charts have taken their new size."""
    with suppress(NotYet):
        page.wait_for_function(
            f"() => document.documentElement.scrollWidth <= {NARROW}", timeout=10_000
        )
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_neither_axe_nor_the_console_finds_fault_and_nothing_scrolls_sideways(
    reader, west, language
):
    visitor = reader(signed_in=True)
    faults, wide = {}, {}
    for path in PAGES:
        page = visitor.open(f"/{language}{path}")
        faults |= {
            (path, key): at
            for key, at in violations_in_each_theme(page, SHARED_OUT[language]).items()
        }
        page.set_viewport_size({"width": NARROW, "height": 800})
        wide[path] = settled_width(page)
        page.set_viewport_size({"width": 1280, "height": 800})
    assert faults == {}
    assert wide == dict.fromkeys(PAGES, NARROW)
    assert visitor.complaints == []


def test_pages_lead_from_the_city_to_the_district_to_the_meter_to_the_frame(reader, west):
    page = reader(signed_in=True).open("/en/center/water")
    page.get_by_role("link", name="West", exact=True).click()
    page.get_by_role("heading", level=1, name="District West").wait_for()
    page.get_by_role("link", name="West 7", exact=True).click()
    page.get_by_role("heading", level=1, name="Meter West 7").wait_for()
    assert page.locator(".hour-strip rect.w-estimated").count() > 0
    assert page.get_by_role("link", name="Suspected burst").count() == 1


def test_an_edit_that_is_refused_comes_back_with_the_reason_and_what_was_sent(reader, west):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PAGES[1]}")
    day = page.locator(".w-days tbody th").first.inner_text()[:10]
    page.locator("#first_hour").fill(f"{day}T05:00")
    page.locator("#values").fill("5000")
    page.locator("#reason").fill("The dial was photographed")
    page.get_by_role("button", name="Set", exact=True).click()
    assert page.get_by_role("alert").inner_text()
    assert page.locator("#values").input_value() == "5000"
    page.locator('[name="confirm"]').check()
    page.get_by_role("button", name="Set", exact=True).click()
    assert "5,000 L · The dial was photographed" in page.locator("#edits ~ ul").inner_text()
    assert page.locator(".hour-strip rect.w-edited").count() == 1
