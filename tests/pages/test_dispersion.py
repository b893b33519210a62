"""A street is closed with the keyboard, its signs are read, edited, lit and darkened."""

import pytest
from tests.pages.axe import violations_in_each_theme
from tests.services.traffic.dispersion.blocks import blocks

from dalgu.kernel.text import Text
from dalgu.services.traffic.dispersion import deeds as d
from dalgu.services.traffic.dispersion import drafting, effect

pytestmark = pytest.mark.page

DESK = "/center/traffic/dispersion"


@pytest.fixture(scope="module")
def streets(town):
    """The town with a street network in force, short simulations, and four signs."""
    kept = effect.WARM_UP_S, effect.RUN_S, drafting.LEAST_SAVED_S
    effect.WARM_UP_S, effect.RUN_S = 60.0, 60.0
    drafting.LEAST_SAVED_S = -60.0  # among equal blocks a sign saves nobody much
    rooms = town.platform.opened["traffic"].rooms
    chief = town.run(town.platform.access.actor_of_session(town.session))
    town.run(rooms.control.take_network(blocks(), chief))
    for n, link in enumerate(("o02-x12", "x12-x22", "x21-x22", "x23-x22")):
        sign = d.SignPlaced(f"v{n}", link, Text("", ""), 3, 24, 2)
        town.run(rooms.dispersion.place(sign, chief))
    yield rooms.dispersion
    effect.WARM_UP_S, effect.RUN_S, drafting.LEAST_SAVED_S = kept


def test_a_street_is_closed_and_its_signs_are_lit_with_the_keyboard_alone(reader, town, streets):
    made = reader(signed_in=True)
    page = made.open(f"/en{DESK}")
    page.get_by_label("Link", exact=True).select_option("x22-x32")
    page.get_by_label("Cause").focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Think it through").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/plans/*")
    assert "Crossing 2-2 · Accident" in page.get_by_role("heading", level=1).inner_text()
    assert page.locator(".face").first.inner_text().startswith("2가2로네거리 사고")
    assert violations_in_each_theme(page) == {}
    page.get_by_role("button", name="Send").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 .badge.good")
    number = max(streets.state.plans)
    assert streets.state.plans[number].shown_on
    page.get_by_label("Why").fill("The street is open again")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1 .badge.informational")
    assert streets.state.showing("v1") is None
    assert made.complaints == []


def test_a_text_that_does_not_fit_is_refused_in_words_and_kept(reader, town, streets):
    made = reader(signed_in=True)
    number = town.run(streets.draw(_asked()))
    page = made.open(f"/ko{DESK}/plans/{number}")
    page.locator("summary", has_text="문안 고치기").first.click()
    text = page.get_by_label("한국어").first
    text.fill("가나다라마바사아자차카타파하")
    page.get_by_role("button", name="고치기", exact=True).first.click()
    assert "24열" in page.get_by_role("alert").first.inner_text()
    assert page.get_by_label("한국어").first.input_value() == "가나다라마바사아자차카타파하"
    page.get_by_label("한국어").first.fill("사고\n우회")
    page.get_by_role("button", name="고치기", exact=True).first.click()
    assert page.locator(".face").first.inner_text() == "사고\n우회"
    assert violations_in_each_theme(page) == {}
    assert all("400" in one for one in made.complaints)  # the browser notes the refusal


def test_the_desk_is_clean_in_every_theme_and_points_to_streets(reader, town, streets):
    made = reader(signed_in=True)
    page = made.open(f"/ko{DESK}?link=x22-x32")
    assert page.get_by_label("구간", exact=True).first.input_value() == "x22-x32"
    assert page.locator(".streets path.chosen").count() == 1
    assert violations_in_each_theme(page) == {}
    assert made.complaints == []


def _asked():
    from dalgu.services.traffic.dispersion.dispersion import Asked
    from dalgu.services.traffic.dispersion.messages import Cause

    return Asked(("x22-x32",), Cause.WORKS)
