"""Texts as groups of letters and of the sounds in them: what spacing and slips hardly change.

한글 is written in syllables of two or three jamo. A slip of the finger changes one jamo: of the
groups of four jamo around it most stay, of the words none.
"""

import re
import unicodedata

from dalgu.korean.morphemes import plain

_NO_LETTERS = re.compile(r"[^0-9a-z가-힣]+")


def pairs(text: str) -> list[str]:
    """Return the pairs of letters of a text without its spaces.

    >>> pairs("시민 제안")
    ['시민', '민제', '제안']
    """
    return _groups(_letters(text), 2)


def jamo_groups(text: str) -> list[str]:
    """Return the groups of four jamo of a text without its spaces.

    >>> jamo_groups("시민")[0] == unicodedata.normalize("NFD", "시민")[:4]
    True
    """
    return _groups(unicodedata.normalize("NFD", _letters(text)), 4)


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", plain(text))


def _groups(letters: str, size: int) -> list[str]:
    if len(letters) <= size:
        return [letters] if letters else []
    return [letters[at : at + size] for at in range(len(letters) - size + 1)]
