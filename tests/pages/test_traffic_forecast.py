"""The forecast page in a real browser: nothing for axe, no sideways scroll, another link chosen."""

from contextlib import suppress
from datetime import timedelta

import numpy as np
import pytest
from playwright.sync_api import TimeoutError as NotYet
from tests.pages.axe import SHARED_OUT, violations_in_each_theme

from dalgu.kernel.clock import iso
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.traffic.prediction.entities import MODEL_ID, TrafficForecastModel
from dalgu.services.traffic.prediction.model import Forecast
from dalgu.services.traffic.prediction.telling import link_forecasts

pytestmark = pytest.mark.page

PATH = "/center/traffic/forecast"
NARROW = 390
LINKS = ("west-1", "west-2")


@pytest.fixture(scope="module")
def foretold(town):
    """Two links with three hours of observations, a forecast, and two days of errors."""
    now = town.clock.now().replace(minute=0, second=0, microsecond=0)
    seen = [
        TrafficFlowObserved(
            id=entity_id("TrafficFlowObserved", f"link-{link}"),
            observed_at=now - timedelta(minutes=5 * back),
            intensity=400.0 + back,
            average_speed=40.0 - back % 7,
        )
        for link in LINKS
        for back in range(36, -1, -1)
    ]
    middle = np.full((2, len(LINKS), 4), 38.0) * [[[10.0]], [[1.0]]]
    wide = np.array([0.1, 0.2]).reshape(2, 1, 1, 1) * middle
    forecast = Forecast(
        ("flow", "speed"), (15, 30, 45, 60), (0.8, 0.95), middle, middle - wide, middle + wide
    )
    row = {"count": 9, "mae": 2.1, "lastValue": 2.9, "weeklyProfile": 3.4, "within80": 0.8}
    rows = [
        {"quantity": quantity, "minutes": minutes, "within95": 0.95, **row}
        for quantity in ("flow", "speed")
        for minutes in (15, 30, 45, 60)
    ]
    models = [
        TrafficForecastModel(
            id=MODEL_ID, observed_at=now - timedelta(days=days), status="trained", method="test",
            links=2, days=28.0, trained_at=iso(now), errors=rows,
        )
        for days in (1, 0)
    ]  # fmt: skip
    for model in models:
        town.run(town.platform.hub.upsert([model]))
    town.run(town.platform.hub.upsert([*seen, *link_forecasts(LINKS, forecast, now)]))
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
    reader, foretold, language
):
    visitor = reader(signed_in=True)
    page = visitor.open(f"/{language}{PATH}")
    assert violations_in_each_theme(page, SHARED_OUT[language]) == {}
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert settled_width(page) == NARROW
    assert visitor.complaints == []


def test_another_link_is_chosen_and_its_forecast_told_in_a_table(reader, foretold):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    page.locator("#link").select_option("west-2")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("heading", name="The next hour: west-2").wait_for()
    assert page.locator(".fan svg path.outer").count() == 2
    page.locator(".fan summary").first.click()
    cells = page.locator(".fan table tbody tr").first.inner_text().split()
    assert cells[:2] == ["15", "38"]


def test_a_link_without_a_forecast_is_named_and_another_is_shown(reader, foretold):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}?link=nowhere")
    assert "no forecast of nowhere" in page.get_by_role("status").first.inner_text()
    assert page.locator(".fan svg").count() == 2
