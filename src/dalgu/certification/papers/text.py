"""How papers write days, numbers and text of others."""

from calendar import month_name
from datetime import date
from xml.sax.saxutils import escape

from dalgu.certification.papers.fonts import printable
from dalgu.kernel.text import Text


def day(on: date) -> Text:
    """Return a day as both languages write it.

    >>> day(date(2026, 3, 1))
    Text(ko='2026년 3월 1일', en='1 March 2026')
    """
    return Text(
        f"{on.year}년 {on.month}월 {on.day}일", f"{on.day} {month_name[on.month]} {on.year}"
    )


def number(value: float | None, *, digits: int = 2) -> str:
    """Return a number with separators, no zeros that say nothing, and a dash for none.

    >>> number(1432.5), number(2000.0), number(None)
    ('1,432.5', '2,000', '–')
    """
    if value is None:
        return "–"
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def points(value: float) -> str:
    """Return points, always with two decimals.

    >>> points(1432.5)
    '1,432.50'
    """
    return f"{value:,.2f}"


def escaped(text: str) -> str:
    """Return any text so that it is printed as it is, in signs that the font has."""
    return escape(printable(text))


def both(text: Text, *, strong: bool = False) -> str:
    """Return a phrase as markup: Korean, and English below it in grey."""
    korean = f"<b>{escaped(text.ko)}</b>" if strong else escaped(text.ko)
    if not text.en or text.en == text.ko:
        return korean
    return f'{korean}<br/><font color="#565e6a" size="-1">{escaped(text.en)}</font>'
