"""Asking, with a mouse, with keys alone and without script; and the person at the other end."""

import pytest
from tests.pages.axe import violations, violations_in_each_theme

pytestmark = pytest.mark.page


def test_a_question_by_keys_alone_is_answered_with_its_source(reader, town):
    page = reader().open("/ko/ask")
    page.get_by_label("질문").focus()
    page.keyboard.type("여권 신청에 필요한 서류가 뭐예요?")
    page.keyboard.press("Enter")
    log = page.get_by_role("log")
    log.get_by_role("figure").wait_for(timeout=60_000)
    assert "신분증" in log.inner_text()
    assert "053-000-1010" in log.inner_text()
    assert page.evaluate("document.activeElement.id") == "question"


def test_without_script_a_person_is_reached_and_answers(reader, town):
    page = reader(script=False).open_plain("/en/ask")
    page.get_by_label("Question").fill("제 연이 전봇대에 걸렸어요 어떡하죠")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Ask a person").last.click()
    assert "conversation" in page.get_by_role("log").inner_text()

    staff = reader(signed_in=True, script=False).open_plain("/en/center/assistant/handover")
    staff.get_by_role("link", name="#").first.click()
    staff.get_by_label("Reply").fill("한국전력 123에 전화하십시오.")
    staff.get_by_role("button", name="Send").click()
    page.reload()
    assert "한국전력 123" in page.get_by_role("log").inner_text()


def test_too_long_a_question_says_so_and_keeps_what_was_written(reader, town):
    page = reader(script=False).open_plain("/ko/ask")
    page.evaluate("document.getElementById('question').removeAttribute('maxlength')")
    page.get_by_label("질문").fill("가" * 600)
    page.get_by_role("button", name="보내기").click()
    assert "600자" in page.get_by_role("alert").inner_text()
    assert len(page.get_by_label("질문").input_value()) == 600


def test_axe_finds_nothing_in_a_conversation_in_any_theme(reader, town):
    page = reader().open("/ko/ask")
    for question in ("여권 신청에 필요한 서류가 뭐예요?", "운전면허 갱신", "화성 탐사"):
        page.get_by_label("질문").fill(question)
        page.keyboard.press("Enter")
        page.locator(".from-citizen", has_text=question).wait_for(timeout=60_000)
    page.wait_for_timeout(1_500)  # what is said comes piece by piece
    assert violations_in_each_theme(page) == {}
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["", "/sections/passport-papers", "/unanswered", "/handover/1"])
def test_axe_finds_nothing_on_the_pages_of_those_who_keep_it(reader, town, path):
    page = reader(signed_in=True).open(f"/ko/center/assistant{path}")
    assert violations(page) == {}
