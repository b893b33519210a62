"""iCalendar (RFC 5545): the form in which a calendar program reads dates from an address."""

from collections.abc import Iterable
from datetime import UTC, datetime

LONGEST_LINE = 75  # octets, RFC 5545, 3.1

Lines = list[str]  # of one part, "NAME:value", before long ones are folded


def calendar(product: str, events: Iterable[Lines], head: Lines | None = None) -> str:
    """Return a calendar of events; `head` says more of the calendar itself."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{product}", *(head or [])]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def instant(at: datetime) -> str:
    """Return an instant as a value, in UTC (3.3.5)."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    r"""Return a text as a value (3.3.11).

    >>> escaped("a,b;c\nd")
    'a\\,b\\;c\\nd'
    """
    plain = text.replace("\r", "")
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, "\\" + sign)
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line broken so that no part is longer than 75 octets, and no sign is cut."""
    parts, part, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            parts.append(part)
            part, size = " ", 1
        part += sign
        size += octets
    return "\r\n".join([*parts, part])
