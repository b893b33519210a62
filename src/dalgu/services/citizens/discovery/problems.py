"""What is done to a problem: by its team, by the office, by citizens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from dalgu.access.actor import Actor
from dalgu.access.logbook import Noted
from dalgu.services.citizens.discovery.deeds import (
    EvidenceLinked,
    Funded,
    Judged,
    Measured,
    Observed,
    Passed,
    Planned,
    Resumed,
    Scored,
    SheetWritten,
    Stopped,
    VisitNoted,
)
from dalgu.services.citizens.discovery.evaluation import CRITERIA, whole_marks
from dalgu.services.citizens.discovery.evidence import Window, freeze
from dalgu.services.citizens.discovery.gates import (
    MOST_MONEY_WON,
    RULES,
    STAFF_DECIDES,
    Act,
    Decider,
    Gate,
    StopReason,
    following,
    missing,
)
from dalgu.services.citizens.discovery.refusals import (
    ChoiceInvalid,
    DiscoveryPeriodInvalid,
    GateByAnother,
    GateNeedsMore,
    GateNotNext,
    MoneyOverCap,
    NotInATeam,
    RecordMissing,
    RoundNotReady,
)
from dalgu.services.citizens.discovery.state import Problem, has
from dalgu.services.citizens.discovery.terms import after_gate, after_resume, after_stop
from dalgu.services.citizens.people.levels import Level

if TYPE_CHECKING:
    from dalgu.services.citizens.discovery.discovery import Discovery

LONGEST_TITLE = 80
LONGEST_RECORD = 4_000
VISITS = ("visit", "seminar")
SHEET = ("status", "when", "where", "origin", "harm", "stakeholders", "direction")


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decides at a gate: points of the checklist, the body, and the record."""

    checked: int
    body: str
    record: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be demonstrated; the baseline is read from the hub."""

    owner: str
    money_won: int
    kpi: str
    is_more_better: bool
    target: float
    baseline: Window
    since: date
    until: date


class Problems:
    """The steps of problems."""

    def __init__(self, room: "Discovery") -> None:
        self._room = room

    # -- by the team ----------------------------------------------------------------------

    async def observe(self, actor: Actor, round_number: int, title: str, place: str) -> Problem:
        """Name a problem, as a member of a team."""
        found = self._room.round(round_number)
        team = found.team_of(actor.id)
        if team is None:
            raise NotInATeam(round_number)
        written = self._room.screened(actor, title, most=LONGEST_TITLE)
        where = self._room.screened(actor, place, most=LONGEST_TITLE)

        def decide(at: datetime) -> Sequence[Noted]:
            number = max(self._room.state.problems, default=0) + 1
            deed = Observed(number, round_number, team.number, written, written, where)
            return [Noted(f"problem:{number}", deed)]

        entries = await self._room.write(actor, decide)
        return self._room.problem(entries[0].deed.problem)

    async def write_sheet(self, actor: Actor, number: int, parts: Mapping[str, str]) -> None:
        """Write the definition sheet; parts may stay empty until it is handed in."""
        problem = self._of_team(actor, number)
        given = {name: parts.get(name, "").strip() for name in SHEET}
        text = "\n".join(part for part in given.values() if part)
        self._room.screened(actor, text, most=LONGEST_RECORD)  # one text: one try of the writer
        deed = SheetWritten(problem=number, **given)
        await self._room.write(actor, lambda at: [Noted(problem.subject, deed)])

    async def link(self, actor: Actor, number: int, window: Window, says: str) -> None:
        """Link a series of the hub as evidence, frozen as it is now; the office may, too."""
        problem = self._open(number)
        if self._room.people.person(actor).account:
            self._of_team(actor, number)
        written = self._room.screened(actor, says, most=LONGEST_TITLE * 4)
        reading = await freeze(self._room.ground.hub, window, self._room.ground.clock.now())
        deed = EvidenceLinked(number, reading, written)
        await self._room.write(actor, lambda at: [Noted(problem.subject, deed)])

    async def note_visit(self, actor: Actor, number: int, visit: VisitNoted) -> None:
        """Note a visit or a seminar of the team."""
        problem = self._of_team(actor, number)
        if visit.kind not in VISITS:
            raise ChoiceInvalid("kind", visit.kind)
        if visit.on > self._room.today:
            raise DiscoveryPeriodInvalid
        found = self._room.screened(actor, visit.found)
        deed = msgspec.structs.replace(visit, problem=number, found=found)
        await self._room.write(actor, lambda at: [Noted(problem.subject, deed)])

    async def define(self, actor: Actor, number: int, checked: int) -> None:
        """Hand the sheet in: the team's own gate."""
        self._of_team(actor, number)
        await self._pass(actor, number, Gate.DEFINED, Decision(checked, "", ""))

    # -- by the office --------------------------------------------------------------------

    async def decide(self, actor: Actor, number: int, gate: Gate, decision: Decision) -> None:
        """Decide a gate of the office or of a body; the record is required."""
        rule = RULES[gate]
        if rule.decider not in STAFF_DECIDES:
            raise GateNotNext(number, gate, self._room.problem(number).gate)
        if not decision.record.strip() or (rule.decider is Decider.BODY and not decision.body):
            raise RecordMissing
        await self._pass(actor, number, gate, decision)

    async def judge(self, actor: Actor, judged: Judged) -> None:
        """Write down whether policy, law and budget allow it."""
        problem = self._open(judged.problem)
        if not all((judged.policy_note, judged.law_note, judged.budget_note)):
            raise RecordMissing
        await self._room.write(actor, lambda at: [Noted(problem.subject, judged)])

    async def plan(self, actor: Actor, number: int, plan: Plan) -> None:
        """Plan the demonstration; raise `MoneyOverCap` beyond the cap."""
        problem = self._open(number)
        if not 0 < plan.money_won <= MOST_MONEY_WON:
            raise MoneyOverCap(plan.money_won, MOST_MONEY_WON)
        if plan.since > plan.until:
            raise DiscoveryPeriodInvalid
        if not (plan.owner.strip() and plan.kpi.strip()):
            raise RecordMissing
        hub, now = self._room.ground.hub, self._room.ground.clock.now()
        deed = Planned(
            number, plan.owner.strip(), plan.money_won, plan.kpi.strip(), plan.is_more_better,
            plan.target, await freeze(hub, plan.baseline, now), plan.since, plan.until,
        )  # fmt: skip

        def decide(at: datetime) -> Sequence[Noted]:
            if problem.passed(Gate.PLANNED):
                raise GateNotNext(number, "plan", problem.gate)
            return [Noted(problem.subject, deed)]

        await self._room.write(actor, decide)

    async def fund(self, actor: Actor, funded: Funded) -> None:
        """Note a payment; all of them stay within the plan."""
        problem = self._open(funded.problem)

        def decide(at: datetime) -> Sequence[Noted]:
            plan = problem.plan
            if plan is None or not problem.passed(Gate.PLANNED):
                raise GateNotNext(problem.number, "fund", problem.gate)
            left = plan.money_won - problem.paid_won
            if not 0 < funded.amount_won <= left:
                raise MoneyOverCap(funded.amount_won, left)
            return [Noted(problem.subject, funded)]

        await self._room.write(actor, decide)

    async def measure(self, actor: Actor, number: int, since: datetime, until: datetime) -> None:
        """Read the plan's KPI again, in a window of the demonstration."""
        problem = self._open(number)
        plan = problem.plan
        if plan is None or not problem.passed(Gate.PLANNED):
            raise GateNotNext(number, "measure", problem.gate)
        window = Window(plan.baseline.entity, plan.baseline.attribute, since, until)
        reading = await freeze(self._room.ground.hub, window, self._room.ground.clock.now())
        deed = Measured(number, reading)
        await self._room.write(actor, lambda at: [Noted(problem.subject, deed)])

    async def close_evaluation(self, actor: Actor, number: int) -> None:
        """Pass the citizens' gate where their scores do; whoever closes it decides nothing."""
        await self._pass(actor, number, Gate.EVALUATED, Decision(0, "", ""))

    async def stop(self, actor: Actor, number: int, reason: StopReason, decision: Decision) -> None:
        """Stop a problem, with reason and record."""
        problem, today = self._open(number), self._room.today
        if reason is StopReason.NOT_PUBLISHED:
            raise ChoiceInvalid("reason", reason)
        if not decision.record.strip():
            raise RecordMissing
        deed = Stopped(number, reason, decision.body, decision.record.strip(), today)
        await self._room.write(
            actor,
            lambda at: [
                Noted(problem.subject, deed),
                *after_stop(problem, today, reason),
            ],
        )

    async def resume(self, actor: Actor, number: int, record: str) -> None:
        """Take a stopped problem up again where it stood."""
        problem, today = self._room.problem(number), self._room.today
        if problem.stopped is None:
            raise GateNotNext(number, "resume", problem.gate)
        if not record.strip():
            raise RecordMissing
        deed = Resumed(number, record.strip())
        await self._room.write(
            actor, lambda at: [Noted(problem.subject, deed), *after_resume(problem, today)]
        )

    # -- by citizens ----------------------------------------------------------------------

    async def score(self, actor: Actor, number: int, marks: Mapping[str, int]) -> None:
        """Score a demonstration by every criterion; again until the evaluation ends."""
        person = self._room.people.require(actor, Level.EMAIL)
        problem = self._open(number)
        if problem.gate is not Gate.DEMONSTRATED:
            raise GateNotNext(number, Gate.EVALUATED, problem.gate)
        voice = self._room.people.voice_in(person, f"discovery-score:{number}")
        given = whole_marks(marks, CRITERIA)
        deed = Scored(number, voice, self.is_author(actor.id, problem), given)
        await self._room.write(actor, lambda at: [Noted(problem.subject, deed)])

    def is_author(self, account: str, problem: Problem) -> bool:
        """Tell whether somebody belongs to the team of a problem."""
        team = self._room.round(problem.round).teams.get(problem.team)
        return team is not None and account in team.accounts

    async def _pass(self, actor: Actor, number: int, gate: Gate, decision: Decision) -> None:
        problem, today = self._open(number), self._room.today

        def decide(at: datetime) -> Sequence[Noted]:
            if following(problem.gate) is not gate:
                raise GateNotNext(number, gate, problem.gate)
            vote = self._room.round(problem.round).vote
            lacking = missing(gate, has(problem, vote), decision.checked)
            if lacking:
                raise GateNeedsMore(number, gate, ", ".join(lacking))
            if actor.id in _authors(problem, RULES[gate].not_by):
                raise GateByAnother(number, gate)
            deed = Passed(
                number, gate, decision.checked, decision.body.strip(),
                decision.record.strip()[:LONGEST_RECORD], today,
            )  # fmt: skip
            return [Noted(problem.subject, deed), *after_gate(problem, gate, today)]

        await self._room.write(actor, decide)

    def _open(self, number: int) -> Problem:
        problem = self._room.problem(number)
        if problem.stopped is not None:
            raise GateNotNext(number, "step", "stopped")
        if problem.source:
            raise RoundNotReady(problem.round, "step", "it is a record of the past")
        return problem

    def _of_team(self, actor: Actor, number: int) -> Problem:
        problem = self._open(number)
        if not self.is_author(actor.id, problem):
            raise NotInATeam(problem.round)
        return problem


def _authors(problem: Problem, act: Act | None) -> set[str]:
    """Return who did an act whose author may not decide."""
    authors: dict[Act | None, set[str]] = {
        Act.EVIDENCE: {by for _, by, _ in problem.evidence},
        Act.PLAN: {problem.plan_by},
        Act.RESULT: {by for _, by in problem.measured},
    }
    return authors.get(act, set())
