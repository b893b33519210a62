"""The 33 items of KWCAG 2.2: every page is walked, and the table that says so is held to them."""

import re
from pathlib import Path

import pytest
from tests.pages.axe import violations_in_each_theme
from tests.pages.kwcag import faults
from tests.pages.paths import CENTER, PUBLIC, concrete

from dalgu.web.static import OWN, VENDOR

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "accessibility.md"
ITEM = re.compile(r"^\| (\d\.\d\.\d) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
WALK = "walk"
# Colours come from tokens, held to the contrast of all three themes by themselves; the tests of
# each area look at the third one too.
WORN = {"ko": ("dark",), "en": ("day",)}
NARROW = 320  # a screen 1280 wide at 400 percent
SETTLED = """() => new Promise(done => {
  const until = performance.now() + 5000;
  const fits = () => document.documentElement.scrollWidth <= innerWidth;
  const look = () => fits() || performance.now() > until ? done() : requestAnimationFrame(look);
  setTimeout(look, 150);
})"""
GUIDELINES = {
    "5.1": 1, "5.2": 1, "5.3": 3, "5.4": 4, "6.1": 4, "6.2": 2, "6.3": 1, "6.4": 4, "6.5": 4,
    "7.1": 1, "7.2": 2, "7.3": 4, "8.1": 1, "8.2": 1,
}  # fmt: skip  # with how many items
ITEMS = [f"{one}.{n}" for one, count in GUIDELINES.items() for n in range(1, count + 1)]


def rows():
    return ITEM.findall(TABLE.read_text("utf-8"))


def test_the_table_names_each_of_the_33_items_once():
    assert [number for number, *_ in rows()] == ITEMS
    assert len(ITEMS) == 33


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_each_item_is_held_by_a_test_that_exists_or_says_why_not(row):
    _, _, held, how = row
    if held == WALK:
        return
    if held == "not applicable":
        assert len(how) > 20
        return
    file, _, name = held.strip("`").partition("::")
    text = (ROOT / file).read_text("utf-8")
    assert not name or f"def {name}(" in text


@pytest.mark.page
@pytest.mark.parametrize("signed_in", [False, True], ids=["public", "center"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_holds_the_items(reader, busy, language, signed_in):
    """Axe in one theme a language, what else a script can see, and no sideways scroll at 400 %."""
    visitor = reader(signed_in=signed_in)
    found, titles = {}, {}
    for path in CENTER if signed_in else PUBLIC:
        page = visitor.open(f"/{language}{concrete(path, busy)}")
        titles.setdefault(page.title(), []).append(path)
        wrong = violations_in_each_theme(page, WORN[language]) | faults(page)
        if not page.locator("footer a").count() and "/wall/" not in path:
            wrong["7.2.2 help"] = ["no foot"]
        if language == "en" and "/wall/" not in path:  # Korean breaks anywhere
            page.set_viewport_size({"width": NARROW, "height": 800})
            page.evaluate(SETTLED)  # charts measure themselves in the frame after a resize
            if (wide := page.evaluate("document.documentElement.scrollWidth")) > NARROW:
                wrong["sideways"] = [str(wide)]
            page.set_viewport_size({"width": 1280, "height": 800})
        found |= {f"{path} {key}": at for key, at in wrong.items()}
    assert found == {}
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}
    assert visitor.complaints == []


@pytest.mark.page
@pytest.mark.parametrize("path", ["/center", "/center/incidents/{incident}"])
def test_live_maps_hold_the_items(reader, libraries, busy, path):
    visitor = reader(signed_in=True)
    page = visitor.open(f"/en{concrete(path, busy)}")
    page.wait_for_selector("city-map[data-state=live]")
    assert violations_in_each_theme(page) | faults(page) == {}
    assert visitor.complaints == []


@pytest.mark.page
def test_single_keys_can_be_switched_off(reader, libraries, busy):
    page = reader(signed_in=True).open("/en/center")
    page.wait_for_selector("city-map[data-state=live]")
    page.keyboard.press("?")
    page.get_by_label("Single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press(",")  # would go a minute back
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("time-bar").get_attribute("data-mode") == "live"


@pytest.mark.page
def test_what_moves_can_be_paused(reader, busy):
    page = reader(signed_in=True).open("/en/center")
    page.wait_for_selector("time-bar[data-mode=live]")
    page.keyboard.press(",")
    page.wait_for_selector("time-bar[data-mode=past]")


@pytest.mark.page
def test_signing_in_asks_for_no_feat_of_memory(reader):
    page = reader().open("/ko/sign-in")
    told = page.locator("input").evaluate_all("all => all.map(e => [e.name, e.autocomplete])")
    assert ["name", "username"] in told
    assert ["password", "current-password"] in told
    assert page.locator("input[onpaste]").count() == 0


def own_scripts():
    return {
        file.name: file.read_text("utf-8")
        for file in OWN.rglob("*.js")
        if VENDOR not in file.parents
    }


def test_nothing_is_done_when_a_pointer_goes_down():
    down = re.compile(r"\"(pointerdown|mousedown|touchstart)\"")
    # The first touch lets sound be heard; a drag of the streets begins, which buttons do as well.
    wakes = {"event-sound.js", "street-map.js"}
    assert {name for name, text in own_scripts().items() if down.search(text)} <= wakes


def test_no_motion_of_the_device_is_asked_for():
    moved = re.compile(r"devicemotion|deviceorientation|shake", re.IGNORECASE)
    assert {name for name, text in own_scripts().items() if moved.search(text)} == set()
