"""A day of log becomes counts by the hour, and a row of the store gives them back."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.services.traffic.measures.weeks import days

from dalgu.services.traffic.control.event_log import EventLog
from dalgu.services.traffic.measures.detector_days import (
    KEPT_DAYS,
    DetectorDay,
    day_of,
    days_kept,
    keep_day,
    packed,
    unpacked,
)
from dalgu.store.sqlite import Store

DAY = date(2026, 11, 29)
FIRST_HOUR = 494_607
TIMINGS = (
    SimpleNamespace(id="s0", detectors=("a", "b")),
    SimpleNamespace(id="s1", detectors=("c",)),
)


def logged(folder, rows):
    """A log of (second of the day, signal, code, parameter)."""
    log = EventLog(folder)
    log.append(np.array([(FIRST_HOUR * 3_600 + at, *row) for at, *row in rows], float))
    return log


def quarters(signal, hour):
    """A word of the controller in each quarter of an hour."""
    return [(hour * 3_600 + n * 900 + 5, signal, 1, 2) for n in range(4)]


def test_loops_and_advance_detectors_are_counted_by_lane_and_hour(tmp_path):
    rows = [(10, 0, 82, 1), (11, 0, 81, 1), (20, 0, 82, 1), (30, 0, 82, 2)]
    rows += [(3_700, 0, 82, 101), (3_701, 0, 81, 101), (3_800, 1, 82, 1), (3_900, 1, 82, 7)]
    rows += [*quarters(0, 0), *quarters(0, 1), *quarters(1, 1)[:3], (50, 9, 82, 1)]
    day = day_of(DAY, TIMINGS, FIRST_HOUR, logged(tmp_path, rows).hour)
    assert day.detectors == ("a", "b", "a+advance", "b+advance", "c", "c+advance")
    assert day.signal.tolist() == [0, 0, 0, 0, 1, 1]
    assert day.counts[:, 0].tolist() == [2, 1, 0, 0, 0, 0]
    assert day.counts[:, 1].tolist() == [0, 0, 1, 0, 1, 0]
    assert day.heard[:, :3].tolist() == [[True, True, False], [False, False, False]]
    assert day.is_on.tolist() == [True, True, False, False, True, False]


def test_what_a_detector_told_last_is_carried_over_a_day_of_silence(tmp_path):
    first = day_of(DAY, TIMINGS, FIRST_HOUR, logged(tmp_path, [(10, 0, 82, 1)]).hour)
    quiet = EventLog(tmp_path / "none")
    after = day_of(DAY + timedelta(days=1), TIMINGS, FIRST_HOUR + 24, quiet.hour, first)
    assert after.is_on.tolist() == [True, False, False, False, False, False]
    assert after.counts.sum() == 0


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_a_row_of_the_store_gives_the_day_back(data):
    signals, each = data.draw(st.integers(0, 3)), data.draw(st.integers(0, 3))
    size = signals * each
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    day = DetectorDay(
        DAY,
        tuple(f"신호{n}" for n in range(signals)),
        tuple(f"k{n}_0" for n in range(size)),
        np.repeat(np.arange(signals), each),
        rng.integers(0, 65_536, (size, 24)),
        rng.random((signals, 24)) < 0.5,
        rng.random(size) < 0.5,
        rng.random(size) < 0.5,
    )
    again = unpacked(DAY, packed(day))
    assert (again.signals, again.detectors) == (day.signals, day.detectors)
    for name in ("signal", "counts", "heard", "is_on", "lies"):
        assert np.array_equal(getattr(again, name), getattr(day, name))


def test_the_table_outlives_the_process_and_lets_old_days_go(tmp_path):
    async def story():
        store = Store.open(tmp_path / "city.db")
        first, second, *_ = days(2)
        await keep_day(store, first, [])
        await keep_day(store, second, [first])
        await store.close()
        store = Store.open(tmp_path / "city.db")
        kept = await days_kept(store)
        late = replace(second, day=first.day + timedelta(days=KEPT_DAYS))
        await keep_day(store, late, kept)
        left = await days_kept(store)
        await store.close()
        return first, kept, left

    first, kept, left = asyncio.run(story())
    assert np.array_equal(kept[0].counts, first.counts)
    assert [one.day.day for one in kept] == [26, 27]
    assert [one.day.day for one in left] == [27, 30]
