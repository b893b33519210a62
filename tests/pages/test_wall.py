"""The event wall: rows arrive by themselves, ten thousand of them are a handful, keys act."""

import asyncio
import re

import pytest

from dalgu.center.incidents.words import Status

pytestmark = pytest.mark.page

RAISED = Status.RAISED


def row(page, number):
    return page.locator(f'event-list li[data-number="{number}"]')


def opened(reader, path="/en/center"):
    page = reader(signed_in=True).open_plain(path)
    page.wait_for_selector("event-list ol[data-windowed]", state="attached")
    page.wait_for_selector('live-stream[data-state="live"]')
    return page


def settled(town, number, status):
    """Wait until the book says so."""
    for _ in range(500):
        if town.platform.rooms.incidents.get(number).status == status:
            return True
        town.run(_a_moment())
    return False


async def _a_moment():

    await asyncio.sleep(0.02)


def test_an_incident_is_acknowledged_with_two_keys_from_anywhere(reader, town):
    number = town.raise_incident("Burst main", "P1")
    page = opened(reader)
    row(page, number).wait_for()
    page.keyboard.press("Alt+j")
    page.wait_for_function("() => document.activeElement.closest('event-list li')")
    at = int(page.evaluate("document.activeElement.dataset.number"))
    page.keyboard.press("a")
    assert settled(town, at, Status.SEEN)
    assert page.evaluate("document.activeElement.dataset.number") == str(at)


def test_a_raised_incident_comes_by_itself_and_is_announced_once(reader, town):
    page = opened(reader)
    number = town.raise_incident("Leak in the old town", "P2")
    row(page, number).wait_for()
    page.wait_for_function("() => document.querySelector('[aria-live]').textContent")
    assert "Leak in the old town" in page.locator(".wall [aria-live]").inner_text()


def test_the_keys_of_a_row_take_it_in_hand_shelve_it_and_open_its_room(reader, town):
    number = town.raise_incident("Gateway silent", "P4")
    page = opened(reader, "/en/center?priority=P4")
    row(page, number).focus()
    page.keyboard.press("t")
    assert settled(town, number, Status.IN_HAND)
    page.keyboard.press("z")
    page.get_by_label("Why it is shelved").fill("The roof is mended until Friday")
    page.get_by_role("button", name="Shelve").click()
    row(page, number).wait_for(state="detached")
    page.get_by_label("Status").select_option("shelved")
    row(page, number).wait_for()
    assert "shelved until" in row(page, number).inner_text()
    row(page, number).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/en/center/incidents/{number}")


def test_ten_thousand_rows_are_a_window_that_a_screen_reader_can_count(reader, town):
    page = opened(reader)
    page.evaluate(
        """async () => {
          const list = document.querySelector("event-list"), one = { ...list.rows.list[0] };
          list.live.load(Array.from({ length: 10_000 }, (_, i) => ({
            ...one, number: 1e6 + i, seq: 1,
            priority: `P${1 + i % 4}`, raisedAt: new Date(1.7e12 + i * 1000).toISOString() })));
          list.show();
          list.window.draw();
        }"""
    )
    count = "document.querySelectorAll('event-list ol *').length"
    assert page.evaluate(count) <= 200
    first = page.locator("event-list li").first
    assert first.get_attribute("aria-setsize") == "10000"
    first.focus()
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.ariaPosInSet") == "10000"
    page.evaluate("document.querySelector('event-list').scrollTop = 0")
    page.wait_for_function("() => document.querySelector('event-list li').ariaPosInSet === '1'")
    # The row in focus is out of sight now; the focus is still there.
    assert page.evaluate("document.activeElement.ariaPosInSet") == "10000"
    assert page.evaluate(count) <= 200


def test_what_is_done_without_a_connection_is_sent_when_it_is_back(reader, town):
    number = town.raise_incident("Sensor lost", "P3")
    operator = reader(signed_in=True)
    page = operator.open_plain("/en/center?priority=P3")
    row(page, number).wait_for()
    page.wait_for_selector("event-list ol[data-windowed]", state="attached")
    operator.context.set_offline(True)
    row(page, number).focus()
    page.keyboard.press("a")
    row(page, number).get_by_text("waiting to be sent").wait_for()
    assert town.platform.rooms.incidents.get(number).status == RAISED
    operator.context.set_offline(False)
    assert settled(town, number, Status.SEEN)


def test_without_script_the_gravest_rows_are_there_with_their_forms(reader, town):
    number = town.raise_incident("Pump fails", "P1")
    page = reader(signed_in=True, script=False).open_plain("/en/center?priority=P1")
    row(page, number).get_by_role("button", name=re.compile("Acknowledge")).click()
    assert settled(town, number, Status.SEEN)
