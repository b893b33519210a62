"""The measures of ISA-18.2 and EEMUA 191, on spans whose figures are counted by hand."""

import numpy as np
import pytest

from dalgu.center.alarms.health import (
    Alarms,
    Span,
    Verdict,
    chattering,
    in_flood,
    measures,
    per_window,
    top_sources,
)

DAY_S = 86_400.0


def alarms(raised, *, closed=None, priority=3, source=None):
    n = len(raised)
    return Alarms(
        raised_s=np.array(raised, float),
        closed_s=np.full(n, np.nan) if closed is None else np.array(closed, float),
        priority=np.full(n, priority) if isinstance(priority, int) else np.array(priority),
        source=np.arange(n) if source is None else np.array(source),
    )


def figures(held, span):
    return {one.name: one for one in measures(held, span)}


def test_a_quiet_day_keeps_every_limit():
    told = figures(alarms([600.0 * k for k in range(144)]), Span(0, DAY_S))
    assert told["average"].value == 1.0
    assert told["peak"].value == 1.0
    assert told["flood"].value == 0.0
    assert all(told[name].verdict is Verdict.GOOD for name in ("average", "peak", "flood"))


def test_a_flood_begins_above_ten_and_ends_below_five():
    counts = np.array([10, 11, 5, 4, 10, 12])
    assert in_flood(counts).tolist() == [False, True, True, False, False, True]
    assert in_flood(counts, operators=2).tolist() == [False] * 6


def test_a_burst_of_twelve_is_a_flood_of_ten_minutes():
    told = figures(alarms(list(range(12))), Span(0, DAY_S))
    assert told["peak"].value == 12
    assert told["flood"].value == pytest.approx(1 / 144)
    assert figures(alarms(list(range(36))), Span(0, DAY_S / 24))["flood"].verdict is Verdict.OVER


def test_two_operators_share_the_alarms():
    held = alarms(list(range(12)))
    assert figures(held, Span(0, 600, operators=2))["peak"].value == 6


def test_three_alarms_of_one_source_in_a_minute_chatter_and_three_in_two_minutes_do_not():
    assert chattering(alarms([0, 30, 59], source=[1, 1, 1])) == 1
    assert chattering(alarms([0, 30, 59], source=[1, 2, 1])) == 0
    assert chattering(alarms([0, 60, 121], source=[1, 1, 1])) == 0
    assert chattering(alarms([0, 500, 520, 540], source=[1, 1, 1, 1])) == 1


def test_what_stands_over_a_day_is_counted_until_it_is_closed():
    held = alarms([0, 0, 0, 3 * DAY_S - 10], closed=[np.nan, DAY_S, 3.5 * DAY_S, np.nan])
    assert figures(held, Span(2 * DAY_S, 3 * DAY_S))["standing"].value == 2


def test_priorities_are_judged_from_twenty_alarms_on():
    few = figures(alarms([1.0] * 4, priority=[1, 1, 2, 3]), Span(0, DAY_S))
    assert few["p1"].verdict is Verdict.TOO_FEW
    many = alarms([1.0] * 100, priority=[1] * 5 + [2] * 16 + [3] * 79)
    told = figures(many, Span(0, DAY_S))
    assert (told["p1"].verdict, told["p2"].verdict) == (Verdict.GOOD, Verdict.OVER)
    assert told["p3"].value == pytest.approx(0.79)


def test_the_ten_most_frequent_are_judged_by_their_share():
    sources = [k % 10 for k in range(150)] + list(range(100, 150))
    told = figures(alarms([1.0] * 200, source=sources), Span(0, DAY_S))
    assert told["top"].value == pytest.approx(0.75)
    assert told["top"].verdict is Verdict.OVER
    assert top_sources(np.array([4, 4, 9]))[0] == (4, 2)


def test_windows_count_what_lies_in_the_span_alone():
    assert per_window(np.array([-1.0, 0, 599, 600, 1200]), Span(0, 1200)).tolist() == [2, 1]


def test_no_alarm_at_all_is_healthy():
    told = figures(alarms([]), Span(0, DAY_S))
    assert told["average"].value == 0
    assert told["chattering"].verdict is Verdict.GOOD
