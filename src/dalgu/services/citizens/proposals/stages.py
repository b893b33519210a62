"""The rules of the life cycle: from which stages a step leads, and where to.

One table for proposals, petitions and the city's questions; pages draw their forms from it.
"""

from dataclasses import dataclass

from dalgu.services.citizens.proposals.words import Decision, Kind, Stage, Step

_S = Stage
OPEN = frozenset((_S.MATURING, _S.REACHED, _S.ROUTED, _S.SUPPLEMENT, _S.DEBATING))
ENDED = frozenset((_S.MERGED, _S.CONVERTED, _S.WITHDRAWN))
TALKED_OF = frozenset(_S) - ENDED - {_S.GATHERED}
APPEALABLE = frozenset((Decision.REFUSE, Decision.PARTLY, Decision.NOT_OURS))
TO_BE_DONE = frozenset((Decision.ACCEPT, Decision.PARTLY))


@dataclass(frozen=True, slots=True)
class Rule:
    """A step leads from these stages to one, or leaves it as it is."""

    since: frozenset[Stage]
    to: Stage | None
    kinds: frozenset[Kind] = frozenset((Kind.TALK,))
    by_staff: bool = True


def _rule(*since: Stage, to: Stage | None = None, by_staff: bool = True) -> Rule:
    return Rule(frozenset(since), to, by_staff=by_staff)


_SIGNED = frozenset((Kind.TALK, Kind.PETITION))
RULES: dict[Step, Rule] = {
    Step.SUPPORT: Rule(OPEN, None, _SIGNED, by_staff=False),
    Step.COMMENT: Rule(TALKED_OF, None, frozenset(Kind), by_staff=False),
    Step.WITHDRAW: Rule(frozenset((_S.MATURING,)), _S.WITHDRAWN, _SIGNED, by_staff=False),
    Step.ARCHIVE: Rule(frozenset((_S.MATURING,)), _S.ARCHIVED, _SIGNED),
    Step.REACH: Rule(frozenset((_S.MATURING,)), _S.REACHED, _SIGNED),
    Step.ROUTE: _rule(_S.REACHED, to=_S.ROUTED),
    Step.TRANSFER: _rule(_S.ROUTED, _S.APPEALED),
    Step.ASK_SUPPLEMENT: _rule(_S.ROUTED, to=_S.SUPPLEMENT),
    Step.SUPPLY: _rule(_S.SUPPLEMENT, to=_S.ROUTED, by_staff=False),
    Step.LAPSE: _rule(_S.SUPPLEMENT, to=_S.ROUTED),
    Step.EXTEND: _rule(_S.REACHED, _S.ROUTED, _S.APPEALED),
    Step.MERGE: _rule(_S.MATURING, _S.ARCHIVED, _S.REACHED, _S.ROUTED, to=_S.MERGED),
    Step.CONVERT: _rule(_S.MATURING, _S.REACHED, _S.ROUTED, to=_S.CONVERTED),
    Step.ANSWER: _rule(_S.ROUTED, _S.APPEALED, to=_S.ANSWERED),
    Step.PLAN: _rule(_S.ANSWERED, _S.STALLED, to=_S.PLANNED),
    Step.IMPLEMENT: _rule(_S.PLANNED, _S.STALLED, to=_S.IMPLEMENTED),
    Step.STALL: _rule(_S.PLANNED, to=_S.STALLED),
    Step.REOPEN: _rule(_S.ARCHIVED, _S.ANSWERED, _S.IMPLEMENTED, _S.STALLED, to=_S.ROUTED),
    Step.APPEAL: _rule(_S.ANSWERED, to=_S.APPEALED, by_staff=False),
    Step.FULFIL: _rule(*OPEN, _S.ANSWERED, _S.APPEALED, _S.PLANNED, _S.IMPLEMENTED, _S.STALLED),
    Step.DECIDE: Rule(frozenset((_S.REACHED,)), None, frozenset((Kind.PETITION,))),
    Step.HOLD: Rule(frozenset((_S.DEBATING,)), _S.ANSWERED, frozenset((Kind.PETITION,))),
    Step.CLOSE: Rule(frozenset((_S.ASKING,)), _S.GATHERED, frozenset((Kind.ASK,))),
    Step.RECORD: Rule(frozenset((_S.GATHERED,)), _S.ANSWERED, frozenset((Kind.ASK,))),
}


def may(step: Step, stage: Stage, kind: Kind) -> bool:
    """Tell whether a step leads from a stage."""
    rule = RULES[step]
    return stage in rule.since and kind in rule.kinds


def steps_of_staff(stage: Stage, kind: Kind) -> list[Step]:
    """Return what staff may do with one in a stage, in the order of the table."""
    return [step for step, rule in RULES.items() if rule.by_staff and may(step, stage, kind)]


# The stages that a page shows as a line, those of a good end.
LINES: dict[Kind, tuple[Stage, ...]] = {
    Kind.TALK: (_S.MATURING, _S.REACHED, _S.ROUTED, _S.ANSWERED, _S.PLANNED, _S.IMPLEMENTED),
    Kind.PETITION: (_S.MATURING, _S.REACHED, _S.DEBATING, _S.ANSWERED),
    Kind.ASK: (_S.ASKING, _S.GATHERED, _S.ANSWERED),
}
# Where on that line the others are.
BESIDE: dict[Stage, Stage] = {
    _S.ARCHIVED: _S.MATURING,
    _S.WITHDRAWN: _S.MATURING,
    _S.MERGED: _S.MATURING,
    _S.CONVERTED: _S.MATURING,
    _S.SUPPLEMENT: _S.ROUTED,
    _S.APPEALED: _S.ANSWERED,
    _S.STALLED: _S.PLANNED,
}
