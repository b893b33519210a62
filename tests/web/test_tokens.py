"""The colours keep their distance: WCAG 2.2, 1.4.3 (text) and 1.4.11 (parts of the interface)."""

import re
from pathlib import Path

import pytest

from dalgu.web.static import OWN

TOKENS = (Path(OWN) / "tokens.css").read_text("utf-8")
PAIR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
# The first table alone: what follows answers a wish for more contrast.
COLOURS = {name: (day, dark) for name, day, dark in PAIR.findall(TOKENS.split("@media")[0])}
GROUNDS = ("ground", "surface", "raised", "accent-wash")
INKS = ("ink", "ink-soft", "ink-faint", "accent", "critical", "high", "medium", "low", "good")
SIGNS = ("ink-soft", "accent", "critical", "high", "medium", "low")


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_agrees_with_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", [*INKS, "synthetic"])
def test_text_is_legible(ink, ground, theme):
    assert contrast(COLOURS[ink][theme], COLOURS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "dark"])
@pytest.mark.parametrize("sign", SIGNS)
def test_signs_stand_out_from_the_map(sign, theme):
    assert contrast(COLOURS[sign][theme], COLOURS["map-land"][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "dark"])
def test_fields_have_a_visible_border(theme):
    assert contrast(COLOURS["line-strong"][theme], COLOURS["surface"][theme]) >= 3


@pytest.mark.parametrize("theme", [0, 1], ids=["day", "dark"])
def test_a_main_button_is_legible(theme):
    assert contrast(COLOURS["on-accent"][theme], COLOURS["accent"][theme]) >= 4.5


CONTRAST = dict(
    re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", TOKENS.split('[data-theme="contrast"]')[1])
)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", [*INKS, "synthetic"])
def test_in_high_contrast_all_text_keeps_seven_to_one(ink, ground):
    assert contrast(CONTRAST[ink], CONTRAST[ground]) >= 7


def test_high_contrast_has_every_colour_of_the_other_themes():
    assert COLOURS.keys() <= CONTRAST.keys()
    assert contrast(CONTRAST["on-accent"], CONTRAST["accent"]) >= 7
    assert contrast(CONTRAST["line"], CONTRAST["surface"]) >= 3
