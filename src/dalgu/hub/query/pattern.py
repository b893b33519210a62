"""Regular expressions from outside, held to a form that cannot run away."""

import re
from functools import lru_cache

from dalgu.hub.errors import QueryInvalid, TooComplexQuery

MAX_PATTERN_LENGTH = 256
MAX_REPEATS = 2  # unbounded repeats; the time to match grows with this power of the text's length
MAX_TEXT_LENGTH = 500  # signs of a value that a pattern looks at

_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{\d*(?:,\d*)?\}|.", re.DOTALL)
_BACK_REFERENCE = re.compile(r"\\[1-9]")


class Pattern:
    """A compiled pattern that looks for itself anywhere in the first signs of a text."""

    __slots__ = ("_found", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._found = re.compile(text).search

    def matches(self, text: str) -> bool:
        """Whether the pattern occurs in the text."""
        return self._found(text[:MAX_TEXT_LENGTH]) is not None


@lru_cache(maxsize=512)
def compile_pattern(text: str) -> Pattern:
    """Return a pattern; refuse what could take exponential time.

    Raises
    ------
    TooComplexQuery
        When it is long, or repeats groups that repeat.
    QueryInvalid
        When it is no regular expression.
    """
    core = text.removeprefix("^").removeprefix(".*").removesuffix("$").removesuffix(".*")
    if len(text) > MAX_PATTERN_LENGTH:
        raise TooComplexQuery(f"A pattern must have at most {MAX_PATTERN_LENGTH} signs.")
    if _repeats(core) > MAX_REPEATS:
        raise TooComplexQuery(
            f"A pattern may have at most {MAX_REPEATS} repeats, none of them around a group, "
            "and neither look-around nor back references."
        )
    try:
        return Pattern(text)
    except (re.error, OverflowError, RecursionError):
        raise QueryInvalid("pattern", text, 0, "a regular expression") from None


def _repeats(text: str) -> int:
    """Count the repeats; a repeated group, look-around and back references count as too many."""
    count, before = 0, ""
    for piece in _PIECE.findall(text):
        is_repeat = piece in ("*", "+") or (len(piece) > 1 and piece[0] == "{")
        is_special_group = before == "(" and piece == "?"
        if is_repeat and before == ")":
            count += MAX_REPEATS + 1
        elif is_repeat:
            count += 1
        elif is_special_group or _BACK_REFERENCE.fullmatch(piece):
            count += MAX_REPEATS + 1
        before = piece
    return count
