"""What the desk's forms ask for each step, and how what was sent becomes a deed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from dalgu.access.actor import Actor
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import LOCAL
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.figures import effect, spans
from dalgu.services.citizens.proposals.handling import Handling
from dalgu.services.citizens.proposals.refusals import FieldNeeded
from dalgu.services.citizens.proposals.words import Act, Decision, Step, Topic

Sent = Mapping[str, Sequence[str]]
Do = Callable[["Forms", Actor, int, Sent], Awaitable[object]]
T = TypeVar("T", bound=StrEnum)

# The fields of each form, in their order; pages draw them by these names.
FIELDS: dict[Step, tuple[str, ...]] = {
    Step.ROUTE: ("department",),
    Step.ANSWER: ("template", "decision", "department", "reason", "law", "cost_won", "next_on"),
    Step.ASK_SUPPLEMENT: ("what",),
    Step.TRANSFER: ("department", "reason"),
    Step.EXTEND: ("reason",),
    Step.MERGE: ("into", "reason"),
    Step.CONVERT: ("service", "reason"),
    Step.PLAN: ("plan", "department", "until", "entity", "attribute"),
    Step.IMPLEMENT: ("done", "entity", "attribute", "before", "after"),
    Step.STALL: ("reason",),
    Step.FULFIL: ("act", "on", "record"),
    Step.DECIDE: ("is_granted", "on", "reason"),
    Step.HOLD: ("on", "record", "result"),
    Step.RECORD: ("result", "used", "next_on"),
    Step.REOPEN: ("reason",),
}


class Forms:
    """Turns what the desk sends into steps."""

    def __init__(self, handling: Handling, hub: Hub) -> None:
        self.handling, self._hub = handling, hub

    async def take(self, actor: Actor, number: int, step: str, sent: Sent) -> object:
        """Do a step; raise `FieldNeeded` where a field does not hold."""
        if step not in STEPS:
            raise FieldNeeded("step", "be one that the desk does")
        return await STEPS[Step(step)](self, actor, number, sent)

    async def implement(self, actor: Actor, number: int, sent: Sent) -> object:
        """Read the figure before and after from the hub, where one is named with its days."""
        entity, attribute = field(sent, "entity"), field(sent, "attribute")
        days = [
            field(sent, name)
            for name in ("before_since", "before_until", "after_since", "after_until")
        ]
        shown = None
        if any(days):
            try:
                before, after = spans(days)
            except ValueError:
                raise FieldNeeded("before", "be days that end before those after begin") from None
            shown = await effect(self._hub, entity, attribute, before, after)
        told = d.Implemented(field(sent, "done"), entity, shown)
        return await self.handling.implement(actor, number, told)

    async def fulfil(self, actor: Actor, number: int, sent: Sent) -> object:
        """Record what a tier promised."""
        told = d.Fulfilled(choice(Act, sent, "act"), day(sent, "on"), field(sent, "record"))
        return await self.handling.fulfil(actor, number, told)

    async def decide(self, actor: Actor, number: int, sent: Sent) -> object:
        """Record the committee's decision."""
        is_granted = field(sent, "is_granted") == "yes"
        told = d.CommitteeDecided(is_granted, day(sent, "on"), field(sent, "reason"))
        return await self.handling.decide(actor, number, told)

    async def hold(self, actor: Actor, number: int, sent: Sent) -> object:
        """Record the debate."""
        told = d.DebateHeld(day(sent, "on"), field(sent, "record"), field(sent, "result"))
        return await self.handling.hold(actor, number, told)

    async def record(self, actor: Actor, number: int, sent: Sent) -> object:
        """Tell what was made of the comments."""
        used = tuple(
            int(one) for one in field(sent, "used").replace(",", " ").split() if one.isdecimal()
        )
        told = d.ResultRecorded(field(sent, "result"), used, optional_day(sent, "next_on"))
        return await self.handling.record(actor, number, told)

    async def plan(self, actor: Actor, number: int, sent: Sent) -> object:
        """Say what is done until when."""
        told = d.Planned(
            field(sent, "plan"),
            field(sent, "department"),
            day(sent, "until"),
            field(sent, "entity"),
            field(sent, "attribute"),
        )
        return await self.handling.plan(actor, number, told)


