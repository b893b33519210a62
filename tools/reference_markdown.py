"""The few Markdown words that the reference pages are written with."""

import inspect
from collections.abc import Iterable

from dalgu.kernel.text import Text

Row = Iterable[object]


def table(head: Row, rows: Iterable[Row]) -> str:
    """Return a Markdown table; a bar within a cell is escaped."""
    titles = list(head)
    lines: list[Row] = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split())


def code(value: object) -> str:
    """Return a value as inline code, nothing for nothing."""
    return "" if value in (None, "") else f"`{value}`"


def first_line(thing: object) -> str:
    """Return the first line of a docstring."""
    return prose(thing).partition("\n")[0]


def both(text: Text) -> str:
    """Return a phrase in English and Korean."""
    return f"{text.en} ({text.ko})"


def prose(thing: object) -> str:
    """Return a whole docstring."""
    return inspect.getdoc(thing) or ""
