"""From one cell of a file to one value of an attribute, or the reason why there is none: pure."""

import math
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime

from dalgu.devices.rows import FLAGS as PLAIN_FLAGS
from dalgu.governance.register import Column, word
from dalgu.hub.model import JSON
from dalgu.hub.schema import LARGEST
from dalgu.hub.values import NULL
from dalgu.kernel.clock import LOCAL, iso
from dalgu.kernel.text import Text

Value = str | int | float | bool | Text
LONGEST_TEXT = 1_000
LONGEST_NUMBER = 40  # signs; Python itself reads no number of thousands of digits
_TOO_LARGE = ("너무 큰 수입니다", "the number is too large")
BLANKS = frozenset(("", "-", "–", "—", "n/a", "해당없음", "해당 없음", "없음"))
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)
FLAGS = PLAIN_FLAGS | {
    **dict.fromkeys(("예", "네", "o", "○", "◯", "있음", "여", "해당"), True),
    **dict.fromkeys(("아니오", "아니요", "x", "×", "없음", "부", "미해당"), False),
}
# Numbers of persons and ways to reach them, which no register needs: birth-based resident
# numbers, mobile phones, mail addresses.
_PERSONAL = re.compile(
    r"\d{6}\s*-\s*[1-8]\d{6}|\b01[016-9][- .]\d{3,4}[- .]\d{4}\b|[\w.+-]+@[\w-]+\.[\w.]+"
)
_DATE = re.compile(
    r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?"
    r"(?:[T ]+(?:00:00(?::00(?:\.0+)?)?))?"
)
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[-./년]?\s*(\d{1,2})\s*[.월]?")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?([eE][-+]?\d+)?")
_INSTANT = re.compile(
    r"(\d{4})[-./년]\s*(\d{1,2})[-./월]\s*(\d{1,2})[.일]?[T\s]+(\d{1,2}):(\d{2})"
    r"(?::(\d{2})(?:\.\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)


class CellRefused(Exception):
    """Why a cell cannot be used, in both languages; the importer writes it into its report."""

    def __init__(self, ko: str, en: str) -> None:
        super().__init__(en)
        self.reason = Text(ko, en)


def is_blank(column: Column, cell: JSON) -> bool:
    """Tell whether a cell says nothing; in a text a dash may mean something."""
    if cell is None:
        return True
    if not isinstance(cell, str):
        return False
    text = cell.strip()
    if column.kind in ("text", "label", "label_en", "person", "flag"):
        return not text
    return text.casefold() in BLANKS


def read(column: Column, cell: JSON) -> Value:
    """Return the value of a cell that is not blank; links and persons stay as they are written.

    Raises
    ------
    CellRefused
        When the cell does not hold what the column is for, or something implausible.
    """
    value = _READERS[column.kind](column, cell)
    if isinstance(value, int | float) and not isinstance(value, bool):
        _check_range(column, value)
    return value


def _check_range(column: Column, value: float) -> None:
    low, high = column.min, column.max
    if low is not None and value < low:
        raise CellRefused(f"{low:g} 이상이어야 합니다", f"it must be at least {low:g}")
    if high is not None and value > high:
        raise CellRefused(f"{high:g} 이하여야 합니다", f"it must be at most {high:g}")


def _text(column: Column, cell: JSON) -> str:
    text = _plain(cell)
    if len(text) > LONGEST_TEXT:
        raise CellRefused(
            f"{LONGEST_TEXT:,}자를 넘습니다", f"it has more than {LONGEST_TEXT:,} signs"
        )
    if text == NULL or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        raise CellRefused("쓸 수 없는 글자가 있습니다", "it holds signs that cannot be used")
    if not column.is_personal and names_somebody(text):
        raise CellRefused(
            "주민등록번호·전화번호·전자우편이 들어 있습니다. 지우고 다시 올려 주십시오",
            "it holds a resident number, a phone number or a mail address; take it out",
        )
    return text


def names_somebody(cell: JSON) -> bool:
    """Tell whether a cell holds a resident number, a phone number or a mail address."""
    return isinstance(cell, str) and _PERSONAL.search(cell) is not None


def _plain(cell: JSON) -> str:
    if isinstance(cell, bool | dict | list):
        raise CellRefused("글자가 아닙니다", "it is no text")
    if isinstance(cell, date):
        raise CellRefused(
            "표 계산 프로그램이 날짜로 바꾼 값입니다. 열을 텍스트 서식으로 바꿔 주십시오",
            "the spreadsheet turned it into a date; format the column as text",
        )
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a spreadsheet keeps 5021 as 5021.0
    return re.sub(r"\s+", " ", str(cell)).strip()


def _label(column: Column, cell: JSON) -> Value:
    if isinstance(cell, dict):  # a LanguageProperty in JSON
        ko, en = (str(cell.get(language) or "") for language in ("ko", "en"))
        return Text(_text(column, ko or en), _text(column, en or ko))
    return _text(column, cell)


def _number(column: Column, cell: JSON) -> float | int:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        value: float | int = cell
    else:
        plain = unicodedata.normalize("NFKC", str(cell)).strip().removesuffix("원")
        plain = re.sub(r"[,\s₩]", "", plain)
        if isinstance(cell, bool | date | dict) or not _NUMBER.fullmatch(plain):
            raise CellRefused("숫자가 아닙니다", "it is not a number")
        if len(plain) > LONGEST_NUMBER:
            raise CellRefused(*_TOO_LARGE)
        value = float(plain) if any(sign in plain for sign in ".eE") else int(plain)
    if (isinstance(value, float) and not math.isfinite(value)) or abs(value) > LARGEST:
        raise CellRefused(*_TOO_LARGE)
    return value


def _int(column: Column, cell: JSON) -> int:
    value = _number(column, cell)
    if value != int(value):
        raise CellRefused("정수가 아닙니다", "it is not a whole number")
    return int(value)


def _float(column: Column, cell: JSON) -> float:
    return float(_number(column, cell))


def _share(column: Column, cell: JSON) -> float:
    if isinstance(cell, str) and cell.strip().endswith(("%", "％")):
        return _percent(column, cell)
    return float(_number(column, cell))


def _percent(column: Column, cell: JSON) -> float:
    bare = cell.strip().rstrip("%％") if isinstance(cell, str) else cell
    return float(_number(column, bare)) / 100


def _date(column: Column, cell: JSON) -> str:
    if isinstance(cell, datetime):
        cell = (cell.astimezone(LOCAL) if cell.tzinfo else cell).date()
    if not isinstance(cell, date):
        plain = str(cell).strip()
        match = _DATE.fullmatch(plain) or _PACKED.fullmatch(plain)
        cell = None if match is None else _day(*(int(part) for part in match.groups()[:3]))
    if cell is None:
        raise CellRefused("날짜가 아닙니다(예: 2026-03-01)", "it is not a date, as 2026-03-01")
    return _plausible(cell).isoformat()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plausible(day: date) -> date:
    if not EARLIEST <= day < LATEST:
        raise CellRefused("1900년에서 2199년 사이가 아닙니다", "it lies outside 1900 to 2199")
    return day


def _month(column: Column, cell: JSON) -> str:
    if not isinstance(cell, date):
        match = _MONTH.fullmatch(str(cell).strip())
        if match is None:
            cell = date.fromisoformat(_date(column, cell))
        else:
            cell = _day(int(match[1]), int(match[2]), 1)
    if cell is None:
        raise CellRefused("월이 아닙니다(예: 2026-03)", "it is not a month, as 2026-03")
    _plausible(cell)
    return f"{cell.year:04d}-{cell.month:02d}-{monthrange(cell.year, cell.month)[1]:02d}"


def _instant(column: Column, cell: JSON) -> str:
    at = cell if isinstance(cell, datetime) else _instant_of(str(cell).strip())
    if at is None:
        raise CellRefused(
            "일시가 아닙니다(예: 2026-03-01 14:30)", "it is no instant, as 2026-03-01 14:30"
        )
    _plausible(at.date())
    return iso((at if at.tzinfo else at.replace(tzinfo=LOCAL)).astimezone(UTC))


def _instant_of(plain: str) -> datetime | None:
    match = _INSTANT.fullmatch(plain)
    if match is None:
        return None
    *parts, zone = match.groups()
    try:
        at = datetime(*(int(part or 0) for part in parts))  # type: ignore[arg-type]  # noqa: DTZ001
        return at if zone is None else datetime.fromisoformat(f"{at.isoformat()}{zone}")
    except ValueError:
        return None


def _flag(column: Column, cell: JSON) -> bool:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    try:
        return FLAGS[str(cell).strip().casefold()]
    except KeyError:
        raise CellRefused(
            "예/아니오가 아닙니다", "it is neither yes nor no (예/아니오, Y/N, O/X)"
        ) from None


def _code(column: Column, cell: JSON) -> str:
    found = column.words.get(word(str(cell)))
    if found is None:
        known = [also[0] for also in column.codes.values()]
        raise CellRefused(
            f"다음 가운데 하나여야 합니다: {', '.join(known)}",
            f"it must be one of {', '.join(column.codes)}",
        )
    return found


_READERS: dict[str, Callable[[Column, JSON], Value]] = {
    "text": _text,
    "label": _label,
    "label_en": _label,
    "link": _text,
    "person": _text,
    "int": _int,
    "won": _int,
    "number": _float,
    "share": _share,
    "percent": _percent,
    "date": _date,
    "month": _month,
    "instant": _instant,
    "flag": _flag,
    "code": _code,
}
