"""The pages of the score: from the grade to the row, measured, solved, compared, by everybody."""

import json
import re

import pytest
from tests.pages.axe import SHARED_OUT, violations_in_each_theme

from dalgu.hub.local import LocalHub

pytestmark = pytest.mark.page

FRAMEWORK = "kr-scc-2021"
OTHER = {"large": "small", "small": "large"}  # types of cities
INDICATOR = f"/certification/indicators/{FRAMEWORK}/K63-43"
RUBRIC = f"/certification/indicators/{FRAMEWORK}/K63-05"
KPI = "/certification/indicators/u4ssc/EC%3A%20ICT%3A%20WS%3A%201C"
PUBLIC = (
    "/certification",
    "/certification?show=missing",
    "/certification?framework=u4ssc",
    INDICATOR,
    RUBRIC,
    KPI,
    "/certification/history",
    "/certification/history?on=2020-01-01",
)
STAFF = (
    "/certification",
    f"{INDICATOR}?variable=active&order=lacking",
    RUBRIC,
    KPI,
    "/certification/what-if",
    "/certification/what-if?framework=u4ssc",
    "/certification/compare",
    "/certification/compare?mixed=yes",
)


@pytest.fixture(scope="module")
def measured(town):
    """The town, measured by the second framework too."""
    town.run(town.platform.certification.assess("u4ssc"))
    return town


@pytest.fixture
def peers(measured, reader):
    """Two more cities, one of another type, made from the profile that this one hands out."""
    visitor = reader(signed_in=True)
    page = visitor.open("/en/certification/compare")
    answer = visitor.context.request.get(f"{measured.url}/en/certification/export/profile")
    own = answer.json()
    for city, kind in (("peer-a", own["city_type"]), ("peer-b", OTHER[own["city_type"]])):
        other = {**own, "city": city, "city_type": kind, "name": {"ko": city, "en": city}}
        page.get_by_label("Or paste it").fill(json.dumps(other))
        page.get_by_role("button", name="Keep it").click()
        page.get_by_role("button", name=re.compile(f"Remove the profile of {city}")).wait_for()
    yield measured
    page.goto(f"{measured.url}/en/certification/compare")
    for city in ("peer-a", "peer-b"):
        page.get_by_role("button", name=re.compile(f"Remove the profile of {city}")).click()
        page.wait_for_url("**/compare?*")


def test_every_indicator_stands_on_the_scorecard_with_its_state(reader):
    page = reader(script=False).open_plain("/en/certification")
    assert page.locator(".indicators tbody tr").count() == 63
    water = page.locator(".indicators tr", has_text="K63-43").inner_text()
    assert "measured" in water
    assert "/ 30" in water
    assert "of 43" not in page.get_by_role("heading", level=1).inner_text()
    assert page.locator(".odds tbody tr").count() == 5
    assert page.locator(".radar circle").count() == 10


def test_the_filter_works_without_script(reader):
    page = reader(script=False).open_plain("/en/certification")
    page.get_by_role("link", name=re.compile("^Awaiting review")).click()
    page.wait_for_url("**show=review*")
    assert page.locator(".indicators tbody tr").count() == 20
    states = page.locator(".indicators tbody tr").evaluate_all("(a) => a.map(r => r.dataset.state)")
    assert set(states) == {"awaiting_review"}


def test_a_reconstruction_says_so_before_it_says_anything_else(reader):
    page = reader().open("/en/certification")
    page.get_by_text("A reconstruction, not official").click()
    page.get_by_text("This is not the official set of indicators").wait_for()
    assert "no certificate" in page.locator(".verdict").inner_text()


def test_a_measurement_shows_its_steps_and_then_the_score(reader, town):
    visitor = reader(signed_in=True)
    page = visitor.open("/en/certification")
    page.wait_for_function("() => customElements.get('assess-form') !== undefined")
    with page.expect_navigation(timeout=60_000):
        page.get_by_role("button", name="Measure now").click()
    page.get_by_role("heading", name="Smart City Certification 2021").wait_for()
    assert visitor.complaints == []


def test_without_script_a_form_measures(reader):
    page = reader(signed_in=True, script=False).open_plain("/ko/certification")
    page.get_by_role("button", name="지금 측정").click()
    page.wait_for_url("**/ko/certification?framework=kr-scc-2021", timeout=60_000)


def test_a_frozen_score_stands_beside_the_live_one(reader, town):
    page = reader(signed_in=True).open("/en/certification")
    page.locator("summary", has_text="Freeze a score").click()
    page.get_by_label("Reference date").fill("2026-11-21")
    page.get_by_role("button", name="Freeze", exact=True).click()
    page.get_by_text("Official, frozen").wait_for(timeout=60_000)
    assert page.locator(".radar .then").count() == 1


