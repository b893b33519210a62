"""Fields of forms as what they mean; raises `ChoiceInvalid` where one means nothing."""

from collections.abc import Iterable
from datetime import date, datetime

from dalgu.services.citizens.discovery.evidence import Window, day_start
from dalgu.services.citizens.discovery.refusals import ChoiceInvalid
from dalgu.web.forms import Sent, first

YES = "yes"
LARGEST = 10**12


def number_of(sent: Sent, name: str) -> int:
    """Return a whole number, thousands apart or not."""
    text = first(sent, name).replace(",", "")
    if not text.isdecimal() or not text.isascii() or int(text) > LARGEST:
        raise ChoiceInvalid(name, text)
    return int(text)


def decimal_of(sent: Sent, name: str) -> float:
    """Return a finite number."""
    text = first(sent, name)
    try:
        value = float(text)
    except ValueError:
        raise ChoiceInvalid(name, text) from None
    if abs(value) > LARGEST or value != value:
        raise ChoiceInvalid(name, text)
    return value


def day_of(sent: Sent, name: str) -> date:
    """Return a day."""
    text = first(sent, name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ChoiceInvalid(name, text) from None


def days_of(sent: Sent, since: str = "since", until: str = "until") -> tuple[datetime, datetime]:
    """Return the first instant of one local day and that after the end of another."""
    return day_start(day_of(sent, since)), day_start(day_of(sent, until), days=1)


def window_of(sent: Sent) -> Window:
    """Return which numbers are meant; `series` names entity and attribute."""
    entity, _, attribute = first(sent, "series").rpartition("|")
    return Window(entity, attribute, *days_of(sent))


def marks_of(sent: Sent, criteria: Iterable[str]) -> dict[str, int]:
    """Return the marks of a form by criterion; what is none is 0, which no scale holds."""
    texts = {name: first(sent, f"mark-{name}") for name in criteria}
    return {
        name: int(text) if text.isascii() and text.isdecimal() else 0
        for name, text in texts.items()
    }


def said_yes(sent: Sent, name: str) -> bool:
    """Tell whether a box is ticked."""
    return first(sent, name) == YES
