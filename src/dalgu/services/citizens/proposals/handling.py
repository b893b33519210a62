"""What those who serve citizens do with proposals: route, answer, plan, and what lies between."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.kernel.clock import local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.terms import (
    TermEnded,
    TermExtended,
    TermMet,
    TermPaused,
    TermStarted,
)
from dalgu.services.citizens.proposals import deeds as d
from dalgu.services.citizens.proposals.proposals import Proposals
from dalgu.services.citizens.proposals.refusals import (
    ConvertNotPossible,
    FieldNeeded,
    MergeNotPossible,
)
from dalgu.services.citizens.proposals.spaces import departments
from dalgu.services.citizens.proposals.stages import OPEN, TO_BE_DONE
from dalgu.services.citizens.proposals.state import Proposal, subject_of
from dalgu.services.citizens.proposals.texts import needed
from dalgu.services.citizens.proposals.words import Act, Decision, Kind, Stage, Step

FileRequest = Callable[[Actor, Proposal, str], Awaitable[str]]
TIME_FOR = {Act.ANSWER, Act.APPEAL}  # what an answer meets


class Handling:
    """The steps of staff, over the room of proposals."""

    def __init__(self, room: Proposals, file_request: FileRequest | None = None) -> None:
        self.room = room
        self.file_request = file_request

    async def route(self, actor: Actor, number: int, department: str) -> Proposal:
        """Give it to a department."""
        to = _department(department)
        return await self._step(actor, number, Step.ROUTE, lambda f, day: [d.Routed(to)])

    async def transfer(self, actor: Actor, number: int, department: str, reason: str) -> Proposal:
        """Give it to another department; the clock runs on, the author sees why."""
        to, why = _department(department), needed("reason", reason)
        if self.room.get(number).department == to:
            raise FieldNeeded("department", "be another one than before")
        return await self._step(
            actor, number, Step.TRANSFER, lambda f, day: [d.Transferred(to, why)]
        )

    async def ask_supplement(self, actor: Actor, number: int, what: str) -> Proposal:
        """Ask the author for what is lacking; the clock rests, for so many days at most."""
        asked = needed("what", what)

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            until = day + timedelta(days=self.room.space_of(found).supplement_days)
            rests = [TermPaused(t.rule.id, day, asked[:80]) for t in found.running()]
            return [d.SupplementAsked(asked, until), *rests]

        return await self._step(actor, number, Step.ASK_SUPPLEMENT, decide)

    async def extend(self, actor: Actor, number: int, reason: str) -> Proposal:
        """Take the time that the rule allows once more."""
        why = needed("reason", reason)

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            acts = {self.room.space_of(found).rule_id(act) for act in TIME_FOR}
            return [TermExtended(t.rule.id, day, why) for t in found.running() if t.rule.id in acts]

        return await self._step(actor, number, Step.EXTEND, decide)

    async def merge(self, actor: Actor, number: int, into: int, reason: str) -> Proposal:
        """Let it go on in an earlier one that says the same; supporters decide for themselves.

        Its authors are authors there at once. Its supporters have a notice: they say whether their
        support comes over; who keeps silent counts as the space has it.
        """
        why, target = needed("reason", reason), self.room.get(into)

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            is_fit = target.space == found.space and target.stage in OPEN and into < number
            if not is_fit:
                raise MergeNotPossible(number, into)
            space = self.room.space_of(found)
            until = day + timedelta(days=space.carry_days)
            took = d.TookIn(number, tuple(found.authors), self._carried(found, target), until)
            ended = [TermEnded(t.rule.id, day, f"merged into {into}") for t in found.running()]
            return [d.Merged(into, why), *ended, Noted(subject_of(into), took)]  # type: ignore[list-item]

        return await self._step(actor, number, Step.MERGE, decide)

    def _carried(self, found: Proposal, target: Proposal) -> tuple[d.Carried, ...]:
        people = self.room.people
        accounts = [one.account for one in found.supports.values()]
        accounts += [one.account for one in found.waiting.values()]
        known = (people.known.get(account) for account in accounts)
        carried = (
            d.Carried(one.account, people.voice_in(one, target.subject))
            for one in known
            if one is not None
        )
        return tuple(one for one in carried if one.voice not in target.supports)

    async def convert(self, actor: Actor, number: int, reason: str, service: str = "") -> Proposal:
        """File a service request out of it: it is work, not policy."""
        why, found = needed("reason", reason), self.room.get(number)
        self.room.must(found, Step.CONVERT)
        if self.file_request is None:
            raise ConvertNotPossible(number)
        request = await self.file_request(actor, found, service)

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            ended = [TermEnded(t.rule.id, day, f"request {request}") for t in found.running()]
            return [d.Converted(request, why), *ended]

        return await self._step(actor, number, Step.CONVERT, decide)

    async def answer(self, actor: Actor, number: int, answer: d.Answered) -> Proposal:
        """Answer as the department; what is granted names the next day."""
        checked = _checked(answer)

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            rule = self.room.space_of(found).rule_id
            act = Act.APPEAL if found.stage is Stage.APPEALED else Act.ANSWER
            if checked.next_on is not None and checked.next_on < day:
                raise FieldNeeded("next_on", "be today or later")
            met = [TermMet(t.rule.id, day) for t in found.running() if t.rule.id == rule(act)]
            return [msgspec.structs.replace(checked, act=act), *met]

        return await self._step(actor, number, Step.ANSWER, decide)

    async def answer_many(
        self, actor: Actor, numbers: Iterable[int], answer: d.Answered
    ) -> dict[int, DalguError | None]:
        """Give several the same answer; return what became of each."""
        outcome: dict[int, DalguError | None] = {}
        for number in numbers:
            try:
                await self.answer(actor, number, answer)
                outcome[number] = None
            except DalguError as refused:
                outcome[number] = refused
        return outcome

    async def plan(self, actor: Actor, number: int, plan: d.Planned) -> Proposal:
        """Say what is done, by whom and until when."""
        checked = msgspec.structs.replace(
            plan, text=needed("text", plan.text), department=_department(plan.department)
        )

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            answer = found.answer
            if answer is None or answer.decision not in TO_BE_DONE:
                raise FieldNeeded("decision", "grant the proposal before it is planned")
            if checked.until < day:
                raise FieldNeeded("until", "be today or later")
            return [checked]

        return await self._step(actor, number, Step.PLAN, decide)

    async def implement(self, actor: Actor, number: int, told: d.Implemented) -> Proposal:
        """Say that it is there, with what shows it."""
        if not told.entity and told.evidence is None:
            raise FieldNeeded("entity", "name what shows it: an entity of the hub")
        checked = msgspec.structs.replace(told, text=needed("text", told.text))
        return await self._step(actor, number, Step.IMPLEMENT, lambda f, day: [checked])

    async def stall(self, actor: Actor, number: int, reason: str) -> Proposal:
        """Say that the plan does not go on, and why."""
        why = needed("reason", reason)
        return await self._step(actor, number, Step.STALL, lambda f, day: [d.Stalled(why)])

    async def reopen(self, actor: Actor, number: int, reason: str) -> Proposal:
        """Put it before its department again; a new term begins."""
        why = needed("reason", reason)

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            rule = self.room.space_of(found).rule_id(Act.ANSWER)
            runs = any(t.rule.id == rule for t in found.running())
            begun = [] if runs or rule not in self.room.folded.rules else [TermStarted(rule, day)]
            return [d.Reopened(why), *begun]

        return await self._step(actor, number, Step.REOPEN, decide)

    async def fulfil(self, actor: Actor, number: int, told: d.Fulfilled) -> Proposal:
        """Record that the forum was held or the mayor answered."""
        checked = msgspec.structs.replace(told, record=needed("record", told.record))

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            if told.act in TIME_FOR or told.act not in found.reached:
                raise FieldNeeded("act", "be what its supports have reached")
            return [checked, *self._met(found, told.act, _past(told.on, day))]

        return await self._step(actor, number, Step.FULFIL, decide)

    async def decide(self, actor: Actor, number: int, told: d.CommitteeDecided) -> Proposal:
        """Record what the committee decided on a petition; a granted debate has a term."""
        checked = msgspec.structs.replace(told, reason=needed("reason", told.reason))

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            on = _past(told.on, day)
            rule = self.room.space_of(found).rule_id(Act.DEBATE)
            begun = [TermStarted(rule, on)] if told.is_granted else []
            return [checked, *self._met(found, Act.COMMITTEE, on), *begun]

        return await self._step(actor, number, Step.DECIDE, decide)

    async def hold(self, actor: Actor, number: int, told: d.DebateHeld) -> Proposal:
        """Record the debate that a petition brought about."""
        needed("record", told.record)
        needed("result", told.result)

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            return [told, *self._met(found, Act.DEBATE, _past(told.on, day))]

        return await self._step(actor, number, Step.HOLD, decide)

    async def ask(self, actor: Actor, question: d.Published) -> int:
        """Ask residents, as a department, until an instant."""
        room = self.room
        now = room.ground.clock.now()
        if question.closes_at is None or question.closes_at <= now:
            raise FieldNeeded("closes_at", "be later than now")
        if room.space(question.space).kind is not Kind.ASK:
            raise FieldNeeded("space", "be one in which the city asks")
        checked = msgspec.structs.replace(
            question,
            title=needed("title", question.title, most=80),
            text=needed("text", question.text, most=5_000),
            department=_department(question.department),
        )
        return await room.publish(actor, checked)

    async def record(self, actor: Actor, number: int, told: d.ResultRecorded) -> Proposal:
        """Tell what was made of the comments on a question."""
        checked = msgspec.structs.replace(told, text=needed("text", told.text, most=5_000))

        def decide(found: Proposal, day: date) -> Sequence[msgspec.Struct]:
            used = tuple(one for one in checked.used if one in found.comments)
            kept = msgspec.structs.replace(checked, used=used)
            return [kept, *self._met(found, Act.RESULT, day)]

        return await self._step(actor, number, Step.RECORD, decide)

    def _met(self, found: Proposal, act: Act, on: date) -> list[TermMet]:
        rule = self.room.space_of(found).rule_id(act)
        return [TermMet(rule, on) for term in found.running() if term.rule.id == rule]

    async def _step(
        self,
        actor: Actor,
        number: int,
        step: Step,
        decide: Callable[[Proposal, date], Sequence[msgspec.Struct]],
    ) -> Proposal:
        def checked(found: Proposal, at: datetime) -> Sequence[msgspec.Struct]:
            self.room.must(found, step)
            return decide(found, local(at).date())

        return await self.room.write(actor, number, checked)


def _department(id: str) -> str:
    if id not in departments():
        raise FieldNeeded("department", "be one of the departments that answer")
    return id


def _past(on: date, today: date) -> date:
    if on > today:
        raise FieldNeeded("on", "be today or earlier")
    return on


def _checked(answer: d.Answered) -> d.Answered:
    if answer.decision in TO_BE_DONE and answer.next_on is None:
        raise FieldNeeded("next_on", "name the next day, as the proposal is granted")
    if answer.decision is Decision.REFUSE and not answer.law.strip():
        raise FieldNeeded("law", "name the law or rule that a refusal stands on")
    if answer.cost_won is not None and answer.cost_won < 0:
        raise FieldNeeded("cost_won", "be 0 or more")
    return msgspec.structs.replace(
        answer,
        department=_department(answer.department),
        reason=needed("reason", answer.reason),
        law=answer.law.strip()[:200],
    )
