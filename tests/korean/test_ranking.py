import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.korean.answerable import chance
from dalgu.korean.ranking import Ranking

SECTIONS = {
    "passport": "여권은 구청 민원실에서 신청합니다. 사진 한 장과 신분증이 필요합니다.",
    "waste": "대형폐기물은 동 행정복지센터에 신고하고 수수료 스티커를 붙여 내놓습니다.",
    "pets": "반려견은 생후 2개월부터 등록하여야 합니다. 동물병원에서 등록할 수 있습니다.",
    "bus": "급행버스 막차는 23시에 기점을 떠납니다.",
}


@pytest.fixture
def ranking():
    found = Ranking()
    for name, text in SECTIONS.items():
        found.put(name, text)
    return found


@pytest.mark.parametrize(
    "question",
    [
        "여권을 신청하려면 무엇이 필요한가요?",
        "여권신청하려면뭐가필요해요",  # no spaces
        "여귄 신쳥 서류",  # slips
    ],
)
def test_the_section_that_answers_comes_first(ranking, question):
    assert ranking.ask(question).found[0].name == "passport"


def test_a_question_about_something_else_has_a_lower_chance(ranking):
    answered = chance(ranking.ask("대형폐기물 스티커 수수료").signs)
    unanswered = chance(ranking.ask("화성 탐사선은 언제 착륙했나요?").signs)
    assert answered > 0.8
    assert unanswered < 0.2


def test_a_text_that_is_left_out_is_not_found(ranking):
    found = ranking.ask("반려견 등록", without={"pets"}).found
    assert "pets" not in [one.name for one in found]
    assert len(found) == 3


def test_a_changed_text_is_found_by_its_new_words_only(ranking):
    ranking.put("bus", "도시철도 3호선은 05시 30분에 첫차가 떠납니다.")
    assert ranking.ask("도시철도 첫차").found[0].name == "bus"
    assert chance(ranking.ask("급행버스 막차").signs) < 0.2


def test_without_texts_nothing_is_found():
    ranked = Ranking().ask("여권")
    assert ranked.found == ()
    assert chance(ranked.signs) == 0


@given(st.text(max_size=30))
def test_any_question_gets_a_chance_between_nothing_and_one(question):
    ranking = Ranking()
    for name, text in SECTIONS.items():
        ranking.put(name, text)
    assert 0 <= chance(ranking.ask(question).signs) <= 1


@given(st.permutations(sorted(SECTIONS)))
def test_the_order_in_which_texts_come_does_not_matter(order):
    ranking = Ranking()
    for name in order:
        ranking.put(name, SECTIONS[name])
    [first, *_] = ranking.ask("반려견 등록은 어디에서 하나요").found
    assert first.name == "pets"
    assert round(first.score, 6) == round(_score_of_pets(), 6)


def _score_of_pets():
    ranking = Ranking()
    for name, text in SECTIONS.items():
        ranking.put(name, text)
    return ranking.ask("반려견 등록은 어디에서 하나요").found[0].score
