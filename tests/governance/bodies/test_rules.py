"""Quorum, quotas, majorities and the calendar, pure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.governance.bodies import seed
from dalgu.governance.bodies.rules import breaches, is_majority, is_quorate, term_end
from dalgu.web.ical import escaped, folded

KINDS = {"citizen": (2, 5), "expert": (1, 2)}


@given(st.integers(0, 40), st.integers(0, 40))
def test_two_majorities_never_exclude_each_other(ayes, voters):
    """Of two halves of the voters at most one has a majority."""
    ayes = min(ayes, voters)
    assert not (is_majority(ayes, voters) and is_majority(voters - ayes, voters))


@given(st.integers(1, 60))
def test_a_quorum_of_a_half_is_one_more_than_the_half(filled):
    least = next(n for n in range(filled + 1) if is_quorate(n, filled, 0.5))
    assert least == filled // 2 + 1


def test_a_body_without_members_is_never_quorate():
    assert not is_quorate(0, 0, 0.5)


def test_quotas_name_what_they_miss():
    women = [("citizen", "f")] * 7
    found = breaches([*women, ("citizen", "m")], KINDS, 0.6)
    told = [(one.what, one.is_too_many, one.count, one.limit) for one in found]
    assert told == [("citizen", True, 8, 5), ("expert", False, 0, 1), ("f", True, 7, 4)]


def test_officials_sit_by_their_office_and_count_for_no_sex():
    members = [("official", "m")] * 9 + [("citizen", "f"), ("citizen", "m"), ("expert", "f")]
    assert [one.what for one in breaches(members, KINDS, 0.67)] == []


@pytest.mark.parametrize(
    ("since", "months", "last"),
    [
        (date(2026, 3, 1), 24, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2026, 11, 30), 24, date(2028, 11, 29)),
    ],
)
def test_a_term_ends_the_day_before_it_would_begin_again(since, months, last):
    assert term_end(since, months) == last


@given(st.text(min_size=0, max_size=200))
def test_lines_of_a_calendar_are_short_and_unfold_to_what_they_were(text):
    text = text.replace("\r", "").replace("\n", "")
    parts = folded(text).split("\r\n")
    assert all(len(part.encode()) <= 75 for part in parts)
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == text


def test_signs_with_a_meaning_are_escaped():
    assert escaped("의결, 1;2\\3\n끝") == "의결\\, 1\\;2\\\\3\\n끝"


def test_the_usual_bodies_are_unconfirmed_and_can_be_filled():
    for body in seed.read():
        assert not body.is_confirmed
        assert sum(least for least, _ in body.kinds.values()) <= body.seats
