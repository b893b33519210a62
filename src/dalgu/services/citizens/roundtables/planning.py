"""Topics: what a plan must be, and how it becomes a roundtable."""

from collections.abc import Callable
from datetime import date, datetime

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.services.citizens.roundtables.deeds import (
    CallClosed,
    CallOpened,
    Cancelled,
    Planned,
)
from dalgu.services.citizens.roundtables.fold import subject_of
from dalgu.services.citizens.roundtables.ledger import ROOM, Ledger
from dalgu.services.citizens.roundtables.plan import (
    ABOUT_LONGEST,
    MINUTES_A_STEP,
    MOST_CELLS,
    MOST_OPTIONS,
    MOST_SEATS,
    NAME_LONGEST,
    Plan,
    Stage,
    StepKind,
)
from dalgu.services.citizens.roundtables.refusals import (
    RoundtablePlanInvalid,
    RoundtableTextMissing,
)

LEAST_TABLE, MOST_TABLE = 2, 20  # seats
LARGEST_TRIM = 45  # per cent at each end: some marks must be left
MOST_STEPS = 40
BEFORE_MEETING = (
    Stage.PLANNED, Stage.CALLING, Stage.SELECTING, Stage.COMMITTED,
    Stage.DRAWN, Stage.SEATED, Stage.SURVEYING,
)  # fmt: skip


class Planning:
    """Topics and calls."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def plan(self, actor: Actor, plan: Plan) -> int:
        """Begin a roundtable and return its number; raise `RoundtablePlanInvalid`."""
        checked = check_plan(plan)

        def decide(at: datetime) -> list[Noted]:
            number = len(self._ledger.known) + 1
            return [Noted(subject_of(number), Planned(number, checked))]

        entries = await self._ledger.ground.book.write(actor, ROOM, decide)
        number: int = entries[0].deed.number
        return number

    async def change(self, actor: Actor, number: int, plan: Plan) -> None:
        """Plan otherwise, as long as nobody was called for it."""
        deed = Planned(number, check_plan(plan))
        await self._ledger.move(actor, number, deed, Stage.PLANNED)

    async def open_call(self, actor: Actor, number: int, until: date) -> None:
        """Let people apply until the end of a day."""
        if until < self._ledger.today:
            raise RoundtablePlanInvalid("until", "be today or later")
        await self._ledger.move(actor, number, CallOpened(number, until), Stage.PLANNED)

    async def close_call(self, actor: Actor, number: int) -> None:
        """End the call: from now on the pool is complete."""
        await self._ledger.move(actor, number, CallClosed(number), Stage.CALLING)

    async def cancel(self, actor: Actor, number: int, reason: str) -> None:
        """Let it not take place, and say why."""
        if not reason.strip():
            raise RoundtableTextMissing("reason")
        await self._ledger.move(actor, number, Cancelled(number, reason.strip()), *BEFORE_MEETING)


def check_plan(plan: Plan) -> Plan:
    """Return a plan that can be carried out; raise `RoundtablePlanInvalid` with its first fault."""
    for part, (holds, rule) in _RULES.items():
        if not holds(plan):
            raise RoundtablePlanInvalid(part, rule)
    return plan


def _is_name(text: str) -> bool:
    return 0 < len(text.strip()) <= NAME_LONGEST


def _questions_hold(plan: Plan) -> bool:
    return all(
        _is_name(one.title)
        and 2 <= len(one.options) <= MOST_OPTIONS
        and len(set(one.options)) == len(one.options)
        and all(_is_name(option) for option in one.options)
        for one in (*plan.survey, *plan.questions)
    )


def _scoring_holds(plan: Plan) -> bool:
    criteria, candidates = plan.criteria, plan.candidates
    if not criteria and not candidates:
        return True
    return (
        len(candidates) >= 2
        and bool(criteria)
        and len(criteria) * len(candidates) <= MOST_CELLS
        and all(_is_name(one.title) and one.weight > 0 for one in criteria)
        and all(_is_name(one.title) for one in candidates)
    )


def _agenda_holds(plan: Plan) -> bool:
    kinds = [step.kind for step in plan.agenda]
    needed = {StepKind.DISCUSSION}
    needed |= {StepKind.BALLOT_BEFORE, StepKind.BALLOT_AFTER} if plan.questions else set()
    needed |= {StepKind.SCORING} if plan.candidates else set()
    return (
        needed <= set(kinds)
        and len(kinds) <= MOST_STEPS
        and all(1 <= step.minutes <= MINUTES_A_STEP for step in plan.agenda)
        and all(kinds.count(kind) == 1 for kind in needed - {StepKind.DISCUSSION})
    )


_RULES: dict[str, tuple[Callable[[Plan], bool], str]] = {
    "title": (lambda one: _is_name(one.title), f"have 1 to {NAME_LONGEST} signs"),
    "title_en": (lambda one: len(one.title_en) <= NAME_LONGEST, f"be at most {NAME_LONGEST} long"),
    "about": (
        lambda one: 0 < len(one.about.strip()) <= ABOUT_LONGEST,
        f"have 1 to {ABOUT_LONGEST} signs",
    ),
    "department": (lambda one: _is_name(one.department), f"have 1 to {NAME_LONGEST} signs"),
    "steering": (lambda one: _is_name(one.steering), f"have 1 to {NAME_LONGEST} signs"),
    "place": (lambda one: _is_name(one.place), f"have 1 to {NAME_LONGEST} signs"),
    "starts_at": (lambda one: one.starts_at.tzinfo is not None, "be an instant with its zone"),
    "size": (lambda one: 1 <= one.size <= MOST_SEATS, f"be from 1 to {MOST_SEATS}"),
    "table_size": (
        lambda one: LEAST_TABLE <= one.table_size <= MOST_TABLE,
        f"be from {LEAST_TABLE} to {MOST_TABLE}",
    ),
    "trim_pct": (lambda one: 0 <= one.trim_pct <= LARGEST_TRIM, f"be from 0 to {LARGEST_TRIM}"),
    "questions": (_questions_hold, f"each have a title and 2 to {MOST_OPTIONS} different options"),
    "criteria": (_scoring_holds, "go with at least two candidates, each weight 1 or more"),
    "agenda": (
        _agenda_holds,
        "have a discussion, one ballot before and one after where there are questions, and one "
        "scoring where there are candidates; each step takes 1 minute or more",
    ),
}
