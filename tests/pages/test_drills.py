"""A drill from its start to its evaluation, in a real browser."""

import re

import pytest
from tests.pages.axe import violations_in_each_theme

pytestmark = pytest.mark.page


def feed(town):
    """Let the drill bring in what is due, as its work behind the pages does."""
    town.run(town.platform.rooms.drills.feed())


def test_a_drill_is_started_handled_and_evaluated(reader, town):
    operator = reader(signed_in=True)
    page = operator.open("/en/center/drills")
    page.get_by_role("link", name="Fire in a market").click()
    page.get_by_label("Place").select_option("2201054")
    page.get_by_role("button", name="Start the drill").click()
    page.wait_for_url(re.compile(r"/en/center/drills/\d+$"))
    board = page.url
    feed(town)

    [incident] = [one for one in town.platform.rooms.incidents.open_ones() if one.is_drill]
    page.goto(f"{town.url}/en/center")
    row = page.locator(f'[data-number="{incident.number}"]')
    row.wait_for()
    page.wait_for_selector('live-stream[data-state="live"]')
    assert row.get_attribute("data-drill") is not None
    row.press("a")
    page.wait_for_function(
        "(n) => document.querySelector(`[data-number='${n}']`)?.dataset.status === 'seen'",
        arg=incident.number,
    )

    while town.platform.rooms.incidents.get(incident.number).status != "seen":
        page.wait_for_timeout(50)  # the row shows it before the book has it
    page.goto(board)
    seen = page.get_by_role("row", name=re.compile("The fire is seen"))
    assert "met" in seen.inner_text().split("\t")[-1]
    page.get_by_role("button", name="End and evaluate").click()
    page.get_by_role("heading", name="Evaluation").wait_for()
    assert violations_in_each_theme(page) == {}
    assert "1of 4" in page.locator("drill-board .tiles").inner_text().replace("\n", "")
    assert "not met" in page.get_by_role("row", name=re.compile("119 is told")).inner_text()
    assert town.platform.rooms.incidents.get(incident.number).outcome == "no_action"
    assert operator.complaints == []


def test_nothing_of_a_drill_is_in_the_hub_or_on_the_citizens_page(reader, town):
    drills = [one for one in town.platform.rooms.incidents.all.values() if one.is_drill]
    known = town.run(ids_of(town.platform.hub, "Alert")) | town.run(
        ids_of(town.platform.hub, "Incident")
    )
    assert drills
    assert not known & {one.id for one in drills}
    assert not known & {alert for one in drills for alert in one.alerts}
    page = reader().open_plain("/en/?dong=2201054")
    assert "fewer than 5" not in page.get_by_role("main").inner_text()


async def ids_of(hub, kind):
    return {one["id"] async for one in hub.every(kind)}
