"""Proposals in a real browser: the whole way by keys alone, live hints, a narrow screen."""

import re

import pytest
from tests.pages.talk import Talk

from dalgu.services.citizens.proposals.configuring import keep_template
from dalgu.services.citizens.proposals.deeds import TemplateKept
from dalgu.services.citizens.proposals.words import Decision

pytestmark = pytest.mark.page

MOST_TABS = 120


@pytest.fixture(scope="module")
def talk(town):
    made = Talk(town, "hana", "duri", "semi")
    made.ids = made.furnish()
    return made


def opened(reader, town, talk, path, **more):
    made = reader(**more)
    made.context.add_cookies([talk.residents[2].cookie(town)])
    made.open_plain(path)
    return made


def tab_to(page, name):
    """Move by the tabulator to what is named so; return after it has the focus."""
    named = "const e = document.activeElement; return (e.labels?.[0]?.textContent || e.textContent || '').trim()"  # noqa: E501
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(f"() => {{ {named} }}").startswith(name):
            return
    raise AssertionError(f"no way by keys to {name}")


def test_propose_support_and_comment_by_keys_alone(reader, town, talk):
    page = opened(reader, town, talk, "/en/proposals/new", script=False).page
    tab_to(page, "Title")
    page.keyboard.type("들안길 골목에 가로등을 더 설치해 주세요")
    tab_to(page, "Text")
    page.keyboard.type("먹거리타운 뒷골목이 밤에 어둡습니다.")
    tab_to(page, "Publish")
    page.keyboard.press("Enter")
    page.wait_for_selector(".similar")  # the furnished one says the same
    tab_to(page, "Publish it all the same")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/proposals/\d+$"))
    number = int(page.url.rpartition("/")[2])
    tab_to(page, "Support")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You support this")
    assert page.url.endswith("#support")
    tab_to(page, "For")
    page.keyboard.press("ArrowRight")  # against
    tab_to(page, "My comment")
    page.keyboard.type("다시 생각해 봅시다.")
    tab_to(page, "Comment")
    page.keyboard.press("Enter")
    page.wait_for_selector("#c1")
    found = talk.room.get(number)
    assert [one.side for one in found.comments.values()] == ["against"]
    assert len(found.supports) == 1
    assert int(talk.ids["proposal"]) in found.similar


def test_similar_ones_show_while_one_writes_and_a_press_chooses_the_place(reader, town, talk):
    made = opened(reader, town, talk, "/en/proposals/new")
    page = made.page
    page.get_by_label("Title").fill("버스 도착 안내판 설치")
    page.wait_for_selector("similar-proposals a", timeout=30_000)
    assert "버스 도착 안내판을 정류소마다" in page.locator("similar-proposals").inner_text()
    page.wait_for_selector("place-pick[data-live]")
    page.locator("place-pick svg").click(position={"x": 150, "y": 330})
    lon, lat = (float(page.locator(f"[name={name}]").input_value()) for name in ("lon", "lat"))
    west, south, east, north = town.platform.city.bbox
    assert west < lon < east
    assert south < lat < north
    page.get_by_label("Neighbourhood").select_option(label="Beomeo 1-dong")
    assert page.locator("[name=lon]").input_value() == ""  # the list names the place now
    assert not made.complaints


def test_the_place_of_a_proposal_shows_what_is_free_there_now(reader, town, talk):
    town.park(23)
    page = reader(script=False).open_plain(f"/en/proposals/{talk.ids['planned']}")
    near = page.locator(".near")
    assert "23 / 80" in near.inner_text()
    assert "Car park" in near.inner_text()


@pytest.mark.parametrize("path", ["", "/new", "/{planned}", "/{proposal}"])
def test_nothing_is_wider_than_a_narrow_screen(reader, town, talk, path):
    path = f"/ko/proposals{path.format(**talk.ids)}"
    page = opened(reader, town, talk, path, script=False, width=320).page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_answer_template_fills_the_form_of_the_desk(reader, town, talk):
    kept = TemplateKept("예산 부족", Decision.REFUSE, "올해 예산에 없습니다.")
    town.run(keep_template(talk.room, talk.chief, kept))
    page = reader(signed_in=True).open_plain(
        f"/en/center/citizens/proposals/{talk.ids['proposal']}"
    )
    page.get_by_label("Template").first.select_option(label="예산 부족")
    assert page.locator("#answer-reason").input_value() == "올해 예산에 없습니다."
    page.get_by_label("Law").first.fill("지방재정법 제36조")
    page.get_by_role("button", name="Answer", exact=True).click()
    page.wait_for_selector("text=Refused")
    assert talk.room.get(int(talk.ids["proposal"])).answer.law == "지방재정법 제36조"
