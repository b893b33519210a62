"""The tables of answers that are no document: whose matter it is, small talk, what is broken."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dalgu.kernel.text import Text
from dalgu.korean.likeness import Likeness

LEAST_REPORT = 0.3  # likeness from which words count as a report of a type

_FOLDER = Path(__file__).parent
_MARKS = re.compile(r"[.!?~…, ㅋㅎㅠㅜ^]+$")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Whose matter it is when it is not the city's; the phone may be empty."""

    name: str
    office: Text
    phone: str
    words: tuple[str, ...]
    words_en: str

    @property
    def read(self) -> str:
        """The Korean words that questions are compared with."""
        return ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class Talk:
    """Something said in passing and what is said to it."""

    name: str
    pattern: re.Pattern[str]
    say: Text


@cache
def elsewhere() -> tuple[Elsewhere, ...]:
    """Return whose matters are not the city's."""
    return tuple(
        Elsewhere(f"elsewhere:{at}", Text(**one["office"]), one["phone"], tuple(one["words"]),
                  one["en"])
        for at, one in enumerate(_read("elsewhere")["elsewhere"])
    )  # fmt: skip


def small_talk(text: str) -> Talk | None:
    """Return what a text is said in passing, `None` when it asks something.

    >>> small_talk("안녕하세요~").name, small_talk("안녕하세요, 여권은 어디서 만드나요?")
    ('greeting', None)
    """
    said = _MARKS.sub("", " ".join(text.lower().split())).strip()
    return next((talk for talk in _talks() if talk.pattern.search(said)), None)


def report_code(text: str) -> str:
    """Return the type of request that a text reports, empty when it reports nothing."""
    found = _likeness().nearest(text, _reports(), 1)
    if not found or found[0][1] < LEAST_REPORT:
        return ""
    return found[0][0].partition(":")[0]


@cache
def _talks() -> tuple[Talk, ...]:
    return tuple(
        Talk(one["name"], re.compile(one["pattern"]), Text(**one["say"]))
        for one in _read("smalltalk")["talk"]
    )


@cache
def _reports() -> Mapping[str, str]:
    table: dict[str, list[str]] = _read("reports")["reports"]
    return {f"{code}:{at}": said for code, some in table.items() for at, said in enumerate(some)}


@cache
def _likeness() -> Likeness:
    return Likeness()


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
