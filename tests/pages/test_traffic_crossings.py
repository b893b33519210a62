"""The page of crossings in a real browser: nothing for axe, zones chosen, periods compared."""

from datetime import timedelta

import pytest
from tests.pages.axe import violations_in_each_theme

from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.pedestrians.entities import CrossingCaution, PedestrianCrossing

pytestmark = pytest.mark.page

PATH = "/center/traffic/pedestrians"
NARROW = 390
ZONES = {"x001-n": "school", "x001-s": "none", "x002-e": "silver"}


@pytest.fixture(scope="module")
def crossed(town):
    """Three crossings; severe encounters were eight a day and are two since a week."""
    now = town.clock.now()
    seen = []
    for days in range(13, -1, -1):
        at = now - timedelta(days=days, hours=2)
        for name, zone in ZONES.items():
            seen.append(
                PedestrianCrossing(
                    id=entity_id("PedestrianCrossing", name), observed_at=at, zone=zone,
                    length=14.0, call_count=60 if name == "x001-n" else 20, wait=31.5,
                    extension=12.0, extension_count=3, caution_count=4,
                    encounter_count=30, severe_count=8 if days >= 7 else 2,
                )
            )  # fmt: skip
    cautions = [
        CrossingCaution(
            id=entity_id("CrossingCaution", "x001-n", str(minutes)),
            observed_at=now - timedelta(minutes=minutes),
            ref_crossing=entity_id("PedestrianCrossing", "x001-n"),
            kind=kind, post_encroachment=0.8, closest_in=2.6, likelihood=0.72,
        )
        for minutes, kind in ((3, "turning"), (9, "still-crossing"))
    ]  # fmt: skip
    for one in seen:
        town.run(town.platform.hub.upsert([one]))
    town.run(town.platform.hub.upsert(cautions))
    return town


@pytest.mark.parametrize("language", ["ko", "en"])
def test_neither_axe_nor_the_console_finds_fault_and_nothing_scrolls_sideways(
    reader, crossed, language
):
    visitor = reader(signed_in=True)
    page = visitor.open(f"/{language}{PATH}")
    assert violations_in_each_theme(page) == {}
    page.set_viewport_size({"width": NARROW, "height": 800})
    page.wait_for_function(f"() => document.documentElement.scrollWidth <= {NARROW}")
    assert visitor.complaints == []


def test_most_demand_comes_first_and_a_zone_is_chosen(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    rows = page.locator("section[aria-labelledby=crossings] tbody th")
    assert rows.all_inner_texts()[0] == "x001-n"
    page.locator("#zone").select_option("silver")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**zone=silver*")
    assert rows.all_inner_texts() == ["x002-e"]


def test_conflicts_before_and_after_are_told_with_their_change(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    cells = page.locator("section[aria-labelledby=conflicts] tbody tr").first.locator("td")
    assert cells.all_inner_texts()[:3] == ["168", "42", "-75 %"]


def test_a_day_that_is_none_is_said_and_the_last_week_compared(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}?turn=soon")
    assert "That is no day" in page.get_by_role("status").first.inner_text()


def test_the_newest_cautions_say_what_was_about_to_happen(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    first = page.locator("section[aria-labelledby=cautions] tbody tr").first.inner_text()
    assert "A turning vehicle meets somebody on foot" in first
