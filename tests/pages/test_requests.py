"""A guest reports, is shown similar ones, the city works it, its reporter opens it again."""

import re

import pytest
from tests.pages.axe import violations

from dalgu.services.citizens.requests.words import State

pytestmark = pytest.mark.page


def room(town):
    return town.platform.opened["citizens"].rooms.requests


def fill(page, words, *, lat="35.8590", lon="128.6250"):
    page.get_by_text("Write the position by hand").click()
    page.get_by_label("Latitude").fill(lat)
    page.get_by_label("Longitude").fill(lon)
    page.get_by_label("Description").fill(words)


def test_a_guest_files_without_script_and_is_shown_similar_ones_first(reader, town):
    page = reader(script=False).open_plain("/en/requests/new")
    assert "Call 119" in page.get_by_role("main").inner_text()
    page.get_by_role("link", name="Bad smell").click()
    fill(page, "The stream smells of sewage behind the school")
    page.get_by_role("button", name="Send the report").click()
    assert re.search(r"/en/requests/\d+$", page.url)
    first = int(page.url.rpartition("/")[2])
    assert "Your code:" in page.get_by_role("main").inner_text()

    other = reader(script=False).open_plain("/en/requests/new?service_code=smell")
    fill(other, "It smells of sewage from the stream behind the school")
    other.get_by_role("button", name="Send the report").click()
    assert f"#{first}" in other.locator(".similar").inner_text()
    assert len(room(town).all) == first
    other.get_by_role("button", name="Report it all the same").click()
    assert int(other.url.rpartition("/")[2]) == first + 1
    assert "Your code:" not in reader().open_plain(f"/en/requests/{first}").content()


def test_a_request_is_filed_by_keyboard_alone(reader, town):
    page = reader().open("/en/requests/new?service_code=streetlight")
    before = len(room(town).all)
    page.get_by_label("Neighbourhood").focus()
    page.keyboard.type("Beomeo 1")
    page.keyboard.press("Tab")
    page.keyboard.type("by the crossing")
    page.get_by_label("Description").focus()
    page.keyboard.type("The lamp is out. Call 010-1234-5678")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send the report").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/en/requests/\d+$"))
    made = room(town).get(before + 1)
    assert made.filed.description == "The lamp is out. Call ●●●"
    assert made.filed.attributes == {"fault": ("out",)}
    assert "only the neighbourhood is known" in page.get_by_role("main").inner_text()
    assert violations(page) == {}


def test_the_city_works_it_and_its_reporter_reopens_it(reader, town):
    guest = reader(script=False).open_plain("/en/requests/new?service_code=tree")
    fill(guest, "A branch hides the signal", lat="35.83", lon="128.58")
    guest.get_by_role("button", name="Send the report").click()
    number = int(guest.url.rpartition("/")[2])

    desk = reader(signed_in=True, script=False).open_plain("/en/center/citizens/requests")
    desk.get_by_role("link", name=f"#{number} ").click()
    assert violations(reader(signed_in=True).open(f"/en/center/citizens/requests/{number}")) == {}
    fixed = desk.locator("details", has=desk.get_by_text("Fixed", exact=True))
    fixed.locator("summary").click()
    fixed.get_by_label("What was done").fill("The branch was cut")
    fixed.get_by_role("button").click()
    assert room(town).get(number).state is State.FIXED

    guest.reload()
    assert "The branch was cut" in guest.get_by_role("main").inner_text()
    guest.get_by_label("What is still wrong?").fill("Another one still hides it")
    guest.get_by_role("button", name="Reopen", exact=True).click()
    assert room(town).get(number).state is State.REOPENED
    assert "Another one still hides it" in guest.get_by_role("main").inner_text()


def test_a_form_that_cannot_be_sent_keeps_what_was_written(reader):
    page = reader(script=False).open_plain("/ko/requests/new?service_code=tree")
    page.locator("#description").fill("가지가 부러졌습니다")
    page.get_by_role("button", name="신고 보내기").click()
    assert "어디인지 알려 주십시오" in page.get_by_role("alert").inner_text()
    assert page.locator("#description").input_value() == "가지가 부러졌습니다"
