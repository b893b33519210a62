import tomllib
from pathlib import Path

import pytest

from dalgu.korean.dialect import standard

QUESTIONS = Path(__file__).parents[2] / "benchmarks/citizens/questions"


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        ("어데서 하는교", "어디서 하나요"),
        ("우짜노", "어떻게 하나요"),
        ("폐차할라 카는데", "폐차하려고 하는데"),
        ("식당 차릴라꼬예", "식당 차리려고예"),
        ("주민등록증 이자뿟는데", "주민등록증 잃어버렸는데"),
        ("길이 어둡심더", "길이 어둡습니다"),
        ("멫 시까지 합니꺼", "몇 시까지 합니까"),
        ("단디 봐 주이소", "제대로 봐 주세요"),
        ("깎아 준다 카더라", "깎아 준다 하더라"),
        ("강생이가 얼라를 물었심더", "강아지가 아기를 물었습니다"),
    ],
)
def test_words_and_endings_of_daegu_are_spelled_as_the_standard(said, spelled):
    assert standard(said) == spelled


def test_formal_questions_stay_as_they_are():
    formal = [
        one["text"]
        for file in QUESTIONS.glob("*.toml")
        for one in tomllib.loads(file.read_text())["questions"]
        if one["register"] in ("formal", "chatty", "english")
    ]
    assert len(formal) > 100
    assert [one for one in formal if standard(one) != one] == []
