"""What the pages of rounds and problems show, gathered from room and hub."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.terms import Term
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery import evidence
from dalgu.services.citizens.discovery.deeds import Measured, Reading
from dalgu.services.citizens.discovery.discovery import DECIDER_TITLES, Discovery
from dalgu.services.citizens.discovery.effect import Effect, compared, daily_means
from dalgu.services.citizens.discovery.gates import REASONS, RULES, Gate, GateRule, following
from dalgu.services.citizens.discovery.state import GateRecord, Problem, Round, parts
from dalgu.services.citizens.discovery.winners import ranks


@dataclass(frozen=True, slots=True)
class Step:
    """One gate of the track: its rule, its record where it was passed, its clock."""

    rule: GateRule
    record: GateRecord | None
    term: Term | None
    is_next: bool
    decider: Text


@dataclass(frozen=True, slots=True)
class Shown:
    """A reading as a page draws it: the frozen numbers, and whether the hub still says so."""

    reading: Reading
    says: str
    at: datetime | None
    points: Sequence[JSON]
    checked: evidence.Checked


@dataclass(frozen=True, slots=True)
class ProblemShown:
    """All that a page of a problem shows beyond the problem itself."""

    steps: Sequence[Step]
    sheet: Sequence[str]
    evidence: Sequence[Shown]
    effect: Effect | None
    baseline: Shown | None
    result: Shown | None
    votes: int | None
    rank: int | None
    stop: Text | None


async def problem(hub: Hub, room: Discovery, one: Problem) -> ProblemShown:
    """Return what a page shows of a problem; every frozen reading is held to the hub."""
    vote = room.state.rounds[one.round].vote
    counted = vote.approvals if vote is not None and vote.is_closed else {}
    linked = [await _shown(hub, link.reading, link.says, at) for link, _, at in one.evidence]
    baseline = None if one.plan is None else await _shown(hub, one.plan.baseline, "", None)
    last: Measured | None = one.measured[-1][0] if one.measured else None
    return ProblemShown(
        steps=steps(one),
        sheet=() if one.sheet is None else parts(one.sheet),
        evidence=linked,
        effect=None if last is None else await effect_of(hub, one, last.reading),
        baseline=baseline,
        result=None if last is None else await _shown(hub, last.reading, "", None),
        votes=counted.get(one.number),
        rank=ranks(counted).get(one.number),
        stop=None if one.stop is None else REASONS[one.stop],
    )


def steps(one: Problem) -> list[Step]:
    """Return the track of gates."""
    records = {record.gate: record for record in one.gates}
    then = following(one.gate) if one.stopped is None else None
    return [
        Step(
            rule,
            records.get(gate),
            one.terms.get(rule.term.id) if rule.term is not None else None,
            gate is then,
            DECIDER_TITLES[rule.decider],
        )
        for gate, rule in RULES.items()
    ]


async def effect_of(hub: Hub, one: Problem, after: Reading) -> Effect | None:
    """Return the effect between the frozen baseline and a frozen reading, by daily means."""
    plan = one.plan
    if plan is None:
        return None
    sides = [daily_means(*await evidence.kept(hub, side)) for side in (plan.baseline, after)]
    return compared(*sides, is_more_better=plan.is_more_better, target=plan.target)


def on_ballot(room: Discovery, found: Round) -> list[Problem]:
    """Return the problems that an open vote asks about, in their order."""
    if found.vote is None or found.vote.is_closed:
        return []
    return [room.state.problems[number] for number in found.vote.opened.problems]


def waiting(room: Discovery) -> list[Problem]:
    """Return the open problems, what is due first at the head."""
    open_ones = [
        one
        for one in room.state.problems.values()
        if one.stopped is None and not one.source and one.gate is not Gate.SCALED
    ]
    return sorted(open_ones, key=lambda one: (_due(one), one.number))


def _due(one: Problem) -> str:
    dues = [term.due for term in one.terms.values() if term.is_open]
    return min((due.isoformat() for due in dues if due is not None), default="9999")


async def _shown(hub: Hub, reading: Reading, says: str, at: datetime | None) -> Shown:
    points = await evidence.chart(hub, reading)
    return Shown(reading, says, at, points, await evidence.check(hub, reading))
