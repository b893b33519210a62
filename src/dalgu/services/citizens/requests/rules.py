"""Which step a request can take from where it is, and what the reporter must then be told."""

from datetime import timedelta

from dalgu.services.citizens.requests.deeds import Moved
from dalgu.services.citizens.requests.refusals import (
    RequestAnswerIncomplete,
    RequestStepNotPossible,
)
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import ENDED, State

REOPEN_WITHIN = timedelta(days=30)

_ENDS = {State.FIXED, State.CLOSED_NOT_FIXED, State.DUPLICATE, State.NOT_OURS}
_WORK = {State.ASSIGNED, State.SCHEDULED, State.IN_PROGRESS}
# An ended request takes no step: its reporter reopens it. A duplicate can be taken apart again.
NEXT: dict[State, frozenset[State]] = {
    State.SUBMITTED: frozenset({State.ACKNOWLEDGED} | _WORK | _ENDS),
    State.REOPENED: frozenset({State.ACKNOWLEDGED} | _WORK | _ENDS),
    State.ACKNOWLEDGED: frozenset(_WORK | _ENDS),
    State.ASSIGNED: frozenset(_WORK | _ENDS),
    State.SCHEDULED: frozenset(_WORK | _ENDS),
    State.IN_PROGRESS: frozenset(_WORK | _ENDS),
    State.DUPLICATE: frozenset({State.ACKNOWLEDGED}),
    **dict.fromkeys(ENDED, frozenset[State]()),
}
# What each answer says besides the department.
TOLD: dict[State, tuple[str, ...]] = {
    State.ACKNOWLEDGED: (),
    State.ASSIGNED: (),
    State.SCHEDULED: ("done", "next_on"),
    State.IN_PROGRESS: ("done", "next_on"),
    State.FIXED: ("done",),
    State.CLOSED_NOT_FIXED: ("reason", "done", "remedy"),
    State.DUPLICATE: ("parent",),
    State.NOT_OURS: ("transferred_to", "done"),
}


def check_step(request: ServiceRequest, deed: Moved) -> None:
    """Return when a request can take a step.

    Raises
    ------
    RequestStepNotPossible
        From this state nothing leads there.
    RequestAnswerIncomplete
        When the deed says less than the reporter must be told.
    """
    if deed.state not in NEXT[request.state]:
        raise RequestStepNotPossible(request.number, request.state, deed.state)
    for part in ("department", *TOLD[deed.state]):
        if not getattr(deed, part):
            raise RequestAnswerIncomplete(part)
