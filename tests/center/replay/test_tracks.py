"""A track tells the same as a search through all rows by hand."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers, lists, tuples

from dalgu.center.replay.tracks import Said, Track
from dalgu.hub.hub import Columns

NAMES = ("a", "b", "c")
CALM = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
ROWS = lists(tuples(integers(0, 2), integers(0, 60), integers(-9, 9)), max_size=40)


def a_track(rows, since=0, until=60):
    ordered = sorted({(thing, at): (thing, at, value) for thing, at, value in rows}.values())
    columns = Columns(
        list(NAMES),
        np.array([row[0] for row in ordered], np.int64),
        np.array([row[1] for row in ordered], np.float64),
        np.array([row[2] for row in ordered], np.float64),
        np.zeros(len(ordered), np.int64),
    )
    return Track.of(columns, since, until)


def by_hand(rows, thing, at_s):
    """Return value and second of the newest row; of one second the last one told counts."""
    seen = [(at, place, value) for place, (one, at, value) in enumerate(rows) if one == thing]
    return max(((at, place, value) for at, place, value in seen if at <= at_s), default=None)


def check(track, rows, at_s):
    value, second = track.at(track.places([*NAMES, "nobody"]), at_s)
    for thing in range(3):
        known = by_hand(rows, thing, at_s)
        expected = (np.nan, np.nan) if known is None else (known[2], known[0])
        assert (value[thing], second[thing]) == pytest.approx(expected, nan_ok=True)
    assert np.isnan(value[3])
    assert np.isnan(second[3])


@CALM
@given(ROWS, integers(-1, 61))
def test_each_thing_stands_where_its_newest_row_says(rows, at_s):
    check(a_track(rows), rows, max(at_s, 0))


@CALM
@given(ROWS, ROWS, integers(0, 61))
def test_two_tracks_joined_tell_what_one_of_all_rows_tells(old, new, at_s):
    check(a_track(old).joined(a_track(new), 0), [*old, *new], at_s)


@CALM
@given(ROWS, integers(0, 60))
def test_what_is_too_old_is_forgotten_and_the_rest_is_not(rows, since):
    kept = a_track(rows).joined(a_track([]), since)
    check(kept, [row for row in rows if row[1] >= since], 60)


@CALM
@given(ROWS, integers(1, 40))
def test_a_track_holds_no_more_than_it_may_and_says_since_when(rows, most):
    whole = a_track(rows)
    bounded = whole.bounded(most)
    ties = sum(1 for key in whole.keys if key % (1 << 32) == bounded.since_s)
    assert len(bounded.keys) <= most + ties
    check(bounded, [row for row in rows if row[1] >= bounded.since_s], 60)


def test_words_hold_until_others_are_said():
    said = Said([10.0, 20.0], [("leakage",), ()])
    assert [list(said.at(at)) for at in (9, 10, 19, 20)] == [[], ["leakage"], ["leakage"], []]