def test_a_reference_date_to_come_is_refused(reader):
    page = reader(signed_in=True, script=False).open_plain("/en/certification")
    page.locator("summary", has_text="Freeze a score").click()
    page.get_by_label("Reference date").fill("2030-01-01")
    page.get_by_role("button", name="Freeze", exact=True).click()
    assert "has not come" in page.get_by_role("main").inner_text()


def test_a_framework_of_bands_shows_groups_and_no_grade(reader, measured):
    page = reader().open("/en/certification?framework=u4ssc")
    assert page.locator("#groups").is_visible()
    assert page.locator(".odds").count() == 0
    page.get_by_role("link", name=re.compile("Smart water meters")).first.click()
    page.wait_for_url("**/certification/indicators/u4ssc/EC**")
    assert "EC: ICT: WS: 1C" in page.get_by_role("heading", level=1).inner_text()


def test_recomputing_gives_the_same_to_the_bit(reader):
    page = reader(signed_in=True, script=False).open_plain(f"/en{INDICATOR}")
    page.get_by_role("button", name="Recompute").click()
    told = page.get_by_role("status").inner_text()
    assert "The same to the bit" in told
    assert re.search(r"= 0x[01]\.[0-9a-f]+p", told)  # the number to its last bit


def test_altered_rows_are_shown_as_such(reader, monkeypatch):
    page = reader(signed_in=True, script=False).open_plain(f"/en{INDICATOR}")
    whole = LocalHub.kept

    async def altered(hub, digest):
        body = await whole(hub, digest)
        return body if body.startswith(b"{") else body[:-1] + bytes([body[-1] ^ 1])

    monkeypatch.setattr(LocalHub, "kept", altered)
    page.get_by_role("button", name="Recompute").click()
    assert "Recomputing gave something else" in page.get_by_role("status").inner_text()
    assert "The frozen evidence cannot be read" in page.get_by_role("alert").inner_text()
    assert page.locator(".evidence").count() == 0


def test_rows_are_sorted_and_lead_to_entity_and_message(reader):
    page = reader(signed_in=True, script=False).open_plain(f"/en{INDICATOR}")
    assert page.locator(".evidence tbody tr").count() == 40
    page.get_by_role("link", name="Least first").click()
    page.wait_for_url("**order=lacking*")
    page.get_by_role("link", name=re.compile("^Active meters")).click()
    page.wait_for_url("**variable=active*")
    assert page.locator(".evidence tbody tr").count() == 1
    page.locator(".evidence tbody th a").click()
    page.wait_for_url("**/center/entities/urn:ngsi-ld:WaterSupplyRegister:*")


def test_the_public_sees_value_and_points_but_no_row(reader):
    page = reader().open(f"/en{INDICATOR}")
    assert "/ 30" in page.get_by_role("main").inner_text()
    assert page.locator(".evidence").count() == 0
    assert page.get_by_role("link", name="Run").count() == 0
    assert page.get_by_role("button", name="Recompute").count() == 0


def test_a_query_is_copied_and_run(reader, town):
    visitor = reader(signed_in=True)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visitor.open(f"/en{INDICATOR}")
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    text = page.evaluate("navigator.clipboard.readText()")
    assert text.startswith("/ngsi-ld/v1/entities?type=WaterMeter")
    answer = visitor.context.request.get(town.url + text)
    assert len(answer.json()) == 20  # a page of the API


def test_a_rubric_shows_levels_and_the_evidence_they_need(reader):
    page = reader().open(f"/ko{RUBRIC}")
    assert page.locator("#rubric").is_visible()
    assert page.locator("table tbody tr").count() == 6
    assert "평가 대기" in page.get_by_role("main").inner_text()


def fill_costs(page):
    for code in ("K63-05", "K63-06", "K63-12"):
        page.locator(f'[name="unit:{code}"]').fill("1,000,000")
        page.locator(f'[name="to:{code}"]').fill("5")


def test_the_cheapest_way_is_solved_from_the_table(reader):
    page = reader(signed_in=True, script=False).open_plain("/en/certification/what-if")
    for details in page.locator("details").all():
        details.locator("summary").click()
    fill_costs(page)
    page.get_by_label("Grade to reach").first.select_option("5")
    page.get_by_role("button", name="Find the cheapest way").first.click()
    assert "Grade 5 for 0 won" in page.get_by_role("status").inner_text()


