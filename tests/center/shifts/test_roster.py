from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.center.shifts.roster import (
    Roster,
    Turn,
    before,
    faults,
    next_shift,
    packaged,
    shift_at,
    shift_named,
)

NOON = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)  # 12:00 in Daegu
CLOCKS = st.integers(0, 1439).map(lambda m: f"{m // 60:02d}:{m % 60:02d}")


def turns(*starts):
    return Roster(tuple(Turn(chr(97 + k), "조", "turn", at) for k, at in enumerate(starts)))


def test_the_shift_of_an_hour_after_midnight_began_the_day_before():
    shift = shift_at(packaged(), datetime(2026, 11, 28, 16, 0, tzinfo=UTC))  # 01:00 on the 29th
    assert shift.id == "2026-11-28-night"
    assert (shift.starts, shift.ends) == (
        datetime(2026, 11, 28, 14, tzinfo=UTC),
        datetime(2026, 11, 28, 22, tzinfo=UTC),
    )


@given(st.lists(CLOCKS, min_size=1, max_size=8, unique=True), st.integers(0, 3 * 1440))
def test_every_minute_lies_in_one_shift_and_shifts_follow_without_a_gap(starts, minute):
    roster = turns(*starts)
    at = NOON + timedelta(minutes=minute)
    shift = shift_at(roster, at)
    assert shift.starts <= at < shift.ends
    assert next_shift(roster, shift).starts == shift.ends
    assert before(roster, next_shift(roster, shift)) == shift
    assert shift_named(roster, shift.id) == shift


@pytest.mark.parametrize(
    ("roster", "fault"),
    [
        (Roster(()), "names"),
        (turns("07:00", "07:00"), "starts"),
        (turns("7:00"), "starts"),
        (turns("24:00"), "starts"),
        (Roster((Turn("day", "", "d", "07:00"),)), "names"),
        (Roster((Turn("Day!", "주", "d", "07:00"),)), "names"),
        (Roster(packaged().shifts, hand_over_min=90), "starts"),
        (packaged(), None),
    ],
)
def test_a_roster_is_held_to_rules(roster, fault):
    assert faults(roster) == fault


@pytest.mark.parametrize(
    "shift", ["2026-11-29-noon", "2026-13-01-day", "day", "9999-12-31-night", "0001-01-02-day"]
)
def test_what_is_no_shift_has_none(shift):
    assert shift_named(packaged(), shift) is None
