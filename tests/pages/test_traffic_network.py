"""The page of the streets in a real browser: both languages, axe, a phone, checking and taking."""

import numpy as np
import pytest
from tests.pages.axe import SHARED_OUT, violations_in_each_theme
from tests.services.traffic.network.corners import crossroads

from dalgu.access.actor import CONSOLE
from dalgu.services.traffic.network.table_writing import tables_of, zipped

pytestmark = pytest.mark.page

PATH = "/center/traffic/network"
NARROW = 390


@pytest.fixture(scope="module")
def laid(town):
    """A city whose streets are in force: three crossings on one road, in Daegu."""
    control = town.platform.opened["traffic"].rooms.control
    town.run(control.take_network(crossroads(3), CONSOLE))
    return town


@pytest.mark.parametrize("language", ["ko", "en"])
def test_neither_axe_nor_the_console_finds_fault_and_nothing_scrolls_sideways(
    reader, laid, language
):
    visitor = reader(signed_in=True)
    page = visitor.open(f"/{language}{PATH}")
    assert violations_in_each_theme(page, SHARED_OUT[language]) == {}
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW
    assert visitor.complaints == []


def test_a_signal_on_the_map_leads_to_its_page_and_the_map_grows(reader, laid):
    page = reader(signed_in=True).open(f"/en{PATH}")
    signals = page.locator("svg.network a[data-signal]")
    assert signals.count() == 3
    assert page.locator("svg.network a").first.get_attribute("href").endswith("/signals/x001")
    whole = page.locator("svg.network").get_attribute("viewBox")
    page.get_by_role("button", name="Larger").click()
    assert page.locator("svg.network").get_attribute("viewBox") != whole
    page.get_by_role("button", name="Whole network").click()
    box = [float(one) for one in page.locator("svg.network").get_attribute("viewBox").split()]
    assert np.allclose(box, [float(one) for one in whole.split()])


def test_a_network_is_checked_then_put_in_force(reader, laid):
    visitor = reader(signed_in=True)
    page = visitor.open(f"/en{PATH}")
    body = zipped(tables_of(crossroads(2)))
    sent = {"name": "two.zip", "mimeType": "application/zip", "buffer": body}
    page.get_by_label("File").set_input_files(sent)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("status").filter(has_text="2 signals, ").wait_for()
    assert page.locator(".traffic-nav [aria-current]").inner_text() == "Streets"
    assert page.locator("svg.network a[data-signal]").count() == 3
    page.get_by_label("File").set_input_files(sent)
    page.get_by_role("button", name="Put in force").click()
    page.wait_for_url("**/network?taken=1")
    assert page.locator("svg.network a[data-signal]").count() == 2


def test_what_is_no_network_is_refused_in_words(reader, laid):
    page = reader(signed_in=True).open(f"/ko{PATH}")
    page.get_by_label("파일").set_input_files(
        {"name": "a.xml", "mimeType": "text/xml", "buffer": b"<nothing/>"}
    )
    page.get_by_role("button", name="검사").click()
    assert "형식을 알 수 없습니다" in page.get_by_role("alert").inner_text()
