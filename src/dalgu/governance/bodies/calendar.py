"""Meetings as an iCalendar that any calendar subscribes to (RFC 5545). Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from dalgu.governance.bodies.state import Body, Meeting

LINE_OCTETS = 75  # RFC 5545, 3.1
STATUS = {"called": "CONFIRMED", "held": "CONFIRMED", "circulated": "CONFIRMED"}


def calendar(bodies: Iterable[Body], now: datetime, host: str) -> str:
    """Return the meetings of bodies; `host` makes their ids unique."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Dalgu//Bodies//KO"]
    for body in bodies:
        for meeting in body.meetings.values():
            lines += _event(body, meeting, now, host)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(body: Body, meeting: Meeting, now: datetime, host: str) -> list[str]:
    title = f"{body.title.ko} {meeting.number}차 {meeting.title}".strip()
    items = "\n".join(f"{item.number}. {item.title}" for item in meeting.items.values())
    return [
        "BEGIN:VEVENT",
        f"UID:{body.id}-{meeting.number}@{host}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(meeting.at)}",
        f"DTEND:{_stamp(meeting.ends_at)}",
        f"SUMMARY:{escaped(title)}",
        f"LOCATION:{escaped(meeting.place)}",
        f"DESCRIPTION:{escaped(items)}",
        f"STATUS:{STATUS.get(meeting.status, 'CANCELLED')}",
        "END:VEVENT",
    ]


def escaped(text: str) -> str:
    r"""Return a text as a value of iCalendar (3.3.11).

    >>> escaped("a,b;c\nd")
    'a\\,b\\;c\\nd'
    """
    plain = text.replace("\r", "").replace("\\", "\\\\")
    for sign in ",;":
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def folded(line: str) -> str:
    """Return a line broken so that no part is longer than 75 octets, and no sign is cut."""
    parts, part, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LINE_OCTETS:
            parts.append(part)
            part, size = " ", 1
        part += sign
        size += octets
    return "\r\n".join([*parts, part])


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
