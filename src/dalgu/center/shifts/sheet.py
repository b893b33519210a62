"""The hand-over sheet: what whoever takes the room must know, gathered by the platform; plain."""

from datetime import datetime
from hashlib import sha256

import msgspec

from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import Priority

GRAVE = (Priority.P1, Priority.P2)  # not handed over without a word about each


class OpenIncident(msgspec.Struct, frozen=True):
    """An incident that somebody still has to act on."""

    number: int
    title_ko: str
    title_en: str
    priority: Priority
    status: str
    raised_at: datetime
    district: str | None = None
    assignee: str | None = None
    shelved_until: datetime | None = None
    shelved_for: str = ""
    is_drill: bool = False


class Pending(msgspec.Struct, frozen=True):
    """Something that is due, in force or silent: what it is in both languages, since or until."""

    key: str  # number of an incident, id of a warning, a grant, a device
    title_ko: str
    title_en: str
    at: datetime | None = None
    district: str | None = None


class Sheet(msgspec.Struct, frozen=True):
    """The state of the city at a hand-over."""

    shift: str
    made_at: datetime
    open: tuple[OpenIncident, ...] = ()
    shelved: tuple[OpenIncident, ...] = ()
    overdue: tuple[Pending, ...] = ()  # steps of checklists and tasks past their time
    warnings: tuple[Pending, ...] = ()  # public warnings in force
    grants: tuple[Pending, ...] = ()  # cameras that somebody else may see now
    stale: tuple[Pending, ...] = ()  # sources that are silent
    passed_on: tuple[str, ...] = ()  # entries of the log to pass on

    @property
    def digest(self) -> str:
        """What both sign: SHA-256 of the sheet."""
        return sha256(msgspec.json.encode(self)).hexdigest()

    @property
    def grave(self) -> tuple[OpenIncident, ...]:
        """Open and shelved real incidents of P1 and P2."""
        every = (*self.open, *self.shelved)
        return tuple(one for one in every if one.priority in GRAVE and not one.is_drill)


def listed(incident: Incident) -> OpenIncident:
    """Return an incident as the sheet lists it."""
    return OpenIncident(
        number=incident.number,
        title_ko=incident.title.ko,
        title_en=incident.title.en,
        priority=incident.priority,
        status=incident.status,
        raised_at=incident.raised_at,
        district=incident.district,
        assignee=incident.assignee,
        shelved_until=incident.shelved_until,
        shelved_for=incident.shelved_for,
        is_drill=incident.is_drill,
    )


def by_urgency(found: list[Incident]) -> list[OpenIncident]:
    """Return incidents as the sheet lists them: drills last, then by priority, then the oldest."""
    ordered = sorted(found, key=lambda one: (one.is_drill, one.priority, one.raised_at))
    return [listed(one) for one in ordered]
