"""What lies on the desk: by clock, what needs a step first."""

from dataclasses import dataclass
from datetime import date

from dalgu.kernel.terms import TermState
from dalgu.services.citizens.proposals.proposals import Proposals
from dalgu.services.citizens.proposals.state import Proposal
from dalgu.services.citizens.proposals.views import ClockFace, clocks
from dalgu.services.citizens.proposals.words import Stage, Step

ON_DESK = (
    Stage.REACHED, Stage.ROUTED, Stage.SUPPLEMENT, Stage.APPEALED, Stage.DEBATING, Stage.GATHERED,
)  # fmt: skip
TO_DO = (Stage.PLANNED, Stage.STALLED)
NEARLY = 0.6  # of the threshold: what comes soon
AUTOMATIC = frozenset((Step.ARCHIVE, Step.REACH, Step.LAPSE, Step.CLOSE))
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Task:
    """One thing on the desk with the clock that presses most."""

    found: Proposal
    clock: ClockFace | None

    @property
    def urgency(self) -> tuple[int, int]:
        """The smaller the sooner: overdue first, what rests last."""
        if self.clock is None:
            return 2, 0
        if self.clock.state is TermState.PAUSED:
            return 3, 0
        if self.clock.state is TermState.OVERDUE:
            return 0, -self.clock.days_over
        return 1, self.clock.days_left or 0


@dataclass(frozen=True, slots=True)
class Inbox:
    """The desk, sorted."""

    due: list[Task]
    to_do: list[Proposal]  # planned and stalled, by the day that was promised
    coming: list[Proposal]  # near their threshold


def inbox(room: Proposals, today: date, *, department: str = "") -> Inbox:
    """Return what lies on the desk, of a department or of all."""
    mine = [one for one in room.all.values() if department in ("", one.department)]
    owing = [one for one in mine if one.stage in ON_DESK or _owes(one)]
    due = sorted((_task(one, today) for one in owing), key=lambda task: task.urgency)
    to_do = [one for one in mine if one.stage in TO_DO]
    to_do.sort(key=lambda one: one.plan.until if one.plan else date.max)
    coming = [
        one
        for one in room.all.values()
        if one.stage is Stage.MATURING
        and len(one.supports) >= NEARLY * max(1, room.space_of(one).threshold)
    ]
    coming.sort(key=lambda one: -len(one.supports))
    return Inbox(due[:SHOWN], to_do[:SHOWN], coming[:SHOWN])


def _owes(found: Proposal) -> bool:
    return any(True for _ in found.running())


def _task(found: Proposal, today: date) -> Task:
    faces = [face for face in clocks(found, today) if face.term.is_open]
    tasks = [Task(found, face) for face in faces]
    return min(tasks, key=lambda task: task.urgency, default=Task(found, None))
