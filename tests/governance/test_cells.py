"""Cells as Korean offices and their spreadsheets write them, and what is refused with a reason."""

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dalgu.governance.cells import CellRefused, is_blank, read
from dalgu.governance.register import Column
from dalgu.hub.values import NULL


def at(*parts):
    """A moment as a spreadsheet has it: without a zone."""
    return datetime(*parts)  # noqa: DTZ001


def a_column(kind, **more):
    codes = {"ai": ["AI", "인공지능"], "fixed": ["정주기"]} if kind == "code" else {}
    return Column("x", kind, "가", "x", codes=codes, **more)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("date", "2018. 2. 20.", "2018-02-20"),
        ("date", "2018-02-20", "2018-02-20"),
        ("date", "2018/2/20", "2018-02-20"),
        ("date", "20180220", "2018-02-20"),
        ("date", "2018년 2월 20일", "2018-02-20"),
        ("date", "2018-02-20 00:00:00", "2018-02-20"),
        ("date", at(2018, 2, 20), "2018-02-20"),
        ("month", "2024-02", "2024-02-29"),
        ("month", "2023년 2월", "2023-02-28"),
        ("month", date(2026, 12, 1), "2026-12-31"),
        ("instant", "2026-05-20 14:03", "2026-05-20T05:03:00Z"),
        ("instant", "2026. 5. 20. 14:03:10", "2026-05-20T05:03:10Z"),
        ("instant", "2026-05-20T14:03:10Z", "2026-05-20T14:03:10Z"),
        ("instant", at(2026, 5, 20, 0, 30), "2026-05-19T15:30:00Z"),
        ("won", "₩1,234,000원", 1_234_000),
        ("won", 1234000.0, 1_234_000),
        ("int", "１２", 12),
        ("number", "1,640.5", 1640.5),
        ("share", "99.2%", 0.992),
        ("share", 0.5, 0.5),
        ("percent", "85", 0.85),
        ("flag", "예", True),
        ("flag", "X", False),
        ("flag", 1.0, True),
        ("code", " ai ", "ai"),
        ("code", "인공 지능", "ai"),
        ("text", 5021.0, "5021"),
        ("text", "  두  칸 ", "두 칸"),
    ],
)
def test_what_offices_write_is_read(kind, cell, value):
    assert read(a_column(kind), cell) == pytest.approx(value)


@pytest.mark.parametrize(
    ("kind", "cell", "told"),
    [
        ("date", "2021-13-01", "date"),
        ("date", "21.3.1", "date"),
        ("date", 45_352, "date"),
        ("date", "0190-01-01", "1900"),
        ("month", "2026-13", "month"),
        ("instant", "2026-05-20", "instant"),
        ("instant", "2026-05-20 25:00", "instant"),
        ("won", "약 3억", "number"),
        ("int", "2.5", "whole"),
        ("int", True, "number"),
        ("number", "nan", "number"),
        ("number", "1_000", "number"),
        ("number", 1e300, "large"),
        ("int", "9" * 5_000, "large"),
        ("int", 10**400, "large"),
        ("text", "\ud800", "signs"),
        ("flag", "글쎄", "yes nor no|yes or no|neither"),
        ("code", "적응", "one of ai, fixed"),
        ("text", at(2026, 11, 1), "date"),
        ("text", NULL, "signs"),
        ("text", "x" * 1_001, "signs"),
        ("text", "홍길동 010-1234-5678", "phone"),
        ("text", "900101-1234567", "resident number"),
        ("text", "me@daegu.example", "mail"),
    ],
)
def test_what_cannot_be_used_is_refused_in_both_languages(kind, cell, told):
    with pytest.raises(CellRefused, match=told) as refused:
        read(a_column(kind), cell)
    assert refused.value.reason.ko


@pytest.mark.parametrize(("cell", "fits"), [(0, True), (100, True), (-1, False), (101, False)])
def test_a_range_holds_its_ends(cell, fits):
    column = a_column("number", min=0, max=100)
    try:
        assert read(column, cell) == cell
        assert fits
    except CellRefused:
        assert not fits


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "해당없음"])
def test_a_blank_says_nothing(cell):
    assert is_blank(a_column("date"), cell)


def test_a_dash_in_a_text_is_a_text():
    assert not is_blank(a_column("text"), "-")


@given(day=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_is_the_same_in_every_writing(day):
    column = a_column("date")
    writings = [
        day,
        day.isoformat(),
        f"{day.year}. {day.month}. {day.day}.",
        f"{day.year}년 {day.month}월 {day.day}일",
        f"{day:%Y%m%d}",
    ]
    assert {read(column, one) for one in writings} == {day.isoformat()}


@given(won=st.integers(0, 10**14))
def test_an_amount_is_exact_in_every_writing(won):
    column = a_column("won")
    assert {read(column, one) for one in (won, str(won), f"{won:,}", f"{won:,}원")} == {won}


@given(cell=st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.dates()))
@pytest.mark.parametrize(
    "kind", ["text", "int", "number", "won", "date", "month", "instant", "flag", "code", "share"]
)
def test_any_cell_is_read_or_refused(kind, cell):
    with suppress(CellRefused):
        assert read(a_column(kind), cell) is not None
