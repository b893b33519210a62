"""Terms and meetings as an iCalendar (RFC 5545): days on which an office must have acted, dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from dalgu.kernel.terms import Owed
from dalgu.kernel.text import Language, Text

LONGEST_LINE = 75  # octets, RFC 5545, 3.1


@dataclass(frozen=True, slots=True)
class Meeting:
    """Something that takes place; rooms tell of theirs."""

    subject: str
    title: Text
    path: str
    begins: datetime
    ends: datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a calendar says of itself."""

    title: str
    home: str
    language: Language
    now: datetime


def calendar(sheet: Sheet, owed: Iterable[Owed], meetings: Iterable[Meeting]) -> bytes:
    """Return running terms as days and meetings as times."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Dalgu//Citizens//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(sheet.title)}",
    ]
    for one in owed:
        due = one.term.due
        if one.term.is_open and due is not None:
            lines += _term(sheet, one, due)
    for meeting in meetings:
        lines += _meeting(sheet, meeting)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _term(sheet: Sheet, owed: Owed, due: date) -> list[str]:
    rule = owed.term.rule
    summary = f"{owed.title.say(sheet.language)} · {rule.title.say(sheet.language)}"
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(owed.subject)}-{rule.id}@dalgu",
        f"DTSTAMP:{_instant(sheet.now)}",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(f'{owed.department} · {rule.basis.say(sheet.language)}')}",
        f"URL:{sheet.home}/{sheet.language}{owed.path}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _meeting(sheet: Sheet, meeting: Meeting) -> list[str]:
    place = [f"LOCATION:{_escaped(meeting.place)}"] if meeting.place else []
    return [
        "BEGIN:VEVENT",
        f"UID:{_escaped(meeting.subject)}@dalgu",
        f"DTSTAMP:{_instant(sheet.now)}",
        f"DTSTART:{_instant(meeting.begins)}",
        f"DTEND:{_instant(meeting.ends)}",
        f"SUMMARY:{_escaped(meeting.title.say(sheet.language))}",
        *place,
        f"URL:{sheet.home}/{sheet.language}{meeting.path}",
        "END:VEVENT",
    ]


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Return a text as a value (RFC 5545, 3.3.11).

    >>> _escaped("a,b;c")
    'a\\\\,b\\\\;c'
    """
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> str:
    """Return a line cut where it grows too long, never within a letter."""
    cut, size = [], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            cut.append("\r\n ")
            size = 1
        cut.append(sign)
        size += octets
    return "".join(cut)
