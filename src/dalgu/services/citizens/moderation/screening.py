"""Screens texts before they stand: bursts, links, repetition; and suspects abuse.

What is refused, is refused for how it was sent. The suspicion of abuse never refuses anything: it
holds a text until a person has looked, since a list of words knows neither irony nor quotation.
"""

import re
import tomllib
import unicodedata
from collections import defaultdict, deque
from datetime import datetime, timedelta
from functools import cache, lru_cache
from hashlib import blake2b
from pathlib import Path

from dalgu.services.citizens.moderation.refusals import (
    TextRepeated,
    TooManyAtOnce,
    TooManyLinks,
)

BURST, BURST_WITHIN = 10, timedelta(minutes=10)  # of one writer
MOST_LINKS = 3
SAME, SAME_WITHIN = 3, timedelta(hours=24)  # the same text of whomever
SHORTEST_REPEATED = 20  # letters; "동의합니다" may be said by everybody
REMEMBERED = 20_000  # writers and texts; beyond it the oldest are forgotten

_LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[a-z0-9-]+\.(?:com|net|org|kr|shop|xyz|top|site)\b", re.IGNORECASE
)
_NOT_LETTERS = re.compile(r"[\W\d_]+")


class Screen:
    """Remembers who wrote how much lately, and what."""

    def __init__(self) -> None:
        self._lately: dict[str, deque[datetime]] = defaultdict(deque)
        self._texts: dict[str, deque[datetime]] = defaultdict(deque)

    def check(self, writer: str, text: str, now: datetime, *, may_repeat: bool = False) -> None:
        """Return when a text may be sent; raise `TooManyAtOnce`, `TooManyLinks`, `TextRepeated`."""
        if len(_LINK.findall(text)) > MOST_LINKS:
            raise TooManyLinks(MOST_LINKS)
        same = self._texts[_fingerprint(text)]
        lately = self._lately[writer]
        _forget(same, now - SAME_WITHIN)
        _forget(lately, now - BURST_WITHIN)
        if len(lately) >= BURST:
            raise TooManyAtOnce(BURST)
        is_long = len(letters(text)) >= SHORTEST_REPEATED
        if is_long and len(same) >= SAME and not may_repeat:
            raise TextRepeated(SAME)
        lately.append(now)
        same.append(now)
        for kept in (self._lately, self._texts):
            while len(kept) > REMEMBERED:
                del kept[next(iter(kept))]


def letters(text: str) -> str:
    """Return the letters of a text alone, small, without what is put between them.

    >>> letters("가 나.다 1 AB")
    '가나다ab'
    """
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def folded(text: str) -> str:
    """Return Hangul taken apart into its letters, others as they are.

    >>> folded("값") == folded("ㄱㅏㅂㅅ")
    True
    """
    return "".join(_apart(sign) for sign in text)


def suspicion(text: str) -> str:
    """Return the listed word that a text seems to hold, empty where it holds none.

    Words are looked for by their letters, so dots, digits, letters typed apart and letters with
    blanks between them hide nothing; but not across two words, as "다시 발표" is everyday Korean.
    Innocent words that hold them are taken out first.
    """
    listed = _listed()
    for plain in _words(text):
        for innocent in listed["innocent"]:
            plain = plain.replace(innocent, " ")
        apart = folded(plain)
        found = next((word for word in listed["abuse"] if folded(word) in apart), "")
        if found:
            return found
    return ""


def _words(text: str) -> list[str]:
    """Return the words of a text; single letters in a row are one."""
    words: list[str] = []
    is_run = False
    for word in filter(None, map(letters, text.split())):
        is_one = len(word) == 1
        if is_one and is_run:
            words[-1] += word
        else:
            words.append(word)
        is_run = is_one
    return words


@cache
def _listed() -> dict[str, list[str]]:
    found: dict[str, list[str]] = tomllib.loads(
        (Path(__file__).parent / "abuse.toml").read_text("utf-8")
    )
    return found


def _forget(times: deque[datetime], before: datetime) -> None:
    while times and times[0] < before:
        times.popleft()


def _fingerprint(text: str) -> str:
    return blake2b(letters(text).encode(), digest_size=16).hexdigest()


@lru_cache(maxsize=20_000)
def _apart(sign: str) -> str:
    """Take one sign apart by the names of its letters: `HANGUL JONGSEONG PIEUP-SIOS` is two."""
    parts = []
    for part in unicodedata.normalize("NFKD", sign):
        kind, _, name = unicodedata.name(part, "").partition("SEONG ")
        if kind in ("HANGUL CHO", "HANGUL JONG"):
            parts += [unicodedata.lookup(f"HANGUL CHOSEONG {one}") for one in name.split("-")]
        else:
            parts.append(part)
    return "".join(parts)
