"""What is known of one incident: the fold of its deeds."""

from dataclasses import dataclass, field
from datetime import datetime

from dalgu.center.incidents.words import Outcome, Part, Priority, Status
from dalgu.center.incidents.work import Work
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the life cycle: who took it, and when."""

    status: Status
    at: datetime
    actor: str


@dataclass(slots=True)
class Incident:
    """One incident as it stands now."""

    number: int
    title: Text
    category: str
    sub_category: str
    priority: Priority
    raised_at: datetime
    rule: str  # name of the rule that raised it; "hand" where a person did
    lon: float | None = None
    lat: float | None = None
    district: str | None = None  # code of the district, as actors have it
    dong: str | None = None
    status: Status = Status.RAISED
    steps: list[Step] = field(default_factory=list)
    alerts: dict[str, None] = field(default_factory=dict)  # ids in the order they came
    things: dict[str, None] = field(default_factory=dict)  # that the alerts speak of
    cause: str | None = None  # id of the thing whose failure explains the others
    assignee: str | None = None
    parts: dict[str, Part] = field(default_factory=dict)  # actor to part
    waits_since: datetime | None = None  # ranked anew or back in sight; else since it was raised
    shelved_until: datetime | None = None
    shelved_for: str = ""  # the reason
    arrived_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    merged_into: int | None = None
    is_drill: bool = False
    drill: str | None = None  # id of the drill it belongs to
    origin: str | None = None  # "synthetic" where its alerts are
    work: Work = field(default_factory=Work)  # checklist, tasks, resources, aid
    changed: int = 0  # number of its newest entry in the book
    changed_at: datetime | None = None  # when that was written

    @property
    def id(self) -> EntityId:
        """The id of its entity; also the subject of every entry about it."""
        return incident_id(self.number)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act."""
        return self.status is not Status.CLOSED


def incident_id(number: int) -> EntityId:
    """Return the id of the entity of an incident.

    >>> incident_id(17)
    'urn:ngsi-ld:Incident:17'
    """
    return entity_id("Incident", str(number))
