"""How each deed of the work on an incident changes how the work stands."""

from collections.abc import Callable
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.center.incidents.words import AidStatus, Readiness
from dalgu.center.incidents.work import (
    Aid,
    AidAnswered,
    AidArrived,
    AidAsked,
    AidReturned,
    Check,
    Escalated,
    ProcedureChosen,
    ResourceMoved,
    StepDone,
    StepSkipped,
    Task,
    TaskDone,
    TaskGiven,
    Work,
)


def fold_work(work: Work, entry: Entry) -> None:
    """Change the work by an entry; one of another kind changes nothing."""
    change = CHANGES.get(type(entry.deed))
    if change is not None:
        change(work, entry)


def _chosen(work: Work, entry: Entry) -> None:
    work.procedure, work.version = entry.deed.procedure, entry.deed.version
    work.since = entry.at
    work.checks = {}


def _done(work: Work, entry: Entry) -> None:
    work.checks[entry.deed.step] = Check(entry.at, entry.actor, entry.deed.note)


def _skipped(work: Work, entry: Entry) -> None:
    work.checks[entry.deed.step] = Check(entry.at, entry.actor, entry.deed.reason, skipped=True)


def _escalated(work: Work, entry: Entry) -> None:
    work.escalated[entry.deed.of, entry.deed.level] = entry.at


def _given(work: Work, entry: Entry) -> None:
    deed: TaskGiven = entry.deed
    work.tasks[deed.task] = Task(deed.text, deed.to, deed.due, entry.at, entry.actor)


def _task_done(work: Work, entry: Entry) -> None:
    task = work.tasks[entry.deed.task]
    task.done_at, task.done_by = entry.at, entry.actor


def _moved(work: Work, entry: Entry) -> None:
    deed: ResourceMoved = entry.deed
    if deed.to is Readiness.FREE:
        work.resources.pop(deed.resource, None)
    else:
        work.resources[deed.resource] = deed.to


def _asked(work: Work, entry: Entry) -> None:
    work.aid[entry.deed.aid] = Aid(entry.deed.body, entry.deed.what, entry.at)


def _answered(work: Work, entry: Entry) -> None:
    aid, deed = work.aid[entry.deed.aid], entry.deed
    aid.status = AidStatus.ACCEPTED if deed.accepted else AidStatus.DECLINED
    aid.note, aid.changed_at = deed.note, entry.at


def _arrived(work: Work, entry: Entry) -> None:
    aid = work.aid[entry.deed.aid]
    aid.status, aid.changed_at = AidStatus.ARRIVED, entry.at


def _returned(work: Work, entry: Entry) -> None:
    aid = work.aid[entry.deed.aid]
    aid.status, aid.changed_at = AidStatus.RETURNED, entry.at


CHANGES: dict[type, Callable[[Work, Entry], Any]] = {
    ProcedureChosen: _chosen,
    StepDone: _done,
    StepSkipped: _skipped,
    Escalated: _escalated,
    TaskGiven: _given,
    TaskDone: _task_done,
    ResourceMoved: _moved,
    AidAsked: _asked,
    AidAnswered: _answered,
    AidArrived: _arrived,
    AidReturned: _returned,
}
