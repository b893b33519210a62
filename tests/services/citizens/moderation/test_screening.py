from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, sampled_from

from dalgu.services.citizens.moderation.refusals import (
    TextEmpty,
    TextRepeated,
    TextTooLong,
    TooManyAtOnce,
    TooManyLinks,
)
from dalgu.services.citizens.moderation.screening import Screen, folded, letters, suspicion

NOON = datetime(2026, 11, 30, 3, tzinfo=UTC)
LONG = "같은 글을 되풀이해서 여러 사람이 올리는 경우를 막습니다"


def test_a_text_is_trimmed_and_bounded(town):
    screen, writer = town.rooms.moderation.screen, town.citizen()
    assert screen(writer, " 첫 줄\r\n둘째 ", most=9) == "첫 줄\n둘째"
    with pytest.raises(TextEmpty):
        screen(writer, " \n ", most=9)
    with pytest.raises(TextTooLong):
        screen(writer, "가" * 10, most=9)


@given(steps_s=lists(integers(0, 400), min_size=1, max_size=60))
def test_nobody_ever_writes_more_than_ten_texts_in_ten_minutes(steps_s):
    screen, at, taken = Screen(), NOON, []
    for number, step in enumerate(steps_s):
        at += timedelta(seconds=step)
        try:
            screen.check("writer", f"글 {number}", at)
            taken.append(at)
        except TooManyAtOnce:
            pass
    within = timedelta(minutes=10)
    assert all(sum(0 <= (one - first).total_seconds() < within.total_seconds() for one in taken)
               <= 10 for first in taken)  # fmt: skip


def test_other_writers_are_not_slowed_down():
    screen = Screen()
    for number in range(10):
        screen.check("one", f"글 {number}", NOON)
    with pytest.raises(TooManyAtOnce):
        screen.check("one", "하나 더", NOON)
    screen.check("other", "하나 더", NOON)


def test_the_same_long_text_stands_three_times_a_day_however_it_is_spaced():
    screen = Screen()
    for number in range(3):
        screen.check(f"w{number}", LONG.replace(" ", "." * number), NOON)
    with pytest.raises(TextRepeated):
        screen.check("w9", LONG + "!!", NOON)
    screen.check("w9", LONG, NOON + timedelta(hours=25))
    for number in range(20):
        screen.check(f"w{number}", "동의합니다", NOON)


def test_a_few_links_are_fine_and_many_are_not():
    screen = Screen()
    screen.check("w", "https://daegu.go.kr 와 https://data.go.kr", NOON)
    with pytest.raises(TooManyLinks):
        screen.check("w", "www.a.com b.shop c.xyz http://d.net", NOON)


@pytest.mark.parametrize(
    "text", ["시발", "시  발", "시.1.발!", "ㅅㅣㅂㅏㄹ", "씨이발 시ㅂㅏㄹ", "FUCK"]
)
def test_a_listed_word_is_seen_through_what_hides_it(text):
    assert suspicion(text)


@pytest.mark.parametrize(
    "text",
    ["시발점이 되기를 바랍니다", "다시 발표해 주세요", "즉시발급", "새끼손가락",
         "도시 발전 계획", "공시발표일", "전시 발굴", "날씨 발표", "병원 신설", "존 나무"],
)  # fmt: skip
def test_everyday_words_are_not_suspected(text):
    assert not suspicion(text)


@given(lists(sampled_from("가값각닭ㄱㅏㅄabc"), max_size=12).map("".join))
def test_folding_is_the_same_after_folding(text):
    assert folded(folded(text)) == folded(text)


def test_letters_alone_are_compared():
    assert letters("Ａ B-가 9") == "ab가"
