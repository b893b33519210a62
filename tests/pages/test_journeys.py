"""What people do, start to end: with the mouse, with the keyboard alone, without script."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.kernel.clock import iso

pytestmark = pytest.mark.page

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)  # when the town of these tests begins


def test_a_one_time_link_makes_an_administrator_who_signs_in_again(reader, town):
    visitor = reader()
    page = visitor.open(f"/ko/welcome/{town.link}")
    page.get_by_label("이름").fill("second")
    page.get_by_label("새 비밀번호").fill("a long sentence about a persimmon")
    page.get_by_role("button", name="시작하기").click()
    page.wait_for_url("**/ko/center")
    page.goto(f"{town.url}/ko/account")
    page.get_by_role("button", name="로그아웃").click()
    page.wait_for_url("**/ko/")
    page.goto(f"{town.url}/ko/center/devices")  # asks who this is, and comes back
    page.get_by_label("이름").fill("second")
    page.get_by_label("비밀번호").fill("a long sentence about a persimmon")
    page.get_by_role("main").get_by_role("button", name="로그인").click()
    page.wait_for_url("**/ko/center/devices")


def test_a_wrong_password_is_told_in_the_readers_language(reader):
    page = reader().open("/ko/sign-in")
    page.get_by_label("이름").fill("chief")
    page.get_by_label("비밀번호").fill("not this one")
    page.get_by_role("main").get_by_role("button", name="로그인").click()
    assert "이름이나 비밀번호가 맞지 않습니다" in page.get_by_role("alert").inner_text()


def test_from_the_grade_to_the_message_behind_it(reader):
    page = reader(signed_in=True).open("/en/certification")
    page.get_by_role("link", name="Water AMR coverage").first.click()
    page.wait_for_url("**/certification/indicators/kr-scc-2021/K63-43")
    assert "100 * read / active" in page.locator(".formula").inner_text()
    row = page.locator(".evidence tbody tr").first
    meter = row.get_by_role("rowheader").inner_text()
    row.get_by_role("link", name=re.compile("Message")).click()
    page.wait_for_url("**/center/messages/*")
    assert f'"devEui": "{int(meter):016x}"' in page.locator("pre.sample").inner_text()
    assert "44 61 6c" not in page.locator("pre.sample").inner_text()
    page.get_by_role("link", name=re.compile("^lorawan:")).click()
    page.wait_for_url("**/center/entities/urn:ngsi-ld:Device:lorawan:*")


def test_free_spaces_change_on_the_open_map(reader, town, libraries):
    town.park(70)
    page = reader(signed_in=True).open("/ko/center")
    page.wait_for_selector('live-stream[data-state="live"]')
    town.park(3)
    lot = "urn:ngsi-ld:OffStreetParking:1"
    page.wait_for_function(
        "([lot]) => document.querySelector('city-map').things.get('parking')"
        ".get(lot)?.properties.text === '3'",
        arg=[lot],
        timeout=10_000,
    )


def test_the_palette_finds_a_neighbourhood_by_keyboard(reader, city):
    page = reader(signed_in=True).open("/ko/center/devices")
    page.wait_for_selector("command-palette button")
    page.keyboard.press("Control+k")
    page.keyboard.type("가창면")
    page.get_by_role("option", name="가창면").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ko/?dong=*")
    assert page.get_by_role("heading", level=1).inner_text() == "가창면"


def test_the_first_tab_leads_past_the_navigation(reader):
    page = reader().open("/en/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_theme_is_remembered_by_the_server(reader):
    page = reader().open("/en/")
    page.get_by_role("button", name=re.compile("Theme: Day")).click()
    theme = page.evaluate("document.documentElement.dataset.theme")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == theme == "dark"


def test_without_script_a_neighbourhood_is_chosen_and_read(reader, town):
    town.park(41)
    page = reader(script=False).open_plain("/ko/")
    page.get_by_label("동네 고르기").select_option("2201054")
    page.get_by_role("button", name="보기").click()
    assert page.get_by_role("heading", level=1).inner_text() == "삼덕동"
    assert "41" in page.get_by_role("row", name=re.compile("봉산 주차장 1 ")).inner_text()
    assert page.locator("svg.drawing path.here").count() == 1


def test_a_history_chart_has_its_table(reader, libraries):
    page = reader(signed_in=True).open("/en/center/entities/urn:ngsi-ld:WaterMeter:0?days=30")
    page.wait_for_selector("line-chart .uplot")
    page.locator("line-chart summary").click()
    assert page.locator("line-chart details tbody tr").count() == 8
    assert page.locator("#history .scroll.long tbody tr").count() == 8


def test_a_refused_message_is_kept_and_shown(reader):
    page = reader(signed_in=True).open("/en/center/devices")
    refused = page.get_by_role("region", name="Refused messages")
    assert "0000000000002710" in refused.inner_text()
    refused.get_by_role("link").first.click()
    assert "Refused" in page.get_by_role("main").inner_text()


def test_a_token_is_shown_once(reader, town):
    page = reader(signed_in=True).open("/en/account")
    page.get_by_label("Program").fill("chirpstack of a test")
    page.get_by_role("button", name="Make").click()
    assert page.get_by_role("status").locator("pre").inner_text().startswith("dalgu_")
    page.goto(f"{town.url}/en/account")
    assert page.locator("main").get_by_role("status").count() == 0
    page.get_by_role("button", name=re.compile("Revoke chirpstack of a test")).click()
    assert page.get_by_text("chirpstack of a test").count() == 0


def test_what_is_made_up_says_so(reader):
    page = reader(signed_in=True).open("/en/center/entities/urn:ngsi-ld:WaterMeter:0")
    assert page.locator("main .badge.synthetic").first.is_visible()


def test_the_message_page_tells_when_it_came(reader):
    page = reader(signed_in=True).open("/en/center/messages/1")
    assert page.locator(f'dd time[datetime="{iso(NOW - timedelta(days=7))}"]').count() == 1
