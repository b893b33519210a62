"""How papers write numbers and text of others."""

from datetime import date

import pytest

from dalgu.certification.papers.fonts import load_fonts
from dalgu.certification.papers.text import both, day, number
from dalgu.kernel.text import Text


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.0, "0"), (100.0, "100"), (1234567, "1,234,567"), (0.125, "0.12"), (-3.5, "-3.5")],
)
def test_a_number_has_separators_and_no_empty_decimals(value, written):
    assert number(value) == written


def test_a_day_is_written_in_both_languages():
    assert day(date(2028, 2, 29)) == Text("2028년 2월 29일", "29 February 2028")


def test_an_english_text_that_says_nothing_more_is_left_out():
    load_fonts()
    assert both(Text("%", "%")) == "%"
    assert both(Text("<물>", "")) == "&lt;물&gt;"
