from datetime import date

import pytest

from dalgu.services.assistant.answers.reply import Kind
from dalgu.services.assistant.sections.refusals import SectionExpired, SectionUnknown
from dalgu.services.assistant.talks.refusals import (
    QuestionEmpty,
    QuestionTooLong,
    TooManyQuestions,
)


def test_an_answer_quotes_a_section_with_all_that_a_citation_names(town):
    reply = town.reply("여권 신청할 때 필요한 서류가 뭐예요?")
    assert reply.kind is Kind.ANSWER
    assert reply.quotes[0] == "여권용 사진 한 장과 신분증이 필요합니다."
    [cited] = reply.citations
    assert (cited.section, cited.department.ko, cited.phone) == (
        "passport-papers",
        "민원여권과",
        "053-000-1010",
    )
    assert cited.on is not None


def test_an_english_question_gets_the_english_text(town):
    reply = town.reply("Which papers do I need for a passport?")
    assert reply.quotes == ("Bring one photo and your ID.", "The fee is 50,000 won.")
    assert reply.quotes_language == "en"


def test_what_no_section_answers_is_not_answered(town):
    reply = town.reply("화성 탐사선은 언제 착륙했나요?")
    assert reply.kind in (Kind.ELSEWHERE, Kind.HAND_OVER)
    assert reply.quotes == ()


def test_another_offices_matter_is_told_with_its_phone(town):
    reply = town.reply("운전면허 갱신은 어디서 하나요?")
    assert reply.kind is Kind.ELSEWHERE
    assert reply.phone == "1577-1120"


def test_an_expired_section_is_never_quoted(town):
    assert "festival-old" not in str(town.reply("지난해 축제 주차장은 무료인가요?"))
    with pytest.raises(SectionExpired):
        town.ask("지난해 축제 주차", section="festival-old")
    with pytest.raises(SectionUnknown):
        town.ask("없는 절", section="no-such")


def test_a_section_holds_to_its_last_day(town, written):
    last = date(2026, 11, 30)
    section = written("snow", "제설 자원봉사", "제설 봉사자는 500명입니다.", valid_to=last)
    town.run(town.rooms.sections.set(town.staff, [section]))
    assert town.reply("제설 자원봉사").kind is Kind.ANSWER
    town.wait(days=1)
    assert town.reply("제설 자원봉사").kind is not Kind.ANSWER


def test_something_broken_leads_to_a_request_filled_from_the_chat(town):
    from dalgu.services.assistant.door.shown import filing_path

    reply = town.reply("보도블록이 깨져서 넘어졌어요")
    assert (reply.kind, reply.service_code) == (Kind.FILE, "sidewalk")
    path = filing_path(reply, "보도블록")
    assert path.startswith("/requests/new?service_code=sidewalk&description=%EB%B3%B4")


def test_a_section_with_a_service_code_answers_and_leads_to_its_request(town):
    reply = town.reply("가로등 고장 신고")
    assert (reply.kind, reply.service_code) == (Kind.ANSWER, "streetlight")


def test_the_next_question_may_be_short(town):
    talk = town.ask("대형폐기물 버리기")
    again = town.ask("어떻게요?", talk.code)
    assert again.turns[-1].reply.citations[0].section == "waste-big"


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("안녕하세요!", "안내 문서"),
        ("너 누구야?", "뚜봇"),
        ("이 바보 ㅅㅂ", "120"),
        ("그냥 죽고 싶어요", "109"),
        ("불이 났어요", "119"),
    ],
)
def test_what_is_said_in_passing_is_answered_plainly(town, said, part):
    reply = town.reply(said)
    assert reply.kind is Kind.TALK
    assert part in reply.said.ko


def test_personal_data_is_nowhere_in_the_book_or_the_conversation(town):
    talk = town.ask(
        "제 번호 010-1234-5678 주민번호 900101-1234567 김밥 어디서 사요 a@b.kr 12가3456"
    )
    town.run(town.rooms.talks.hand_over(talk.code, "ko"))
    town.ask("계좌는 123-456-789012 입니다", talk.code)
    kept = town.kept() + talk.turns[0].asked
    assert "●●●" in kept
    for part in ("1234-5678", "900101", "a@b.kr", "3456", "789012"):
        assert part not in kept


def test_the_words_of_an_answered_question_are_not_kept(town):
    town.ask("여권 신청에 필요한 서류가 뭐예요?")
    assert "필요한 서류가 뭐" not in town.kept()


@pytest.mark.parametrize(
    ("text", "refusal"), [(" \n", QuestionEmpty), ("가" * 501, QuestionTooLong)]
)
def test_nothing_and_too_much_are_refused(town, text, refusal):
    with pytest.raises(refusal):
        town.ask(text)


def test_a_burst_from_one_address_waits_and_others_do_not(town):
    for _ in range(20):
        town.ask("안녕", remote="192.0.2.7")
    with pytest.raises(TooManyQuestions) as refused:
        town.ask("안녕", remote="192.0.2.7")
    assert refused.value.retry_after_s == 60
    town.ask("안녕", remote="192.0.2.8")
    town.wait(seconds=60)
    town.ask("안녕", remote="192.0.2.7")


def test_a_conversation_is_forgotten_after_half_an_hour(town):
    talk = town.ask("안녕하세요")
    town.wait(minutes=29)
    assert town.rooms.talks.find(talk.code) is not None
    town.wait(minutes=1)
    assert town.rooms.talks.find(talk.code) is None


def test_a_code_that_nobody_was_given_begins_a_new_conversation(town):
    assert town.ask("안녕하세요", "chosen-by-me").code != "chosen-by-me"


def test_what_became_of_questions_is_counted_by_day(town):
    town.ask("여권 신청에 필요한 서류가 뭐예요?")
    town.ask("화성 탐사선 소식 궁금")
    [day] = town.mirrored("AssistantDay")
    assert day["asked"]["value"] == 2
    assert day["answered"]["value"] == 1
