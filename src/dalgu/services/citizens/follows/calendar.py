"""Terms and meetings as an iCalendar (RFC 5545): days on which an office must have acted, dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

from dalgu.kernel.terms import Owed
from dalgu.kernel.text import Language, Text
from dalgu.web import ical
from dalgu.web.ical import escaped, instant


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
    head = ["CALSCALE:GREGORIAN", f"X-WR-CALNAME:{escaped(sheet.title)}"]
    dues = ((one, one.term.due) for one in owed if one.term.is_open)
    terms = (_term(sheet, one, due) for one, due in dues if due is not None)
    times = (_meeting(sheet, meeting) for meeting in meetings)
    return ical.calendar("-//Dalgu//Citizens//EN", chain(terms, times), head).encode()


def _term(sheet: Sheet, owed: Owed, due: date) -> ical.Lines:
    rule = owed.term.rule
    summary = f"{owed.title.say(sheet.language)} · {rule.title.say(sheet.language)}"
    return [
        f"UID:{escaped(owed.subject)}-{rule.id}@dalgu",
        f"DTSTAMP:{instant(sheet.now)}",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{escaped(summary)}",
        f"DESCRIPTION:{escaped(f'{owed.department} · {rule.basis.say(sheet.language)}')}",
        f"URL:{sheet.home}/{sheet.language}{owed.path}",
        "TRANSP:TRANSPARENT",
    ]


def _meeting(sheet: Sheet, meeting: Meeting) -> ical.Lines:
    place = [f"LOCATION:{escaped(meeting.place)}"] if meeting.place else []
    return [
        f"UID:{escaped(meeting.subject)}@dalgu",
        f"DTSTAMP:{instant(sheet.now)}",
        f"DTSTART:{instant(meeting.begins)}",
        f"DTEND:{instant(meeting.ends)}",
        f"SUMMARY:{escaped(meeting.title.say(sheet.language))}",
        *place,
        f"URL:{sheet.home}/{sheet.language}{meeting.path}",
    ]
