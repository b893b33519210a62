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
                    stop_kept_count=12 if name == "x001-n" else None,
                    stop_broken_count=8 if name == "x001-n" else None,
                    yield_kept_count=9 if days < 7 else 5,
                    yield_broken_count=1 if days < 7 else 5,
                    slow_count=30,
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
    cautions.append(
        CrossingCaution(
            id=entity_id("CrossingCaution", "x001-n", "right"),
            observed_at=now - timedelta(minutes=20),
            ref_crossing=entity_id("PedestrianCrossing", "x001-n"),
            kind="right-turn", severity="high", duty="stop", braking=6.1, closest_in=0.4,
        )
    )  # fmt: skip
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


TURNS = "section[aria-labelledby=turns]"


def table(page):
    rows = page.locator(f"{TURNS} .scroll > table").first.locator("tbody tr").all()
    return [row.locator("th, td").all_inner_texts() for row in rows]


def test_right_turns_are_told_by_duty_kept_and_broken(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    stop, give, slow = table(page)
    assert stop[0].startswith("Light is red: stop before the line")
    assert stop[1:] == ["20", "12", "8", "60 %"]
    assert give[1:] == ["30", "27", "3", "90 %"]
    assert slow[1:] == ["90", "–", "–", "–"]


def test_right_turns_of_one_crossing_are_chosen_and_told_hour_by_hour(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    page.locator("#turned").select_option(label="x002-e")
    page.get_by_role("button", name="Show right turns").click()
    page.wait_for_url("**crossing=*")
    assert [row[1:] for row in table(page)] == [["10", "9", "1", "90 %"], ["30", "–", "–", "–"]]
    page.locator(f"{TURNS} details summary").click()
    hours = page.locator(f"{TURNS} details tbody tr").all()
    told = [row.locator("td").all_inner_texts()[1:] for row in hours]
    assert len(told) == 24
    assert told[2] == ["9", "1"]
    assert told[:2] + told[3:] == [["0", "0"]] * 23


def test_right_turns_without_their_stop_are_told_before_and_after(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    row = page.locator("section[aria-labelledby=conflicts] tbody tr").nth(2)
    # Seven days of 20 turns at red, 8 broken, and of 30 before walkers, 15 then 3 broken.
    assert row.locator("td").all_inner_texts() == ["161 of 350", "77 of 350", "-52 %"]


def test_a_right_turn_caution_says_how_grave_it_is(reader, crossed):
    page = reader(signed_in=True, script=False).open_plain(f"/en{PATH}")
    told = page.locator("section[aria-labelledby=cautions] tbody tr").nth(2).inner_text()
    assert "A vehicle turning right is about not to stop" in told
    assert "High" in told
