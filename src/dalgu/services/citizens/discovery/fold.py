"""Folds the deeds of the room into its state, each kind by one function of a table."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.kernel.clock import local
from dalgu.kernel.terms import applied
from dalgu.kernel.text import Text
from dalgu.services.citizens.discovery import deeds
from dalgu.services.citizens.discovery.evaluation import Score
from dalgu.services.citizens.discovery.gates import TERMS, Gate
from dalgu.services.citizens.discovery.state import (
    Application,
    Completion,
    GateRecord,
    Problem,
    Round,
    Session,
    State,
    Team,
    Vote,
)


def take(state: State, entry: Entry) -> None:
    """Fold one entry."""
    deed = entry.deed
    kind = type(deed)
    if kind in OF_ROUNDS:
        OF_ROUNDS[kind](state, entry, deed)
    elif kind in OF_PROBLEMS:
        OF_PROBLEMS[kind](state.problems[deed.problem], entry, deed)
    else:  # a deed of a term: the subject says of which problem
        problem = state.problems[int(entry.subject.partition(":")[2])]
        problem.terms = applied(problem.terms, deed, TERMS)


def _called(state: State, entry: Entry, deed: deeds.RoundCalled) -> None:
    state.rounds[deed.round] = Round(
        deed.round, Text(deed.title_ko, deed.title_en), deed.call_from, deed.call_until,
        deed.kickoff_on, deed.ends_on, deed.seats, deed.source,
    )  # fmt: skip


def _counted(state: State, entry: Entry, deed: deeds.RoundCounted) -> None:
    found = state.rounds[deed.round]
    found.began, found.certified = deed.began, deed.certified


def _applied(state: State, entry: Entry, deed: deeds.Applied) -> None:
    state.rounds[deed.round].applications[entry.actor] = Application(
        entry.actor, deed.voice, deed.motive, entry.at
    )


def _withdrawn(state: State, entry: Entry, deed: deeds.Withdrawn) -> None:
    state.rounds[deed.round].applications.pop(entry.actor, None)


def _chosen(state: State, entry: Entry, deed: deeds.Chosen) -> None:
    state.rounds[deed.round].members = deed.accounts


def _held(state: State, entry: Entry, deed: deeds.SessionHeld) -> None:
    state.rounds[deed.round].sessions[deed.session] = Session(
        deed.session, deed.on, deed.kind, deed.title
    )


def _attended(state: State, entry: Entry, deed: deeds.Attended) -> None:
    sessions = state.rounds[deed.round].sessions
    sessions[deed.session] = replace(sessions[deed.session], present=frozenset(deed.accounts))


def _formed(state: State, entry: Entry, deed: deeds.TeamFormed) -> None:
    state.rounds[deed.round].teams[deed.team] = Team(deed.team, deed.name, deed.accounts)


def _vote_opened(state: State, entry: Entry, deed: deeds.VoteOpened) -> None:
    state.rounds[deed.round].vote = Vote(deed)


def _vote_closed(state: State, entry: Entry, deed: deeds.VoteClosed) -> None:
    found = state.rounds[deed.round]
    if found.vote is not None:
        found.vote = replace(
            found.vote, ballots=deed.ballots, approvals=dict(deed.approvals), chosen=deed.chosen
        )


def _certified(state: State, entry: Entry, deed: deeds.Certified) -> None:
    one = Completion(
        deed.code, deed.round, deed.account, deed.attended, deed.of, entry.at, entry.seq
    )
    state.rounds[deed.round].completions[deed.account] = one
    state.completions[deed.code] = one


def _name_bound(state: State, entry: Entry, deed: deeds.NameBound) -> None:
    one = replace(state.completions[deed.code], name_digest=deed.digest)
    state.rounds[one.round].completions[one.account] = one
    state.completions[deed.code] = one


def _observed(state: State, entry: Entry, deed: deeds.Observed) -> None:
    doubt = Text(deed.doubt_ko, deed.doubt_en) if deed.doubt_ko else None
    problem = Problem(
        deed.problem, deed.round, deed.team, Text(deed.title_ko, deed.title_en), entry.at,
        entry.actor, deed.place, deed.lon, deed.lat, deed.source, doubt,
    )  # fmt: skip
    on = None if deed.source else local(entry.at).date()
    problem.gates.append(GateRecord(Gate.OBSERVED, on, entry.actor, "", "", deed.source, entry.seq))
    state.problems[deed.problem] = problem


def _sheet(problem: Problem, entry: Entry, deed: deeds.SheetWritten) -> None:
    problem.sheet = deed


def _evidence(problem: Problem, entry: Entry, deed: deeds.EvidenceLinked) -> None:
    problem.evidence.append((deed, entry.actor, entry.at))


def _visit(problem: Problem, entry: Entry, deed: deeds.VisitNoted) -> None:
    problem.visits.append(deed)


def _judged(problem: Problem, entry: Entry, deed: deeds.Judged) -> None:
    problem.judged = deed


def _planned(problem: Problem, entry: Entry, deed: deeds.Planned) -> None:
    problem.plan, problem.plan_by = deed, entry.actor


def _funded(problem: Problem, entry: Entry, deed: deeds.Funded) -> None:
    problem.funds.append(deed)


def _measured(problem: Problem, entry: Entry, deed: deeds.Measured) -> None:
    problem.measured.append((deed, entry.actor))


def _scored(problem: Problem, entry: Entry, deed: deeds.Scored) -> None:
    problem.scores[deed.voice] = Score(deed.is_author, deed.scores)


def _passed(problem: Problem, entry: Entry, deed: deeds.Passed) -> None:
    problem.gates.append(
        GateRecord(
            Gate(deed.gate), deed.on, entry.actor, deed.body, deed.record, deed.source, entry.seq
        )
    )


def _stopped(problem: Problem, entry: Entry, deed: deeds.Stopped) -> None:
    problem.stopped = deed


def _resumed(problem: Problem, entry: Entry, deed: deeds.Resumed) -> None:
    problem.stopped = None


OF_ROUNDS: dict[type, Callable[[State, Entry, Any], None]] = {
    deeds.RoundCalled: _called,
    deeds.RoundCounted: _counted,
    deeds.Applied: _applied,
    deeds.Withdrawn: _withdrawn,
    deeds.Chosen: _chosen,
    deeds.SessionHeld: _held,
    deeds.Attended: _attended,
    deeds.TeamFormed: _formed,
    deeds.VoteOpened: _vote_opened,
    deeds.VoteClosed: _vote_closed,
    deeds.Certified: _certified,
    deeds.NameBound: _name_bound,
    deeds.Observed: _observed,
}
OF_PROBLEMS: dict[type, Callable[[Problem, Entry, Any], None]] = {
    deeds.SheetWritten: _sheet,
    deeds.EvidenceLinked: _evidence,
    deeds.VisitNoted: _visit,
    deeds.Judged: _judged,
    deeds.Planned: _planned,
    deeds.Funded: _funded,
    deeds.Measured: _measured,
    deeds.Scored: _scored,
    deeds.Passed: _passed,
    deeds.Stopped: _stopped,
    deeds.Resumed: _resumed,
}
