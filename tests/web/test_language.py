from datetime import timedelta
from string import Formatter

import pytest

from dalgu.kernel.text import LANGUAGES
from dalgu.web.language import age, browser_phrases, catalogue, number, phrase, preferred


def slots(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    assert catalogue("ko").keys() == catalogue("en").keys()


def test_a_phrase_takes_the_same_values_in_both_languages():
    english = catalogue("en")
    assert not [key for key, text in catalogue("ko").items() if slots(text) != slots(english[key])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_empty(language):
    assert all(text.strip() for text in catalogue(language).values())


def test_english_has_no_hangul():
    hangul = [key for key, text in catalogue("en").items() if any("가" <= s <= "힣" for s in text)]
    assert not hangul


def test_the_browser_gets_its_own_phrases_and_no_others():
    phrases = browser_phrases("en")
    assert phrases["age.now"] == "just now"
    assert "frame.skip" not in phrases


def test_an_unknown_key_is_loud():
    with pytest.raises(KeyError):
        phrase("ko", "frame.nothing")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en-US,en;q=0.9", "en"),
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("fr, de;q=0.7", "ko"),
        ("ko;q=0.2, en;q=0.3", "en"),
        ("en;q=..", "ko"),
        ("", "ko"),
    ],
)
def test_the_browser_chooses_the_language(accepted, language):
    assert preferred(accepted) == language


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1234567, "1,234,567"), (2.25, "2.2"), (-3.0, "-3"), (None, "–")]
)
def test_numbers_read_well(value, text):
    assert number(value) == text


def test_an_age_from_the_future_is_now():
    assert age(timedelta(seconds=-5), "en") == "just now"
