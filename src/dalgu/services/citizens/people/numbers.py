"""Resident registration numbers: read, checked, hashed; never kept.

Six digits of the birthday, then one that tells century and sex (Enforcement Rule of the Resident
Registration Act, art. 2). Numbers given from October 2020 on carry no check digit, so none is
asked for.
"""

from dataclasses import dataclass
from datetime import date

DIGITS = 13
# The seventh digit: century and sex; 5 to 8 are foreigners' numbers, 9 and 0 the 19th century.
CENTURY = {"1": 1900, "2": 1900, "3": 2000, "4": 2000, "5": 1900, "6": 1900, "7": 2000, "8": 2000,
           "9": 1800, "0": 1800}  # fmt: skip


class NumberInvalid(ValueError):
    """A text that is no registration number."""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a number says."""

    digits: str
    birth_year: int
    sex: str


def read_number(text: str) -> Registered:
    """Return what a registration number says; raise `NumberInvalid`.

    >>> read_number("900101-2345678").birth_year, read_number("900101 2345678").sex
    (1990, 'f')
    """
    digits = "".join(sign for sign in text if sign not in "- \u2011\u2013")
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        raise NumberInvalid
    year = CENTURY[digits[6]] + int(digits[:2])
    try:
        date(year, int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        raise NumberInvalid from None
    return Registered(digits, year, "m" if int(digits[6]) % 2 else "f")
