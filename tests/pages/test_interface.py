"""The interface page in a real browser: searched, tried, confirmed."""

import pytest

pytestmark = pytest.mark.page


def opened(page, name):
    page.locator(f"#{name} > summary").click()
    return page.locator(f"#{name}")


def test_words_narrow_the_list(reader):
    page = reader().open("/en/api")
    page.get_by_label("Find", exact=True).wait_for()
    page.wait_for_function("() => customElements.get('api-list') !== undefined")
    page.get_by_label("Find", exact=True).fill("5.6.1,")
    page.locator("main").get_by_role("status").first.get_by_text("1 operations").wait_for()
    assert page.locator("details.door:visible").count() == 1
    assert page.locator("#createEntity").is_visible()


def test_a_reader_tries_a_query_and_sees_the_answer(reader):
    visitor = reader(signed_in=True)
    page = visitor.open("/en/api")
    page.wait_for_function("() => customElements.get('api-try') !== undefined")
    door = opened(page, "queryEntities")
    door.get_by_role("textbox", name="Query").fill("type=WaterMeter&limit=2&options=keyValues")
    door.get_by_role("button", name="Send").click()
    door.get_by_text("200 OK").wait_for()
    assert "urn:ngsi-ld:WaterMeter:" in door.locator("[data-part=answer] pre").inner_text()
    assert visitor.complaints == []


def test_what_writes_is_sent_only_once_it_is_confirmed(reader, town):
    page = reader(signed_in=True).open("/en/api")
    page.wait_for_function("() => customElements.get('api-try') !== undefined")
    door = opened(page, "createEntity")
    door.get_by_role("button", name="Send").click()
    assert door.locator("[data-part=answer]").inner_text() == ""
    door.get_by_label("This changes the city's data").check()
    door.get_by_role("button", name="Send").click()
    door.get_by_text("201 Created").wait_for()
    assert not door.get_by_label("This changes the city's data").is_checked()
    assert town.run(town.platform.hub.retrieve("urn:ngsi-ld:ParkingSpot:bongsan-1"))


def test_nobody_is_offered_what_needs_a_sign_in(reader):
    page = reader().open("/ko/api")
    door = opened(page, "createEntity")
    assert door.get_by_role("button").count() == 0
    assert door.locator("pre").first.inner_text().startswith("curl -X POST")


def test_a_link_opens_its_operation(reader):
    page = reader().open("/en/api#retrieveEntity")
    page.locator("#retrieveEntity[open]").wait_for()
