import pytest

from dalgu.center.pages.certification.counts import OF_PEOPLE, shown_counts
from dalgu.certification.framework import loading

[ELDERLY] = [
    one for one in loading.load("kr-scc-2021").indicators if one.code == "K63-44"
]  # households at risk
[METERS] = [one for one in loading.load("kr-scc-2021").indicators if one.code == "K63-43"]


def shown(indicator, top, bottom, *, is_public):
    values = {indicator.numerator: top, indicator.denominator: bottom}
    found = shown_counts(indicator, values, is_public=is_public)
    return found[indicator.numerator], found[indicator.denominator]


def test_the_indicator_counts_people():
    assert ELDERLY.variables[ELDERLY.numerator].unit in OF_PEOPLE
    assert METERS.variables[METERS.numerator].unit not in OF_PEOPLE


@pytest.mark.parametrize("small", [1.0, 4.0])
def test_a_small_count_of_people_is_hidden_and_what_would_give_it_away(small):
    assert shown(ELDERLY, small, 400.0, is_public=True) == ("<5", "–")


def test_those_who_may_see_evidence_see_small_counts():
    assert shown(ELDERLY, 3.0, 400.0, is_public=False) == ("3", "400")


def test_larger_counts_and_nought_are_public():
    assert shown(ELDERLY, 5.0, 400.0, is_public=True) == ("5", "400")
    assert shown(ELDERLY, 0.0, 400.0, is_public=True) == ("0", "400")


def test_things_are_no_people():
    assert shown(METERS, 3.0, 400.0, is_public=True) == ("3", "400")
