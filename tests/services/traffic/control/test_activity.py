"""A day of adaptive control is most of a day of it, told once."""

from datetime import date

import numpy as np

from dalgu.services.traffic.control.activity import MOST_OF_A_DAY_S, Activity, Worked

DAY, NEXT = date(2026, 3, 4), date(2026, 3, 5)
REMOTE, OWN = np.array([True]), np.array([False])


def test_a_day_counts_from_the_moment_that_most_of_it_was_remote(tmp_path):
    activity = Activity(tmp_path / "activity.json")
    assert activity.add(("x1",), REMOTE, MOST_OF_A_DAY_S - 1, DAY) == []
    assert activity.add(("x1",), REMOTE, 1.0, DAY) == [Worked("x1", DAY, is_adaptive=True)]
    assert activity.add(("x1",), REMOTE, 60.0, DAY) == []
    assert activity.add(("x1",), OWN, 1.0, NEXT) == []


def test_a_day_that_ends_without_it_is_told_as_not_adaptive(tmp_path):
    activity = Activity(tmp_path / "activity.json")
    activity.add(("x1",), OWN, 80_000.0, DAY)
    assert activity.add(("x1",), REMOTE, 1.0, NEXT) == [Worked("x1", DAY, is_adaptive=False)]


def test_the_day_so_far_outlives_the_process(tmp_path):
    activity = Activity(tmp_path / "activity.json")
    activity.add(("x1",), REMOTE, MOST_OF_A_DAY_S - 1, DAY)
    activity.keep()
    again = Activity(tmp_path / "activity.json")
    assert again.add(("x1",), REMOTE, 1.0, DAY) == [Worked("x1", DAY, is_adaptive=True)]
    again.keep()
    third = Activity(tmp_path / "activity.json")
    assert third.add(("x1",), REMOTE, 1.0, DAY) == []


def test_a_file_that_cannot_be_read_begins_the_day_anew(tmp_path):
    path = tmp_path / "activity.json"
    path.write_bytes(b"{broken")
    assert Activity(path).add(("x1",), REMOTE, 1.0, DAY) == []
