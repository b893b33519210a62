"""What is written of participatory budgets; never who voted what."""

from datetime import date, datetime

import msgspec

from dalgu.kernel.terms import TermDeed


class Called(msgspec.Struct, frozen=True, tag="called"):
    """A round began: how much there is, and by which rule it will be given out.

    `step` is by how much the rule of equal shares raises each voter's money, `most` how many
    projects a ballot may name; money is in won.
    """

    number: int
    ko: str
    en: str
    about: str
    amount: int
    rule: str
    step: int
    most: int
    least_age: int
    ideas_until: date


class RuleChanged(msgspec.Struct, frozen=True, tag="rule_changed"):
    """The rule was announced anew, before anybody voted, and why."""

    number: int
    rule: str
    step: int
    reason: str


class IdeaGiven(msgspec.Struct, frozen=True, tag="idea_given"):
    """Somebody proposed a project, with what they think it costs."""

    number: int
    project: int
    title: str
    text: str
    cost: int
    district: str = ""


class Checked(msgspec.Struct, frozen=True, tag="checked"):
    """A department said whether a project can be done, what it costs, and why not if not."""

    number: int
    project: int
    is_feasible: bool
    cost: int
    department: str
    reason: str


class VoteOpened(msgspec.Struct, frozen=True, tag="vote_opened"):
    """The feasible projects stand on the ballot; the rule cannot change any more."""

    number: int
    closes_at: datetime
    projects: tuple[int, ...]


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """The ballots are counted, by both rules; the one announced decides."""

    number: int
    ballots: int
    equal: tuple[int, ...]
    greedy: tuple[int, ...]
    left_out_equal: float
    left_out_greedy: float
    file: str  # digest of the Pabulib file with every ballot


class Imported(msgspec.Struct, frozen=True, tag="imported"):
    """A round of elsewhere was read from a Pabulib file; what follows counts as of a round."""

    number: int
    title: str
    amount: int
    rule: str
    titles: tuple[str, ...]
    costs: tuple[int, ...]
    ids: tuple[str, ...]
    official: tuple[int, ...]
    ballots: int


class Moved(msgspec.Struct, frozen=True, tag="moved"):
    """A funded project got on, or was stopped; `evidence` is an address or an entity's id."""

    number: int
    project: int
    state: str
    note: str
    evidence: str = ""


BudgetDeed = (
    Called | RuleChanged | IdeaGiven | Checked | VoteOpened | Counted | Imported | Moved | TermDeed
)
