import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.hub.aggregate import METHODS, Period, of_numbers, of_values, parse_period
from dalgu.hub.errors import InvalidRequest, ParameterInvalid
from dalgu.store.instants import instant, micros
from dalgu.store.series import Buckets

US_PER_HOUR = 3_600_000_000


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("PT0S", Period()),
        ("P0D", Period()),
        ("PT1H", Period(0, US_PER_HOUR)),
        ("P2W", Period(0, 14 * 24 * US_PER_HOUR)),
        ("P1Y2MT1S", Period(14, 1_000_000)),
    ],
)
def test_durations_are_read(text, period):
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "P", "PT", "1H", "P1H", "PT1.5S", "-PT1H", "P9999999D"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ParameterInvalid):
        parse_period(text)


def test_months_are_as_long_as_the_calendar_says():
    month, origin_us = Period(months=1), micros(datetime(2026, 1, 31, tzinfo=UTC))
    starts = [instant(month.start(origin_us, index)).date().isoformat() for index in range(3)]
    assert starts == ["2026-01-31", "2026-02-28", "2026-03-31"]
    for day, index in (
        (datetime(2026, 2, 27, tzinfo=UTC), 0),
        (datetime(2026, 3, 1, tzinfo=UTC), 1),
    ):
        assert month.index(origin_us, micros(day)) == index


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_sums_by_the_store_and_sums_of_values_agree(values):
    pivot = values[0]
    apart = [one - pivot for one in values]
    bucket = Buckets(
        0, len(values), max(values), b"", b"", min(values), len(set(values)),
        math.fsum(apart), math.fsum(one * one for one in apart),
    )  # fmt: skip
    stored = {name: column[0] for name, column in of_numbers([bucket], pivot, METHODS).items()}
    read = of_values("Property", values, METHODS)
    for name in set(METHODS) - {"distinctCount"}:
        assert stored[name] == pytest.approx(read[name], rel=1e-6, abs=1e-2)


@pytest.mark.parametrize(
    ("kind", "values", "method", "expected"),
    [
        ("Property", [True, False], "sum", 1),
        ("Property", ["b", "a"], "min", "a"),
        ("Property", [[1, 2], []], "avg", 1),
        ("Relationship", ["urn:x:1", "urn:x:1"], "distinctCount", 1),
        ("Property", [{"a": 1}, {"a": 1}], "totalCount", 2),
    ],
)
def test_each_kind_of_value_has_its_methods(kind, values, method, expected):
    assert of_values(kind, values, (method,)) == {method: expected}


@pytest.mark.parametrize(("kind", "value"), [("Property", "a"), ("Relationship", "urn:x:1")])
def test_a_method_that_values_do_not_have_is_refused(kind, value):
    with pytest.raises(InvalidRequest):
        of_values(kind, [value], ("stddev",))
