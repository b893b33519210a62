"""Which cell of a row fills which column: the headers of a file beside those of a register."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dalgu.governance.errors import HeaderLacksColumns
from dalgu.governance.mapping import NO_MAPPING, OwnMapping
from dalgu.governance.register import NUMBERS, Column, Register

WON = {"원": 1, "krw": 1, "천원": 1_000, "백만원": 1_000_000, "억원": 100_000_000}
# Words for what is counted: they change no value. Any other sign behind a number might.
COUNTERS = frozenset(
    (
        "명",
        "인",
        "건",
        "개",
        "회",
        "대",
        "호",
        "등",
        "면",
        "점",
        "년",
        "개소",
        "가구",
        "세대",
        "연도",
    )
)
_SUFFIX = re.compile(r"\s*[(\[（]([^()\[\]（）]*)[)\]）]\s*$")
_UNSAID = re.compile(r"[\s_·ㆍ.,()\[\]（）*:-]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a row a column stands, and what its numbers are multiplied by."""

    index: int
    factor: int = 1


@dataclass(frozen=True, slots=True)
class Matched:
    """The columns that a header names, and the headers that no column answers to."""

    places: dict[str, Place]
    ignored: tuple[str, ...]


class Matcher:
    """Finds the columns of a register among the headers of a file.

    A header is taken by its name in the declaration, by the attribute's name, or by any of its
    words in Korean or English; spaces, case and a counted unit in brackets do not matter. An own
    mapping comes first.
    """

    def __init__(self, register: Register, own: OwnMapping = NO_MAPPING) -> None:
        self.register = register
        self._own = {canonical(header): name for header, name in own.columns.items()}
        self._constants = frozenset(own.constants)
        self._known: dict[str, tuple[int, Column]] = {}
        for column in register.columns:
            for rank, word in _words(column):
                self._known.setdefault(canonical(word), (rank, column))

    def match(self, headers: Sequence[str]) -> Matched:
        """Return the columns that the headers name; the better of two names wins."""
        best: dict[str, tuple[int, Place]] = {}
        for index, header in enumerate(headers):
            found = self._find(header)
            if found is None:
                continue
            rank, column, factor = found
            if column not in best or rank < best[column][0]:
                best[column] = (rank, Place(index, factor))
        taken = {place.index for _, place in best.values()}
        ignored = tuple(h for n, h in enumerate(headers) if h.strip() and n not in taken)
        return Matched({name: place for name, (_, place) in best.items()}, ignored)

    def require(self, headers: Sequence[str]) -> Matched:
        """Return the match; raise `HeaderLacksColumns` when a required column has no header."""
        matched = self.match(headers)
        missing = tuple(
            f"{column.ko} / {column.en}"
            for column in self.register.columns
            if column.required
            and column.name not in matched.places
            and column.name not in self._constants
        )
        if missing:
            raise HeaderLacksColumns(self.register.name, missing, tuple(headers))
        return matched

    def _find(self, header: str) -> tuple[int, str, int] | None:
        own = self._own.get(canonical(header))
        if own is not None:
            return -1, own, _won_factor(self.register.column(own), header)
        for word in (header, *header.split(" / ")):
            known = self._known.get(canonical(word))
            if known is not None:
                return known[0], known[1].name, 1
        return self._with_unit(header)

    def _with_unit(self, header: str) -> tuple[int, str, int] | None:
        """Return the column of a header whose bracketed unit changes nothing, or is money's."""
        suffix = _SUFFIX.search(header)
        known = self._known.get(canonical(_SUFFIX.sub("", header)))
        if suffix is None or known is None:
            return None
        rank, column = known
        unit = canonical(suffix[1])
        if column.kind == "won":
            return None if unit not in WON else (rank + 1, column.name, WON[unit])
        if column.kind in NUMBERS and unit not in COUNTERS:
            return None
        return rank + 1, column.name, 1


def canonical(header: str) -> str:
    """Return a header without what people write in many ways.

    >>> canonical("직원 번호 "), canonical("Staff_Number")
    ('직원번호', 'staffnumber')
    """
    return _UNSAID.sub("", header).casefold()


def _words(column: Column) -> list[tuple[int, str]]:
    named = [column.name, column.ko, column.en]
    if column.kind != "label_en":
        named.append(column.attribute)
    words = [(0, word) for word in named] + [(2, word) for word in column.also]
    if column.kind != "label_en":
        words += [(1, _SUFFIX.sub("", word)) for word in (column.ko, column.en)]
    return words


def _won_factor(column: Column, header: str) -> int:
    suffix = _SUFFIX.search(header)
    is_money = column.kind == "won" and suffix is not None
    return WON.get(canonical(suffix[1]), 1) if is_money and suffix is not None else 1
