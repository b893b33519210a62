"""How the running of signals stands: a fold of its deeds."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dalgu.access.logbook import Entry
from dalgu.devices.signals.timing import Plan
from dalgu.services.traffic.control.deeds import (
    ControlDeed,
    ControllerSet,
    NetworkTaken,
    PlanEnded,
    PlanProposed,
    PlanTaken,
    ShadowJudged,
)


class Running(StrEnum):
    """How a signal is run."""

    PLAN = "plan"  # its own fixed plan
    SHADOW = "shadow"  # its own fixed plan, while a controller says what it would do
    LIVE = "live"  # a controller decides, through the safety layer


@dataclass(frozen=True, slots=True)
class Choice:
    """Who controls a signal, since when, by whose word and why."""

    controller: str
    running: Running
    at: datetime
    actor: str
    why: str


class Step(StrEnum):
    """How far a proposed plan is."""

    PROPOSED = "proposed"
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(slots=True)
class Proposal:
    """A plan that somebody or something proposed for a signal."""

    number: int
    signal: str
    plan: Plan
    why: str
    at: datetime
    actor: str
    step: Step = Step.PROPOSED
    until: datetime | None = None


@dataclass(slots=True)
class ControlState:
    """The network in force, the choices of signals and their plans."""

    network: NetworkTaken | None = None
    taken_at: datetime | None = None
    choices: dict[str, Choice] = field(default_factory=dict)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    judgements: list[Entry] = field(default_factory=list)  # of controllers, oldest first
    told: list[Entry] = field(default_factory=list)  # oldest first

    def running(self, signal: str) -> Running:
        """Return how a signal is run."""
        choice = self.choices.get(signal)
        return Running.PLAN if choice is None else choice.running

    def plan_in_force(self, signal: str, now: datetime) -> Proposal | None:
        """Return the proposal that is in force at a signal."""
        held = [
            one
            for one in self.proposals.values()
            if one.signal == signal
            and one.step is Step.TAKEN
            and (one.until is None or one.until > now)
        ]
        return max(held, key=lambda one: one.number, default=None)


def take(state: ControlState, entry: Entry) -> None:
    """Fold one entry."""
    deed: ControlDeed = entry.deed
    state.told.append(entry)
    match deed:
        case NetworkTaken():
            state.network, state.taken_at = deed, entry.at
        case ControllerSet():
            running = Running(deed.mode)
            choice = Choice(deed.controller, running, entry.at, entry.actor, deed.why)
            state.choices.update(dict.fromkeys(deed.signals, choice))
        case PlanProposed():
            state.proposals[deed.proposal] = Proposal(
                deed.proposal, deed.signal, deed.plan, deed.why, entry.at, entry.actor
            )
        case PlanTaken():
            proposal = state.proposals[deed.proposal]
            proposal.step, proposal.until = Step.TAKEN, deed.until
        case PlanEnded():
            state.proposals[deed.proposal].step = Step.ENDED
        case ShadowJudged():
            state.judgements.append(entry)
