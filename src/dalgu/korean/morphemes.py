"""Texts as morphemes: what is said, without particles, endings and the accidents of spacing.

Kiwi (Lee Min-chul, Apache-2.0) splits 받으면 into 받 and 으면 and finds words without spaces.
It is loaded once, at the first text; where it is not installed, pairs of letters take its place.
"""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiwipiepy import Kiwi

# What carries meaning: nouns, pronouns, verbs, adjectives, determiners, adverbs, roots, prefixes,
# foreign words, numbers, Chinese characters.
KEPT = ("NN", "NP", "VV", "VA", "VX", "MM", "MAG", "XR", "XPN", "SL", "SN", "SH")
OWN_WORDS = ("토크대구", "뚜봇", "두드리소", "대구로", "달구벌", "행복페이", "원탁회의")

_LETTERS = re.compile(r"[0-9a-z가-힣]+")


@cache
def kiwi() -> "Kiwi | None":
    """Return the analyser, loaded once; `None` where it is not installed."""
    try:
        from kiwipiepy import Kiwi
    except ImportError:
        return None
    loaded = Kiwi(num_workers=1)
    for word in OWN_WORDS:
        loaded.add_user_word(word, "NNP")
    return loaded


def plain(text: str) -> str:
    """Return a text in one spelling: composed letters, lower case, single spaces.

    >>> plain("  Daegu  시민 ")
    'daegu 시민'
    """
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def morphemes(text: str) -> list[str]:
    """Return the morphemes of a text that carry meaning, in order."""
    found = kiwi()
    if found is None:
        return bigrams(text)
    tokens = found.tokenize(plain(text))
    return [one.form for one in tokens if one.tag.startswith(KEPT)]


def bigrams(text: str) -> list[str]:
    """Return the pairs of letters within a text's words; a single letter stands alone.

    >>> bigrams("시민 제안 b")
    ['시민', '제안', 'b']
    """
    found: list[str] = []
    for word in _LETTERS.findall(plain(text)):
        found += [word] if len(word) < 2 else [word[at : at + 2] for at in range(len(word) - 1)]
    return found
