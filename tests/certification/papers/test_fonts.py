"""The font of papers."""

import pytest

from dalgu.certification.papers.errors import FontsNotInstalled
from dalgu.certification.papers.fonts import load_fonts, printable


def test_without_the_font_the_refusal_says_how_to_get_it(tmp_path):
    with pytest.raises(FontsNotInstalled, match="npm registry in reach"):
        load_fonts(tmp_path)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("면적 12 ㎡", "면적 12 m2"),
        ("대구", "대구"),
        ("²·–「」", "²·–「」"),
        ("\U0001f600", "\U0001f600"),
    ],
)
def test_a_sign_that_the_font_lacks_is_spelt_where_it_can_be(text, printed):
    load_fonts()
    assert printable(text) == printed
