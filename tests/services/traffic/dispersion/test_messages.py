import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.kernel.errors import DalguError
from dalgu.services.traffic.dispersion.errors import (
    SignCharacterUnknown,
    SignTextEmpty,
    SignTextTooLong,
    SignTextTooTall,
)
from dalgu.services.traffic.dispersion.messages import (
    Cause,
    Face,
    Facts,
    cells,
    compose,
    edited,
    require_known,
)

CRASH = Facts("범어네거리", Cause.ACCIDENT, True, "동대구로", 720.0)


def lines(message):
    return [phase.lines for phase in message]


def test_a_wide_sign_tells_all_at_once():
    told = lines(compose(CRASH, Face(4, 24), "ko"))
    assert told == [("범어네거리 사고", "전면 통제", "동대구로로 우회", "12분 절감")]


def test_a_narrow_sign_tells_what_happened_first_and_what_to_do_second():
    told = lines(compose(CRASH, Face(2, 16), "ko"))
    assert told == [("범어네거리 사고", "전면 통제"), ("동대구로로 우회", "12분 절감")]


def test_english_is_in_capitals():
    crash = Facts("Beomeo Intersection", Cause.ACCIDENT, False, "Dongdaegu Street", 720.0)
    told = lines(compose(crash, Face(3, 18), "en"))
    assert told == [("CRASH BEOMEO", "LANES CLOSED"), ("USE DONGDAEGU ST", "SAVE 12 MIN")]


def test_names_are_abbreviated_before_a_line_is_broken():
    told = lines(compose(CRASH, Face(3, 14), "ko"))
    assert told[0] == ("범어4거리 사고", "전면 통제")


def test_a_long_line_is_broken_where_it_parts_most_evenly():
    crash = Facts("Daehyeon-dong intersection 2", Cause.ACCIDENT, True)
    assert lines(compose(crash, Face(2, 20), "en"))[0] == ("CRASH", "DAEHYEON-DONG 2")


def test_minutes_that_drivers_would_doubt_are_left_out():
    few = Facts("범어네거리", Cause.WORKS, True, "동대구로", 100.0)
    assert lines(compose(few, Face(4, 24), "ko"))[0][-1] == "동대구로로 우회"


def test_two_phases_together_last_eight_seconds_at_most():
    message = compose(CRASH, Face(2, 20), "en")
    assert sum(phase.shown_s for phase in message) <= 8.0
    assert all(phase.shown_s >= 2.0 for phase in message)


def test_a_name_wider_than_the_sign_is_refused():
    with pytest.raises(SignTextTooLong, match="has 8"):
        compose(Facts("국채보상운동기념공원앞", Cause.EVENT, True), Face(2, 8), "ko")


def test_a_syllable_that_signs_do_not_know_is_refused():
    with pytest.raises(SignCharacterUnknown, match="뷁"):
        require_known("뷁네거리")
    with pytest.raises(SignCharacterUnknown, match="U\\+0007"):
        require_known("사고\a")


def test_what_somebody_typed_is_held_to_the_sign():
    face = Face(2, 12)
    assert lines(edited(("사고\n통제", " 우회 \n"), face)) == [("사고", "통제"), ("우회",)]
    with pytest.raises(SignTextEmpty):
        edited(("  \n",), face)
    with pytest.raises(SignTextTooTall):
        edited(("하나\n둘\n셋",), face)
    with pytest.raises(SignTextTooTall):
        edited(("하나", "둘", "셋"), face)
    with pytest.raises(SignTextTooLong):
        edited(("여덟자가넘는문안",), face)


@given(
    place=st.sampled_from(["범어네거리", "죽전네거리", "신천대로 성북교", "두류공원네거리"]),
    via=st.sampled_from(["", "동대구로", "달구벌대로", "앞산순환로", "3호선길"]),
    cause=st.sampled_from(list(Cause)),
    closed=st.booleans(),
    face=st.builds(Face, st.integers(1, 4), st.integers(8, 40), st.integers(1, 2)),
)
def test_a_message_fits_its_sign_or_says_why_not(place, via, cause, closed, face):
    try:
        message = compose(Facts(place, cause, closed, via, 600.0), face, "ko")
    except DalguError:
        return
    assert len(message) <= face.phases
    for phase in message:
        assert len(phase.lines) <= face.rows
        assert all(cells(line) <= face.columns for line in phase.lines)
