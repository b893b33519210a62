"""The citizens' front page: whole in 30 kB, without script, and in a browser without WebGL."""

import shutil

import pytest
from tests.pages import firefox as marionette
from tests.pages.axe import violations_in_each_theme

pytestmark = pytest.mark.page

LARGEST_BYTES = 30_000  # of html, style and script together, as they cross the wire
HERE = "/ko/?dong=2201054"


@pytest.mark.parametrize("path", ["/ko/", "/en/", HERE, "/ko/?dong=2231031"])
def test_the_first_view_weighs_at_most_thirty_kilobytes(reader, town, path):
    page = reader().page
    tracer = page.context.new_cdp_session(page)
    weights = {}
    tracer.send("Network.enable")
    tracer.on("Network.loadingFinished", lambda e: weights.update({e["requestId"]: e}))
    page.goto(town.url + path, wait_until="networkidle")
    total = sum(one["encodedDataLength"] for one in weights.values())
    assert 5_000 < total <= LARGEST_BYTES
    assert page.locator("city-map, canvas, [type=importmap]").count() == 0


def test_without_script_the_map_leads_to_a_neighbourhood_that_the_address_remembers(reader, town):
    town.park(37)
    page = reader(script=False).open_plain("/en/")
    page.locator('.drawing a[href="?dong=2201054"]').dispatch_event("click")
    page.wait_for_url("**/en/?dong=2201054")
    assert page.get_by_role("heading", level=1).inner_text() == "Samdeok-dong"
    assert page.get_by_label("Choose a neighbourhood").input_value() == "2201054"
    assert "37" in page.get_by_role("article").filter(has_text="Parking").inner_text()
    assert page.locator(".drawing circle").count() == 1
    page.get_by_role("link", name="한국어").click()
    page.wait_for_url("**/ko/?dong=2201054")


def test_what_the_hub_does_not_know_is_not_made_up(reader):
    words = reader().open_plain("/en/?dong=2206072").get_by_role("main").inner_text()
    assert "No intersection here is counted live." in words
    assert "Air and weather" not in words
    assert "No outage is known here." in words


def test_neither_axe_nor_the_console_finds_fault(reader):
    visitor = reader()
    for path in ("/ko/", "/en/?dong=2231031"):
        page = visitor.open(path)
        assert violations_in_each_theme(page) == {}
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert visitor.complaints == []


@pytest.fixture(scope="module")
def second_engine(tmp_path_factory):
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        pytest.skip("Firefox is not installed: apt install firefox-esr")
    browser = marionette.Firefox(path, tmp_path_factory.mktemp("firefox"))
    yield browser
    browser.close()


def test_a_firefox_without_webgl_shows_the_whole_page(second_engine, town):
    town.park(52)
    second_engine.open(town.url + HERE)
    assert "Gecko/" in second_engine.run("return navigator.userAgent")
    assert second_engine.run("return document.createElement('canvas').getContext('webgl2')") is None
    seen = second_engine.run(
        "const box = document.querySelector('.drawing .here').getBoundingClientRect();"
        "return { title: document.querySelector('h1').innerText, wide: box.width,"
        " colour: getComputedStyle(document.querySelector('.drawing .here')).stroke,"
        " cards: document.querySelectorAll('.now article').length,"
        " text: document.querySelector('main').innerText };"
    )
    assert (seen["title"], seen["cards"]) == ("삼덕동", 5)
    assert seen["wide"] > 100
    assert seen["colour"] != "none"
    assert "52" in seen["text"]
    assert len(second_engine.picture()) > 20_000
