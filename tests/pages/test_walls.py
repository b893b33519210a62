"""The video wall: bare, large, at both sizes, honest when its data stops, and its editor."""

import re

import pytest
from tests.pages.axe import violations_in_each_theme

pytestmark = pytest.mark.page

LEAST_PX = 28
SMALL_TEXT = """
(least) => [...document.querySelectorAll('.wall-page:not([data-away]) *')]
  .filter((e) => !e.closest('svg, .visually-hidden, city-map, [hidden]') && e.checkVisibility())
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
  .filter((e) => parseFloat(getComputedStyle(e).fontSize) < least)
  .map((e) => `${e.tagName}.${e.className}: ${getComputedStyle(e).fontSize}`)
"""


def show(visitor, page, number):
    """Bring one page of a wall to the front, whatever the time is."""
    page.evaluate(
        "(n) => document.querySelectorAll('.wall-page').forEach((one, k) =>"
        " one.toggleAttribute('data-away', k !== n))",
        number,
    )


@pytest.mark.parametrize(
    ("width", "height", "path", "pages"),
    [
        (1920, 1080, "situation?screen=2", 2),
        (1920, 1080, "night", 2),
        (3840, 2160, "situation?screen=2", 2),
    ],
)
def test_a_wall_is_bare_large_and_fits_its_screen(reader, width, height, path, pages):
    visitor = reader(signed_in=True)
    least = LEAST_PX * width / 1920
    visitor.page.set_viewport_size({"width": width, "height": height})
    page = visitor.open_plain(f"/ko/center/wall/{path}")
    assert page.locator(".wall-page").count() == pages
    assert page.locator("nav:visible, button:visible, input:visible, footer").count() == 0
    for number in range(pages):
        show(visitor, page, number)
        assert page.evaluate(SMALL_TEXT, least - 0.1) == [], (path, number)
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert page.evaluate(size) == [width, height]
    assert violations_in_each_theme(page) == {}
    assert visitor.complaints == []


def test_a_wall_says_since_when_it_has_no_data_and_comes_back_by_itself(reader, town):
    visitor = reader(signed_in=True)
    page = visitor.page
    page.clock.install(time="2026-11-22T12:00:00Z")  # its first page, for 45 s
    page.goto(f"{town.url}/en/center/wall/night")
    page.wait_for_function("() => document.querySelector('wall-screen').shown")
    panel = page.locator('.wall-panel[data-kind="events"]').first
    page.route("**/center/wall/night/**", lambda route: route.abort())
    page.clock.run_for(26_000)
    shown = page.evaluate("document.querySelector('wall-screen').shown.getAttribute('aria-label')")
    silent = page.locator(f'[aria-label="{shown}"] .wall-panel[data-silent]').first
    silent.wait_for()
    assert re.match(r"No data since \d\d:\d\d:\d\d", silent.locator(".wall-silence").inner_text())
    page.unroute("**/center/wall/night/**")
    for _ in range(100):  # answers come in real time, turns of the wall by its clock
        page.clock.run_for(1_000)
        if page.locator(".wall-panel[data-silent]").count() == 0:
            break
        page.wait_for_load_state("networkidle")
    assert page.locator(".wall-panel[data-silent]").count() == 0
    assert panel.count() == 1


def test_everything_on_a_wall_moves_a_few_pixels_and_its_pages_take_turns(reader, town):
    page = reader(signed_in=True).page
    page.clock.install(time="2026-11-22T12:00:00Z")
    page.goto(f"{town.url}/en/center/wall/night")
    page.wait_for_function("() => document.querySelector('wall-screen').shown")
    seen, places = set(), set()
    for _ in range(10):
        seen.add(page.evaluate("document.querySelector('wall-screen').shown.ariaLabel"))
        places.add(page.evaluate("document.querySelector('wall-screen').style.transform"))
        page.clock.run_for(16_000)
    assert len(seen) == 2
    assert len(places) == 3
    moved = [float(px) for place in places for px in re.findall(r"-?[\d.]+(?=px)", place)]
    assert max(map(abs, moved)) <= 5


def test_a_layout_is_edited_by_a_form_without_script(reader, town):
    page = reader(signed_in=True, script=False).open_plain("/en/center/walls")
    page.get_by_label("Name in the address").fill("lobby")
    page.get_by_label("Title, Korean").fill("로비")
    page.get_by_label("Title, English").fill("Lobby")
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Add a page").click()
    page.get_by_label("Seconds").last.fill("7")
    page.get_by_role("button", name="Save as a new version").click()
    page.get_by_text("Version 2").wait_for()
    assert town.platform.rooms.walls.get("lobby").layout.pages[-1].seconds == 7
    page.get_by_label("Panel 1: Width").first.fill("12")
    page.get_by_role("button", name="Save as a new version").click()
    assert "covers another one" in page.get_by_role("alert").inner_text()
