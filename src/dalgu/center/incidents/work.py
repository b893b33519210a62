"""The work on an incident: checklist, tasks, resources and mutual aid, as deeds and as they stand.

What is done here never changes the status of the incident: `deeds` holds its life cycle.
"""

from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from dalgu.center.incidents.words import AidStatus, Readiness


class ProcedureChosen(msgspec.Struct, frozen=True, tag="procedure"):
    """A procedure is followed, in the version that it had then."""

    procedure: str
    version: int


class StepDone(msgspec.Struct, frozen=True, tag="step_done"):
    """A step of the checklist was done."""

    step: str
    note: str = ""


class StepSkipped(msgspec.Struct, frozen=True, tag="step_skipped"):
    """A step of the checklist was left out, for a reason."""

    step: str
    reason: str


class Escalated(msgspec.Struct, frozen=True, tag="escalated"):
    """Nobody did in time what was to be done; more people are told."""

    of: str  # "unseen", or the key of a step of the checklist
    level: int  # 1: the commander, 2: everybody
    to: str


class TaskGiven(msgspec.Struct, frozen=True, tag="task"):
    """Somebody is to do something."""

    task: int
    text: str
    to: str = ""
    due: datetime | None = None


class TaskDone(msgspec.Struct, frozen=True, tag="task_done"):
    """A task was done."""

    task: int


class ResourceMoved(msgspec.Struct, frozen=True, tag="resource"):
    """A team, a vehicle or equipment was asked for, is on its way, is there, or is free again."""

    resource: str
    to: Readiness


class AidAsked(msgspec.Struct, frozen=True, tag="aid_asked"):
    """A neighbouring district or another body was asked for help."""

    aid: int
    body: str
    what: str


class AidAnswered(msgspec.Struct, frozen=True, tag="aid_answered"):
    """It accepted or declined."""

    aid: int
    accepted: bool
    note: str = ""


class AidArrived(msgspec.Struct, frozen=True, tag="aid_arrived"):
    """Its help is at the place."""

    aid: int


class AidReturned(msgspec.Struct, frozen=True, tag="aid_returned"):
    """Its help went home."""

    aid: int


WorkDeed = (
    ProcedureChosen | StepDone | StepSkipped | Escalated | TaskGiven | TaskDone
    | ResourceMoved | AidAsked | AidAnswered | AidArrived | AidReturned
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Check:
    """A step of the checklist that is behind: done, or left out for a reason."""

    at: datetime
    actor: str
    note: str = ""
    skipped: bool = False


@dataclass(slots=True)
class Task:
    """Something that somebody is to do."""

    text: str
    to: str
    due: datetime | None
    given_at: datetime
    given_by: str
    done_at: datetime | None = None
    done_by: str | None = None


@dataclass(slots=True)
class Aid:
    """A request for help to another district or body."""

    body: str
    what: str
    asked_at: datetime
    status: AidStatus = AidStatus.ASKED
    changed_at: datetime | None = None
    note: str = ""


@dataclass(slots=True)
class Work:
    """All work on one incident as it stands."""

    procedure: str | None = None
    version: int = 0
    since: datetime | None = None  # when the procedure began: its limits count from here
    checks: dict[str, Check] = field(default_factory=dict)  # by key of the step
    tasks: dict[int, Task] = field(default_factory=dict)
    resources: dict[str, Readiness] = field(default_factory=dict)  # those sent or asked for
    aid: dict[int, Aid] = field(default_factory=dict)
    escalated: dict[tuple[str, int], datetime] = field(default_factory=dict)  # of what, which level