def test_a_grade_out_of_reach_says_what_binds(reader):
    page = reader(signed_in=True, script=False).open_plain("/en/certification/what-if")
    for details in page.locator("details").all():
        details.locator("summary").click()
    fill_costs(page)
    page.get_by_label("Grade to reach").first.select_option("1")
    page.get_by_role("button", name="Find the cheapest way").first.click()
    told = page.get_by_role("status").inner_text()
    assert "Grade 1 is out of reach" in told
    assert "Even all that is offered is not enough" in told
    assert page.locator('[name="unit:K63-05"]').input_value() == "1,000,000"


def test_a_file_of_costs_is_an_alternative(reader):
    page = reader(signed_in=True, script=False).open_plain("/en/certification/what-if")
    costs = b'[[improvements]]\nindicator = "K63-05"\nsteps = [{ to = 5, cost = 7_000_000 }]\n'
    page.get_by_label("File of costs").set_input_files(
        {"name": "costs.toml", "mimeType": "application/toml", "buffer": costs}
    )
    page.get_by_role("button", name="Find the cheapest way").last.click()
    assert "7,000,000" in page.get_by_role("status").inner_text()


def test_costs_that_cannot_be_read_are_refused_and_kept(reader):
    page = reader(signed_in=True, script=False).open_plain("/en/certification/what-if")
    page.get_by_label("Or paste it").fill("improvements = 3")
    page.get_by_role("button", name="Find the cheapest way").last.click()
    assert "invalid at line 1" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Or paste it").input_value() == "improvements = 3"


def test_what_if_is_asked_with_the_keyboard_alone(reader):
    page = reader(signed_in=True).open("/en/certification/what-if")
    page.locator("#budget-table").focus()
    page.keyboard.type("5000000")
    page.keyboard.press("Enter")
    page.locator("#plan-title").wait_for()
    assert "5000000" in page.locator("#budget-table").input_value()


def test_cities_of_one_type_are_ranked_and_the_others_left_out(reader, peers):
    page = reader(signed_in=True).open("/en/certification/compare")
    ranks = page.locator("section", has=page.locator("#ranks"))
    assert ranks.locator("tbody tr").count() == 2
    assert "95 % interval" in ranks.inner_text()
    assert "another city type" in page.get_by_role("main").inner_text()
    page.get_by_role("link", name="Show them too, unranked").click()
    page.get_by_text("Not comparable, so not ranked.").wait_for()
    assert page.locator("section", has=page.locator("#ranks")).locator("tbody tr").count() == 3


def test_what_is_no_profile_is_refused(reader):
    page = reader(signed_in=True, script=False).open_plain("/en/certification/compare")
    page.get_by_label("Or paste it").fill("{}")
    page.get_by_role("button", name="Keep it").click()
    assert "is invalid" in page.get_by_role("alert").inner_text()


def test_who_held_a_certificate_on_a_day(reader):
    page = reader(script=False).open_plain("/en/certification/history")
    page.get_by_label("Day").fill("2022-01-01")
    page.get_by_role("button", name="Show").click()
    assert "8 cities held a certificate on 2022-01-01" in page.get_by_role("main").inner_text()
    assert page.locator(".held tbody tr").count() == 8
    assert page.locator(".held .badge.sure-verified").count() == 8


def test_the_tabs_lead_with_the_keyboard_from_page_to_page(reader):
    page = reader(signed_in=True).open("/ko/certification")
    tab = page.get_by_role("navigation", name="인증 메뉴").get_by_role("link", name="등급 올리기")
    tab.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/certification/what-if*")
    assert page.locator(".tabs [aria-current=page]").inner_text() == "등급 올리기"


def test_the_result_is_handed_out_in_every_form(reader, town):
    visitor = reader(signed_in=True)
    for form, kind in (("xlsx", "spreadsheet"), ("cccev", "ld+json"), ("kpi", "json")):
        answer = visitor.context.request.get(f"{town.url}/ko/certification/export/{form}")
        assert answer.status == 200
        assert kind in answer.headers["content-type"]
    assert visitor.context.request.get(f"{town.url}/ko/certification/export/doc").status == 404


@pytest.mark.parametrize("signed_in", [False, True], ids=["public", "staff"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_neither_axe_nor_the_console_finds_fault(reader, measured, language, signed_in):
    visitor = reader(signed_in=signed_in)
    found = {}
    for path in STAFF if signed_in else PUBLIC:
        page = visitor.open(f"/{language}{path}")
        wrong = violations_in_each_theme(page, SHARED_OUT[language])
        found |= {f"{path} {key}": at for key, at in wrong.items()}
        page.set_viewport_size({"width": 320, "height": 800})
        page.wait_for_timeout(120)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > 320:
            found[f"{path} sideways"] = [str(wide)]
        page.set_viewport_size({"width": 1280, "height": 800})
    assert found == {}
    assert visitor.complaints == []
