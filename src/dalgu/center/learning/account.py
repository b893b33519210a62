"""What a report tells of one incident, gathered from the book and the hub before it is printed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dalgu.center.documents import title, value
from dalgu.center.incidents.state import Incident
from dalgu.center.learning.cases import Case, case_of, instants, targets
from dalgu.center.learning.learning import Lesson
from dalgu.center.learning.reading import read_alerts
from dalgu.center.learning.telling import tag_of
from dalgu.center.learning.timeline import Line, timeline
from dalgu.center.learning.times import Measure, spans
from dalgu.center.rooms import Rooms
from dalgu.kernel.text import Language

MOST_ALERTS = 40  # a storm has thousands: the rest is counted
RESOURCES = {"resource", "aid_asked", "aid_answered", "aid_arrived", "aid_returned"}


@dataclass(frozen=True, slots=True)
class Took:
    """How long a measure took, and its target; seconds."""

    measure: Measure
    span_s: float | None
    target_s: float | None

    @property
    def is_held(self) -> bool | None:
        """Whether the target was held, `None` where there is no target or no span."""
        if self.span_s is None or self.target_s is None:
            return None
        return self.span_s <= self.target_s


@dataclass(frozen=True, slots=True)
class Checked:
    """A step of the checklist: when it was due, and what became of it."""

    text: str
    mandatory: bool
    due_at: datetime | None
    done_at: datetime | None
    by: str
    note: str
    skipped: bool

    @property
    def late(self) -> timedelta | None:
        """By how much it was late, `None` where it was not or had no limit."""
        if self.due_at is None or self.done_at is None or self.done_at <= self.due_at:
            return None
        return self.done_at - self.due_at


@dataclass(frozen=True, slots=True)
class Alerted:
    """One alert of the incident."""

    name: str
    at: datetime | None
    severity: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Account:
    """All of one incident."""

    incident: Incident
    case: Case
    made_at: datetime
    where: str
    took: list[Took]
    checklist: list[Checked]
    procedure: str  # its title, empty where none was followed
    alerts: list[Alerted]  # the first of them
    lines: list[Line]
    lessons: list[Lesson]

    def of_room(self, room: str) -> list[Line]:
        """Return the entries of one room."""
        return [line for line in self.lines if line.entry.room == room]

    def of_tags(self, tags: set[str]) -> list[Line]:
        """Return the entries of the incident's own room of some kinds."""
        return [one for one in self.of_room("incidents") if tag_of(one.entry) in tags]


async def account(incident: Incident, rooms: Rooms, language: Language) -> Account:
    """Gather what a report tells of an incident."""
    hub = rooms.ground.hub
    read = await read_alerts(hub, list(incident.alerts)[:MOST_ALERTS])
    alerts = [
        Alerted(
            title(one, language),
            _instant(value(one, "dateIssued")),
            str(value(one, "severity") or ""),
            value(one, "origin") == "synthetic",
        )
        for one in read
    ]
    case = case_of(incident, alerts[0].at if alerts else None)
    procedure = rooms.incidents.procedures.all.get(incident.work.procedure or "")
    return Account(
        incident=incident,
        case=case,
        made_at=rooms.ground.clock.now(),
        where=_where(incident, rooms, language),
        took=_took(case),
        checklist=_checklist(incident, rooms, language),
        procedure="" if procedure is None else procedure.title.text.say(language),
        alerts=alerts,
        lines=timeline(incident, rooms, language),
        lessons=rooms.learning.of(incident.number),
    )


def _took(case: Case) -> list[Took]:
    found = spans(instants([case]))
    limits = targets()[case.priority]
    return [
        Took(one, None if found[one][0] != found[one][0] else float(found[one][0]), limits.get(one))
        for one in Measure
    ]


def _checklist(incident: Incident, rooms: Rooms, language: Language) -> list[Checked]:
    version, since = rooms.incidents.procedures.of(incident), incident.work.since
    if version is None or since is None:
        return []
    found = []
    for step in version.steps:
        check = incident.work.checks.get(step.key)
        due = None if step.limit_s is None else since + timedelta(seconds=step.limit_s)
        done = (None, "", "", False)
        if check is not None:
            done = (check.at, check.actor, check.note, check.skipped)  # type: ignore[assignment]
        found.append(Checked(step.text.say(language), step.mandatory, due, *done))
    return found


def _where(incident: Incident, rooms: Rooms, language: Language) -> str:
    city = rooms.ground.city
    dong = next((one for one in city.dongs if one.code == incident.dong), None)
    code = incident.district or (None if dong is None else dong.district)
    district = next((one for one in city.districts if one.code == code), None)
    named = [one.name.say(language) for one in (city, district, dong) if one is not None]
    return " ".join(named) if language == "ko" else ", ".join(reversed(named))


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
