"""Which deed is possible from which status, and what each needs: checked before it is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from dalgu.center.incidents import deeds as d
from dalgu.center.incidents import work as w
from dalgu.center.incidents.procedures import Procedures
from dalgu.center.incidents.refusals import (
    AidNotPossible,
    AidUnknown,
    ArrivalImpossible,
    ChecklistStepUnknown,
    ChecklistUnfinished,
    IncidentMerged,
    MergeImpossible,
    ResourceNotReady,
    ShelvingTooLong,
    StepNotPossible,
    TaskUnknown,
    WordsRequired,
)
from dalgu.center.incidents.resources import Board
from dalgu.center.incidents.state import Incident
from dalgu.center.incidents.words import AidStatus, Readiness, Status

ANY = frozenset(Status)
OPEN = ANY - {Status.CLOSED}
LONGEST_SHELVING = timedelta(hours=12)  # one long shift: whoever shelves also sees it come back

POSSIBLE_FROM: Mapping[type, frozenset[Status]] = {
    d.Joined: ANY,  # an alert is never lost, whatever happened to its incident meanwhile
    d.Seen: frozenset({Status.RAISED}),
    d.Assigned: OPEN,
    d.TakenInHand: OPEN - {Status.IN_HAND},
    d.Closed: OPEN,
    d.Reopened: frozenset({Status.CLOSED}),
    d.Commented: ANY,
    d.Shelved: OPEN,
    d.Unshelved: OPEN,
    d.Merged: OPEN,
    d.Changed: OPEN,
    d.PartTaken: OPEN,
    d.Arrived: OPEN,
    w.ProcedureChosen: OPEN,
    w.StepDone: OPEN,
    w.StepSkipped: OPEN,
    w.Escalated: OPEN,
    w.TaskGiven: OPEN,
    w.TaskDone: ANY,
    w.ResourceMoved: ANY,  # what is out comes home after the end
    w.AidAsked: OPEN,
    w.AidAnswered: OPEN,
    w.AidArrived: OPEN,
    w.AidReturned: ANY,
}
STATUS_AFTER: Mapping[type, Status] = {
    d.Seen: Status.SEEN,
    d.Assigned: Status.ASSIGNED,
    d.TakenInHand: Status.IN_HAND,
    d.Closed: Status.CLOSED,
    d.Merged: Status.CLOSED,
    d.Reopened: Status.SEEN,
}
NEXT: Mapping[Readiness, frozenset[Readiness]] = {
    Readiness.FREE: frozenset({Readiness.REQUESTED}),
    Readiness.REQUESTED: frozenset({Readiness.ON_THE_WAY, Readiness.RELEASED}),
    Readiness.ON_THE_WAY: frozenset({Readiness.ON_SITE, Readiness.RELEASED}),
    Readiness.ON_SITE: frozenset({Readiness.RELEASED}),
    Readiness.RELEASED: frozenset({Readiness.FREE, Readiness.REQUESTED}),
}
AID_BEFORE: Mapping[type, frozenset[AidStatus]] = {
    w.AidAnswered: frozenset({AidStatus.ASKED}),
    w.AidArrived: frozenset({AidStatus.ACCEPTED}),
    w.AidReturned: frozenset({AidStatus.ACCEPTED, AidStatus.ARRIVED}),
}


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: the incident, when, and who wants to do something."""

    incident: Incident
    at: datetime
    by_person: bool
    procedures: Procedures
    board: Board


def check(case: Case, status: Status, deed: Any) -> Status:
    """Return the status after a deed; raise a refusal where it is not possible from `status`."""
    if status not in POSSIBLE_FROM[type(deed)]:
        raise StepNotPossible(case.incident.number, status, tag_of(deed))
    rule = RULES.get(type(deed))
    if rule is not None:
        rule(case, deed)
    return STATUS_AFTER.get(type(deed), status)


def tag_of(deed: msgspec.Struct) -> str:
    """Return the tag under which a deed is kept in the book."""
    return str(deed.__struct_config__.tag)


def open_steps(incident: Incident, procedures: Procedures) -> list[str]:
    """Return the keys of mandatory steps that are neither done nor skipped, in their order."""
    version = procedures.of(incident)
    if version is None:
        return []
    steps = (step for step in version.steps if step.mandatory)
    return [step.key for step in steps if step.key not in incident.work.checks]


def _words(text: str, field: str) -> None:
    if not text.strip():
        raise WordsRequired(field)


