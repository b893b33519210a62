"""Which clocks a decision on a problem stops and starts."""

from datetime import date

from dalgu.access.logbook import Noted
from dalgu.kernel.terms import TermEnded, TermMet, TermStarted
from dalgu.services.citizens.discovery.gates import RULES, Gate, following
from dalgu.services.citizens.discovery.state import Problem


def after_gate(problem: Problem, gate: Gate, today: date) -> list[Noted]:
    """Return what passing a gate does to the clocks: its own is met, that of the next starts."""
    noted: list[Noted] = []
    own = RULES[gate].term
    if own is not None and own.id in problem.terms and problem.terms[own.id].is_open:
        noted.append(Noted(problem.subject, TermMet(own.id, today)))
    then = following(gate)
    following_rule = None if then is None else RULES[then].term
    if following_rule is not None:
        noted.append(Noted(problem.subject, TermStarted(following_rule.id, today)))
    return noted


def after_stop(problem: Problem, today: date, reason: str) -> list[Noted]:
    """Return what stopping does: nothing is owed any more."""
    return [
        Noted(problem.subject, TermEnded(name, today, reason))
        for name, term in problem.terms.items()
        if term.is_open
    ]


def after_resume(problem: Problem, today: date) -> list[Noted]:
    """Return the clock that runs again when a stopped problem is taken up."""
    then = following(problem.gate)
    rule = None if then is None else RULES[then].term
    return [] if rule is None else [Noted(problem.subject, TermStarted(rule.id, today))]
