"""Small readings that several checks share: instants of the W3C, Spark's form of XML."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.etree import _Element

# https://www.w3.org/TR/NOTE-datetime, with the zone that GeoReport asks for.
_W3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z][^>]*>")


def instant(text: str | None) -> datetime | None:
    """Return an instant of the W3C's form with its zone, `None` where it is none.

    >>> instant("2010-04-14T06:37:38-08:00").utcoffset().total_seconds()
    -28800.0
    >>> instant("2010-04-14 06:37:38")
    """
    if text is None or not _W3.fullmatch(text.strip()):
        return None
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


def spark(element: "_Element", lists: frozenset[str]) -> Any:
    """Return an element as Spark writes it, all values as text; `lists` names the containers."""
    if element.tag in lists:
        return [spark(one, lists) for one in element]
    if len(element):
        return {one.tag: spark(one, lists) for one in element}
    return (element.text or "").strip()


def plain(value: Any) -> Any:
    """Return JSON with all its values as text, to set beside Spark's.

    >>> plain({"metadata": True, "group": None, "order": 1})
    {'metadata': 'true', 'group': '', 'order': '1'}
    """
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def text_of(element: "_Element", name: str) -> str:
    """Return the text of a child without blanks around, empty where there is none."""
    return (element.findtext(name) or "").strip()


def number_of(text: str) -> float | None:
    """Return a number, `None` where the text is none."""
    try:
        return float(text)
    except ValueError:
        return None
