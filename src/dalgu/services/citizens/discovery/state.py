"""Rounds and problems as they stand: what the deeds of the book amount to."""

from dataclasses import dataclass, field
from datetime import date, datetime

from dalgu.kernel.terms import Term
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery.deeds import (
    EvidenceLinked,
    Funded,
    Judged,
    Measured,
    Planned,
    SheetWritten,
    Stopped,
    VisitNoted,
    VoteOpened,
)
from dalgu.services.citizens.discovery.evaluation import Evaluation, Score, evaluated
from dalgu.services.citizens.discovery.gates import (
    MOST_MONEY_WON,
    Gate,
    Need,
    StopReason,
    reached,
)

COMPLETE_SHARE = 0.7  # of the sessions, to be called a citizen scientist; a default


@dataclass(frozen=True, slots=True)
class Session:
    """One meeting of a round; `present` are accounts."""

    number: int
    on: date
    kind: str
    title: str
    present: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Team:
    """Some of a round who work on one matter."""

    number: int
    name: str
    accounts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Application:
    """One who wants to take part."""

    account: str
    voice: str
    motive: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Completion:
    """A certificate of completion; `entry` is its number in the sealed book."""

    code: str
    round: int
    account: str
    attended: int
    of: int
    at: datetime
    entry: int
    name_digest: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """The citizens' vote of a round, open or counted."""

    opened: VoteOpened
    ballots: int | None = None  # `None` while it is open
    approvals: dict[int, int] = field(default_factory=dict)
    chosen: tuple[int, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether it is counted."""
        return self.ballots is not None


@dataclass(slots=True)
class Round:
    """One round of the discovery team."""

    number: int
    title: Text
    call_from: date | None
    call_until: date | None
    kickoff_on: date | None
    ends_on: date | None
    seats: int
    source: str = ""
    began: int | None = None  # of a past round, as published
    certified: int | None = None
    applications: dict[str, Application] = field(default_factory=dict)  # by account
    members: tuple[str, ...] = ()
    sessions: dict[int, Session] = field(default_factory=dict)
    teams: dict[int, Team] = field(default_factory=dict)
    vote: Vote | None = None
    completions: dict[str, Completion] = field(default_factory=dict)  # by account

    @property
    def citizens(self) -> int:
        """How many completed it: as published of a past round, else by certificates."""
        return len(self.completions) if self.certified is None else self.certified

    @property
    def began_with(self) -> int:
        """How many began it."""
        return len(self.members) if self.began is None else self.began

    def is_calling(self, today: date) -> bool:
        """Tell whether people may apply."""
        if self.source or self.call_from is None or self.call_until is None:
            return False
        return self.call_from <= today <= self.call_until

    def team_of(self, account: str) -> Team | None:
        """Return the team that somebody is in."""
        return next((one for one in self.teams.values() if account in one.accounts), None)

    def attended(self, account: str) -> int:
        """Return how many sessions somebody came to."""
        return sum(account in one.present for one in self.sessions.values())

    def has_completed(self, account: str) -> bool:
        """Tell whether somebody came often enough."""
        return bool(self.sessions) and (
            self.attended(account) >= COMPLETE_SHARE * len(self.sessions)
        )


@dataclass(frozen=True, slots=True)
class GateRecord:
    """One decided gate; `by` is a pseudonym, `on` unknown for some records of the past."""

    gate: Gate
    on: date | None
    by: str
    body: str
    record: str
    source: str
    entry: int


@dataclass(slots=True)
class Problem:
    """One problem of the city, and how far it came."""

    number: int
    round: int
    team: int
    title: Text
    at: datetime
    by: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    source: str = ""
    doubt: Text | None = None
    sheet: SheetWritten | None = None
    evidence: list[tuple[EvidenceLinked, str, datetime]] = field(default_factory=list)
    visits: list[VisitNoted] = field(default_factory=list)
    gates: list[GateRecord] = field(default_factory=list)
    stopped: Stopped | None = None
    judged: Judged | None = None
    plan: Planned | None = None
    plan_by: str = ""
    funds: list[Funded] = field(default_factory=list)
    measured: list[tuple[Measured, str]] = field(default_factory=list)
    scores: dict[str, Score] = field(default_factory=dict)  # by voice
    terms: dict[str, Term] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """Its subject in the book."""
        return f"problem:{self.number}"

    @property
    def gate(self) -> Gate:
        """The gate that it passed last."""
        return self.gates[-1].gate

    @property
    def stop(self) -> StopReason | None:
        """Why it goes no further, `None` while it does."""
        return None if self.stopped is None else StopReason(self.stopped.reason)

    @property
    def paid_won(self) -> int:
        """What was paid for it."""
        return sum(one.amount_won for one in self.funds)

    @property
    def evaluation(self) -> Evaluation:
        """What citizens think of the demonstration."""
        return evaluated(self.scores.values())

    def passed(self, gate: Gate) -> bool:
        """Tell whether it passed a gate."""
        return reached(self.gate, gate)


@dataclass(slots=True)
class State:
    """Everything of the room."""

    rounds: dict[int, Round] = field(default_factory=dict)
    problems: dict[int, Problem] = field(default_factory=dict)
    completions: dict[str, Completion] = field(default_factory=dict)  # by code

    def of_round(self, number: int) -> list[Problem]:
        """Return the problems of a round, in order."""
        return [one for one in self.problems.values() if one.round == number]


def has(problem: Problem, vote: Vote | None) -> frozenset[Need]:
    """Return the needs of gates that a problem fulfils."""
    sheet, judged, plan = problem.sheet, problem.judged, problem.plan
    facts = {
        Need.SHEET: sheet is not None and all(parts(sheet)),
        Need.EVIDENCE: bool(problem.evidence),
        Need.VOTE: vote is not None and vote.is_closed and problem.number in vote.chosen,
        Need.JUDGED: judged is not None and judged.policy and judged.law and judged.budget,
        Need.PLAN: plan is not None and 0 < plan.money_won <= MOST_MONEY_WON,
        Need.RESULT: bool(problem.measured),
        Need.SCORES: problem.evaluation.is_passed,
    }
    return frozenset(need for need, is_so in facts.items() if is_so)


def parts(sheet: SheetWritten) -> tuple[str, ...]:
    """Return the parts of a definition sheet in their order."""
    return (
        sheet.status, sheet.when, sheet.where, sheet.origin,
        sheet.harm, sheet.stakeholders, sheet.direction,
    )  # fmt: skip
