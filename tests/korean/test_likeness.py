from hypothesis import given
from hypothesis import strategies as st

from dalgu.korean.likeness import Likeness

PROPOSALS = {
    "light": "신천 산책로에 가로등을 더 설치해 주세요",
    "bus": "급행1번 버스의 배차 간격을 줄여 주세요",
    "park": "두류공원 주차장이 너무 좁습니다",
}


def test_the_same_wish_in_other_words_comes_first():
    asked = "신천변 산책길이 어두워요 가로등 좀 설치해주이소"
    [(first, score), (_, second)] = Likeness().nearest(asked, PROPOSALS, 2)
    assert first == "light"
    assert score > 2 * second


def test_spacing_does_not_matter_much():
    spaced = Likeness().nearest("버스 배차 간격 줄여 주세요", PROPOSALS, 1)
    joined = Likeness().nearest("버스배차간격줄여주세요", PROPOSALS, 1)
    assert [name for name, _ in joined] == [name for name, _ in spaced] == ["bus"]


def test_nothing_is_near_an_empty_collection():
    assert Likeness().nearest("가로등", {}, 3) == []


def test_what_says_the_same_makes_one_group():
    texts = [
        "가로등을 설치해 주세요",
        "버스 배차 간격이 너무 길어요",
        "가로등 설치 부탁드립니다",
        "버스 배차 간격을 줄여 주세요",
        "도서관을 밤에도 열어 주세요",
    ]
    assert Likeness().clusters(texts, least=0.3) == [[0, 2], [1, 3], [4]]


@given(st.lists(st.text(max_size=12), max_size=8))
def test_each_text_is_in_one_group(texts):
    groups = Likeness().clusters(texts)
    assert sorted(at for group in groups for at in group) == list(range(len(texts)))


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_likeness_has_no_direction_and_stays_between_nothing_and_one(texts):
    alike = Likeness().between(texts)
    assert (alike >= 0).all()
    assert (alike <= 1).all()
    assert abs(alike - alike.T).max() < 1e-9