def answer_of(sent: Sent) -> d.Answered:
    """Return the answer that a form holds."""
    cost = field(sent, "cost_won").replace(",", "")
    if cost and not cost.isdecimal():
        raise FieldNeeded("cost_won", "be a whole number of won")
    return d.Answered(
        choice(Decision, sent, "decision"),
        field(sent, "department"),
        field(sent, "reason"),
        field(sent, "law"),
        int(cost) if cost else None,
        optional_day(sent, "next_on"),
    )


def question_of(sent: Sent) -> d.Published:
    """Return the question that a form holds; it closes at the end of its last day."""
    last = day(sent, "closes_on")
    topic = field(sent, "topic")
    return d.Published(
        0,
        field(sent, "space") or "ask",
        field(sent, "title"),
        field(sent, "text"),
        Topic(topic) if topic in tuple(Topic) else Topic.OTHER,
        department=field(sent, "department"),
        closes_at=datetime.combine(last + timedelta(days=1), time(), LOCAL),
    )


def field(sent: Sent, name: str) -> str:
    """Return the first value of a field, empty where there is none."""
    values = sent.get(name) or [""]
    return values[0].strip()


def choice(kind: type[T], sent: Sent, name: str) -> T:
    """Return a choice; raise `FieldNeeded` where it is none of its kind."""
    told = field(sent, name)
    if told not in tuple(kind):
        raise FieldNeeded(name, f"be one of {', '.join(kind)}")
    return kind(told)


def day(sent: Sent, name: str) -> date:
    """Return a day; raise `FieldNeeded` where it is none."""
    found = optional_day(sent, name)
    if found is None:
        raise FieldNeeded(name, "be a day, as 2026-12-31")
    return found


def optional_day(sent: Sent, name: str) -> date | None:
    """Return a day, `None` where the field is empty; raise `FieldNeeded` where it is none."""
    told = field(sent, name)
    if not told:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise FieldNeeded(name, "be a day, as 2026-12-31") from None


def _number(sent: Sent, name: str) -> int:
    told = field(sent, name)
    if not told.isdecimal() or len(told) > 9:
        raise FieldNeeded(name, "be the number of a proposal")
    return int(told)


STEPS: dict[Step, Do] = {
    Step.ROUTE: lambda f, a, n, s: f.handling.route(a, n, field(s, "department")),
    Step.TRANSFER: lambda f, a, n, s: f.handling.transfer(
        a, n, field(s, "department"), field(s, "reason")
    ),
    Step.ASK_SUPPLEMENT: lambda f, a, n, s: f.handling.ask_supplement(a, n, field(s, "what")),
    Step.EXTEND: lambda f, a, n, s: f.handling.extend(a, n, field(s, "reason")),
    Step.MERGE: lambda f, a, n, s: f.handling.merge(a, n, _number(s, "into"), field(s, "reason")),
    Step.CONVERT: lambda f, a, n, s: f.handling.convert(
        a, n, field(s, "reason"), field(s, "service")
    ),
    Step.ANSWER: lambda f, a, n, s: f.handling.answer(a, n, answer_of(s)),
    Step.PLAN: Forms.plan,
    Step.IMPLEMENT: Forms.implement,
    Step.STALL: lambda f, a, n, s: f.handling.stall(a, n, field(s, "reason")),
    Step.REOPEN: lambda f, a, n, s: f.handling.reopen(a, n, field(s, "reason")),
    Step.FULFIL: Forms.fulfil,
    Step.DECIDE: Forms.decide,
    Step.HOLD: Forms.hold,
    Step.RECORD: Forms.record,
}