def _close(case: Case, deed: d.Closed) -> None:
    # What closes by itself, as its cause is gone, has nobody to write a note.
    if not case.by_person:
        return
    _words(deed.note, "note")
    left = open_steps(case.incident, case.procedures)
    if left and not deed.override.strip():
        raise ChecklistUnfinished(case.incident.number, len(left), left[0])


def _merge(case: Case, deed: d.Merged) -> None:
    """Refuse: only `Incidents.merge` moves the alerts, and keeps chains from biting their tails."""
    raise MergeImpossible(case.incident.number, deed.into)


def _reopen(case: Case, deed: d.Reopened) -> None:
    if case.incident.merged_into is not None:
        raise IncidentMerged(case.incident.number, case.incident.merged_into)
    _words(deed.reason, "reason")


def _shelve(case: Case, deed: d.Shelved) -> None:
    if not case.at < deed.until <= case.at + LONGEST_SHELVING:
        raise ShelvingTooLong(LONGEST_SHELVING)
    _words(deed.reason, "reason")


def _unshelve(case: Case, deed: d.Unshelved) -> None:
    if case.incident.shelved_until is None:
        raise StepNotPossible(case.incident.number, case.incident.status, tag_of(deed))


def _arrive(case: Case, deed: d.Arrived) -> None:
    if not case.incident.raised_at <= deed.at <= case.at:
        raise ArrivalImpossible


def _choose(case: Case, deed: w.ProcedureChosen) -> None:
    case.procedures.version(deed.procedure, deed.version)
    # Once somebody has worked along a list, another one would hide what was done.
    if case.incident.work.checks:
        raise StepNotPossible(case.incident.number, case.incident.status, tag_of(deed))


def _tick(case: Case, deed: w.StepDone | w.StepSkipped) -> None:
    incident = case.incident
    version = case.procedures.of(incident)
    if version is None or deed.step not in {step.key for step in version.steps}:
        raise ChecklistStepUnknown(incident.number, deed.step)
    if deed.step in incident.work.checks:
        raise StepNotPossible(incident.number, incident.status, tag_of(deed))
    if isinstance(deed, w.StepSkipped):
        _words(deed.reason, "reason")


def _finish(case: Case, deed: w.TaskDone) -> None:
    task = case.incident.work.tasks.get(deed.task)
    if task is None:
        raise TaskUnknown(case.incident.number, deed.task)
    if task.done_at is not None:
        raise StepNotPossible(case.incident.number, case.incident.status, tag_of(deed))


def _move(case: Case, deed: w.ResourceMoved) -> None:
    case.board.get(deed.resource)
    now, incident = case.board.where(deed.resource)
    is_here = incident in (None, case.incident.number) or now is Readiness.RELEASED
    is_late = not case.incident.is_open and deed.to not in (Readiness.RELEASED, Readiness.FREE)
    if deed.to not in NEXT[now] or not is_here or is_late:
        raise ResourceNotReady(deed.resource, now, incident)


def _aid(case: Case, deed: w.AidAnswered | w.AidArrived | w.AidReturned) -> None:
    aid = case.incident.work.aid.get(deed.aid)
    if aid is None:
        raise AidUnknown(case.incident.number, deed.aid)
    if aid.status not in AID_BEFORE[type(deed)]:
        raise AidNotPossible(case.incident.number, deed.aid, aid.status)


def _ask(case: Case, deed: w.AidAsked) -> None:
    _words(deed.body, "body")
    _words(deed.what, "what")


RULES: Mapping[type, Callable[[Case, Any], None]] = {
    d.Assigned: lambda case, deed: _words(deed.to, "to"),
    d.Closed: _close,
    d.Reopened: _reopen,
    d.Commented: lambda case, deed: _words(deed.text, "text"),
    d.Shelved: _shelve,
    d.Unshelved: _unshelve,
    d.Merged: _merge,
    d.PartTaken: lambda case, deed: _words(deed.who, "who"),
    d.Arrived: _arrive,
    w.ProcedureChosen: _choose,
    w.StepDone: _tick,
    w.StepSkipped: _tick,
    w.TaskGiven: lambda case, deed: _words(deed.text, "text"),
    w.TaskDone: _finish,
    w.ResourceMoved: _move,
    w.AidAsked: _ask,
    w.AidAnswered: _aid,
    w.AidArrived: _aid,
    w.AidReturned: _aid,
}
