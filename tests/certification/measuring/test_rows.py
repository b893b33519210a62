import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.certification.formula.operand import Words
from dalgu.certification.measuring.rows import (
    Counting,
    Order,
    Rows,
    count,
    digest_of,
    messages_of,
    packed,
    some_rows,
    unpacked,
    worst,
)

NAN = math.nan


def rows(*values, **more):
    n = len(values)
    told = {"quality": np.zeros(n, np.int8), **more}
    return Rows(tuple(f"urn:x:{i}" for i in range(n)), np.array(values, float), **told)


@pytest.mark.parametrize(
    ("aggregate", "expected"),
    [("sum", 10.0), ("mean", 2.5), ("median", 2.0), ("p90", 4.1), ("distinct", 3.0)],
)
def test_rows_make_a_number(aggregate, expected):
    assert count(rows(1, 5, NAN, 2, 2), Counting(aggregate)).total == pytest.approx(expected)


@pytest.mark.parametrize("aggregate", ["mean", "median", "p90", "latest"])
def test_no_row_has_no_mean_and_a_reason(aggregate):
    counted = count(rows(NAN), Counting(aggregate))
    assert counted.total is None
    assert counted.reason is not None


def test_no_row_sums_up_to_nothing():
    assert count(rows(), Counting("sum")).total == 0.0
    assert count(rows(), Counting("distinct")).total == 0.0


def test_a_subject_counts_by_its_share_or_whole():
    shared = rows(2, 4, share=np.array([0.5, 0.96]))
    assert count(shared, Counting("sum")).total == pytest.approx(1 + 3.84)
    assert count(shared, Counting("sum", min_share=0.95)).total == 4.0
    assert count(shared, Counting("sum", min_share=0.95, factor=24.0)).total == 96.0


def test_the_latest_is_taken_unless_it_is_in_doubt():
    by_us = np.array([1, 3, 3])
    assert count(rows(7, 8, 8, by_us=by_us), Counting("latest")).total == 8.0
    assert count(rows(7, 8, 9, by_us=by_us), Counting("latest")).total is None
    assert count(rows(7, 8, NAN, by_us=by_us), Counting("latest")).total is None


def test_texts_are_counted_once_each():
    words = Words(np.array([0, 1, 0, -1]), ("a", "b"))
    counted = count(rows(NAN, NAN, NAN, NAN, words=words), Counting("distinct"))
    assert counted.total == 2.0
    assert counted.contribution.tolist() == [1, 1, 0, 0]


def test_the_least_reliable_row_that_enters_decides():
    quality = np.array([0, 2, 1], np.int8)
    one = rows(1, 0, 3, quality=quality)
    assert worst(one, count(one, Counting("sum")).contribution) == "estimated"


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=30), st.randoms())
def test_no_order_of_rows_changes_a_sum_by_a_bit(values, random):
    shuffled = random.sample(values, len(values))
    for aggregate in ("sum", "mean", "median", "p90"):
        one, other = (count(rows(*v), Counting(aggregate)).total for v in (values, shuffled))
        assert one.hex() == other.hex()


@st.composite
def any_rows(draw):
    n = draw(st.integers(0, 5))
    ints = st.lists(st.integers(0, 2**60), min_size=n, max_size=n).map(
        lambda told: np.array(told, np.int64)
    )
    floats = st.lists(st.floats(allow_infinity=False), min_size=n, max_size=n)
    code = draw(st.lists(st.integers(-1, 1), min_size=n, max_size=n))
    return Rows(
        subject=tuple(f"urn:ngsi-ld:물건:{i}" for i in range(n)),
        value=np.array(draw(floats), float),
        quality=np.zeros(n, np.int8),
        words=draw(st.sampled_from([None, Words(np.array(code, np.int64), ("a", "나"))])),
        share=np.array(draw(floats), float),
        last_us=draw(ints),
        message=draw(ints),
    )


@given(any_rows())
def test_rows_survive_packing_to_the_bit(told):
    again = unpacked(packed(told))
    assert packed(again) == packed(told)
    assert again.subject == told.subject
    assert again.value.tobytes() == told.value.tobytes()
    assert messages_of(packed(told)) == {one for one in told.message.tolist() if one > 0}


def test_other_bytes_name_no_messages():
    assert messages_of(b"{}") == set()


def test_900_000_meters_take_few_megabytes():
    n = 90_000
    meters = Rows(
        subject=tuple(f"urn:ngsi-ld:WaterMeter:daegu-{i:07d}" for i in range(n)),
        value=np.ones(n),
        quality=np.zeros(n, np.int8),
        share=np.full(n, 0.97),
        last_us=np.arange(n) * 1_000_003,
        message=np.arange(n) * 7,
    )
    assert len(packed(meters)) < 900_000  # 10 bytes a meter
    assert len(digest_of(packed(meters))) == 64


def test_rows_that_lack_most_come_first():
    shared = rows(1, 1, 1, share=np.array([1.0, 0.2, 0.5]), last_us=np.array([5, 0, 7]))
    shown = some_rows(shared, Counting("count"), Order.LACKING, most=2)
    assert [(one.share, one.last_at) for one in shown] == [
        (0.2, None),
        (0.5, "1970-01-01T00:00:00.000007Z"),
    ]
