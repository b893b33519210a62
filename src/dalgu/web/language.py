"""The two catalogues of words, for templates and browser alike, and the numbers people read."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from dalgu.hub.model import JSON
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import LANGUAGES, Language

CATALOGUES = Path(__file__).parent / "catalogue"
BROWSER = "browser."  # keys of this table go to the browser
OF_AREA = "browser_{area}."  # and of this one only with the pages of an area

_ACCEPTED = re.compile(r"([a-zA-Z]{2})(?:-[a-zA-Z]+)?\s*(?:;\s*q=([0-9.]+))?")
_WEEKDAYS_KO = "월화수목금토일"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Return all phrases of a language under dotted keys.

    >>> catalogue("en")["frame.skip"]
    'Skip to content'
    """
    files = (CATALOGUES / f"{language}.toml", *sorted(CATALOGUES.glob(f"*/*.{language}.toml")))
    of_phrases = (file for file in files if ".errors." not in file.name)
    tables = (tomllib.loads(file.read_text("utf-8")) for file in of_phrases)
    return {key: text for table in tables for key, text in _flat(table, "")}


def _flat(table: Mapping[str, JSON], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def phrase(language: Language, key: str, **values: object) -> str:
    """Return the phrase of a key with its values put in; an unknown key is a `KeyError`."""
    return catalogue(language)[key].format(**values)


def refusal(language: Language, error: Exception) -> str | None:
    """Return what a deliberate error says in a reader's language, `None` where only it can say."""
    told = _refusals(language).get(type(error).__name__)
    if told is None or not isinstance(error, DalguError):
        return None
    return told.format_map(error.parts)


@cache
def _refusals(language: Language) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted(CATALOGUES.rglob(f"*errors.{language}.toml")):
        found |= tomllib.loads(path.read_text("utf-8"))
    return found


def browser_phrases(language: Language, area: str = "city") -> dict[str, str]:
    """Return the phrases that components need on the pages of an area, without the table's name."""
    tables = (BROWSER, OF_AREA.format(area=area))
    found = catalogue(language).items()
    return {key.partition(".")[2]: text for key, text in found if key.startswith(tables)}


def preferred(accept_language: str) -> Language:
    """Return the language of ours that an Accept-Language header likes best; Korean at first.

    >>> preferred("en-GB,en;q=0.9,ko;q=0.5")
    'en'
    >>> preferred("")
    'ko'
    """
    best: tuple[float, Language] = (0.0, "ko")
    for code, weight in _ACCEPTED.findall(accept_language):
        liked = _weight(weight)
        for language in LANGUAGES:
            if code.lower() == language and liked > best[0]:
                best = (liked, language)
    return best[1]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def number(value: float | None, digits: int | None = None) -> str:
    """Return a number as people read it: thousands apart, no needless zeros, `–` for none.

    >>> number(12345.678), number(3.0), number(None)
    ('12,345.7', '3', '–')
    """
    if value is None:
        return "–"
    if digits is None:
        digits = 0 if float(value).is_integer() or abs(value) >= 100_000 else 1
    return f"{value:,.{digits}f}"


def moment(at: datetime | None, language: Language) -> str:
    """Return an instant in the city's local time.

    >>> moment(datetime.fromisoformat("2026-03-01T15:04:05Z"), "ko")
    '3월 2일 (월) 00:04'
    """
    if at is None:
        return "–"
    here = local(at)
    if language == "ko":
        day = _WEEKDAYS_KO[here.weekday()]
        return f"{here.month}월 {here.day}일 ({day}) {here:%H:%M}"
    return f"{here:%a} {here.day} {here:%b %H:%M}"


def age(span: timedelta, language: Language) -> str:
    """Return how long ago something was, in the largest whole unit.

    >>> age(timedelta(minutes=5), "en"), age(timedelta(hours=30), "ko")
    ('5 min ago', '1일 전')
    """
    seconds = max(0, int(span.total_seconds()))
    steps = (("days", 86_400), ("hours", 3_600), ("minutes", 60))
    for name, length in steps:
        if seconds >= length:
            return phrase(language, f"browser.age.{name}", n=seconds // length)
    return phrase(language, "browser.age.now")
