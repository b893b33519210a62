"""What every entry of a register may say of itself: how good it is and who issued it."""

from dataclasses import dataclass
from typing import Any

from dalgu.hub.model import Plain, prop


def day(ko: str, en: str) -> Any:
    """Declare a date without a time, ISO 8601 text: an instant's form would refuse it."""
    return prop(ko, f"{en}; ISO 8601 date")


@dataclass(frozen=True, kw_only=True)
class Sourced:
    """The quality of an entry and the paper it comes from; absent where nothing is known."""

    quality: Plain = prop("값의 질", "measured, estimated or proxy; absent: measured")
    source: Plain = prop("출처", "Who issued it, and in which paper")
    source_date: Plain = day("출처 기준일", "The date of the source")
