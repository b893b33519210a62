"""Meetings as an iCalendar that any calendar subscribes to."""

from collections.abc import Iterable
from datetime import datetime

from dalgu.governance.bodies.state import Body, Meeting
from dalgu.web import ical
from dalgu.web.ical import escaped, instant

STATUS = {"called": "CONFIRMED", "held": "CONFIRMED", "circulated": "CONFIRMED"}


def calendar(bodies: Iterable[Body], now: datetime, host: str) -> str:
    """Return the meetings of bodies; `host` makes their ids unique."""
    meetings = ((body, meeting) for body in bodies for meeting in body.meetings.values())
    events = (_event(body, meeting, now, host) for body, meeting in meetings)
    return ical.calendar("-//Dalgu//Bodies//KO", events)


def _event(body: Body, meeting: Meeting, now: datetime, host: str) -> ical.Lines:
    title = f"{body.title.ko} {meeting.number}차 {meeting.title}".strip()
    items = "\n".join(f"{item.number}. {item.title}" for item in meeting.items.values())
    return [
        f"UID:{body.id}-{meeting.number}@{host}",
        f"DTSTAMP:{instant(now)}",
        f"DTSTART:{instant(meeting.at)}",
        f"DTEND:{instant(meeting.ends_at)}",
        f"SUMMARY:{escaped(title)}",
        f"LOCATION:{escaped(meeting.place)}",
        f"DESCRIPTION:{escaped(items)}",
        f"STATUS:{STATUS.get(meeting.status, 'CANCELLED')}",
    ]
