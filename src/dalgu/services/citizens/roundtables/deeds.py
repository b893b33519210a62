"""What happens with a roundtable: each a struct with a tag, kept in the citizens' book.

People are numbered applicants here (`a0001`) with coarse attributes; names and phones are in the
vault, seat codes are computed and nowhere written, ballots lie in boxes of their own.
"""

from datetime import date, datetime

import msgspec

from dalgu.kernel.terms import TermDeed
from dalgu.services.citizens.roundtables.plan import Plan, QuotaSet


class Planned(msgspec.Struct, frozen=True, tag="roundtable.planned"):
    """The steering committee set a topic; again for a changed plan."""

    number: int
    plan: Plan


class CallOpened(msgspec.Struct, frozen=True, tag="roundtable.call"):
    """People may apply until the end of this day."""

    number: int
    until: date


class Applied(msgspec.Struct, frozen=True, tag="roundtable.applied"):
    """Somebody would come. `voice` is a keyed hash: one person applies once."""

    number: int
    applicant: str
    attributes: dict[str, str]
    voice: str
    by: str  # web, paper, demonstration


class Withdrew(msgspec.Struct, frozen=True, tag="roundtable.withdrew"):
    """An applicant would not come after all; they stay out of the pool."""

    number: int
    applicant: str


class CallClosed(msgspec.Struct, frozen=True, tag="roundtable.call_closed"):
    """The pool is complete."""

    number: int


class QuotasChosen(msgspec.Struct, frozen=True, tag="roundtable.quotas"):
    """How many of whom the panel must and may have."""

    number: int
    quotas: tuple[QuotaSet, ...]
    size: int


class Committed(msgspec.Struct, frozen=True, tag="roundtable.committed"):
    """The city's seed and the pool are sealed: neither can be another one at the draw."""

    number: int
    commitment: str
    attempt: int  # each has a seed of its own


class Drawn(msgspec.Struct, frozen=True, tag="roundtable.drawn"):
    """The panel was drawn, by the sealed seed and a number from witnesses in the room."""

    number: int
    witness: str
    seed: str  # the city's, opened; hexadecimal
    panel: tuple[str, ...]
    proof: str  # digest of the file that anybody checks


class Replaced(msgspec.Struct, frozen=True, tag="roundtable.replaced"):
    """Somebody does not come; an alternate took the seat, nobody where none fits."""

    number: int
    gone: str
    came: str = ""


class Seated(msgspec.Struct, frozen=True, tag="roundtable.seated"):
    """Who sits with whom: rounds of tables of applicants."""

    number: int
    rounds: tuple[tuple[tuple[str, ...], ...], ...]


class CodeRenewed(msgspec.Struct, frozen=True, tag="roundtable.code"):
    """The code of a seat or a table was lost: it has another one."""

    number: int
    holder: str


class SurveyOpened(msgspec.Struct, frozen=True, tag="roundtable.survey"):
    """The panel is asked before it meets."""

    number: int


class SurveyAnswered(msgspec.Struct, frozen=True, tag="roundtable.survey_answered"):
    """One seat's answers; a later one replaces an earlier one. `voice` is a keyed hash."""

    number: int
    voice: str
    answers: dict[str, str]


class Begun(msgspec.Struct, frozen=True, tag="roundtable.begun"):
    """The hall is open."""

    number: int


class StepTaken(msgspec.Struct, frozen=True, tag="roundtable.step"):
    """A step of the agenda began; `minutes` may be other than planned."""

    number: int
    step: int
    minutes: int


class Said(msgspec.Struct, frozen=True, tag="roundtable.said"):
    """A facilitator typed what somebody said; who, is nowhere written."""

    number: int
    key: str  # made where it was typed: the same one twice is one opinion
    table: int
    round: int
    text: str
    at: datetime


class ThemeMade(msgspec.Struct, frozen=True, tag="roundtable.theme"):
    """Opinions were put under one heading. `is_suggested` as long as no person touched it."""

    number: int
    theme: str
    title: str
    opinions: tuple[str, ...] = ()
    is_suggested: bool = False


class ThemeRenamed(msgspec.Struct, frozen=True, tag="roundtable.theme_renamed"):
    """A theme has another heading."""

    number: int
    theme: str
    title: str


class ThemesMerged(msgspec.Struct, frozen=True, tag="roundtable.themes_merged"):
    """Themes went into one."""

    number: int
    into: str
    gone: tuple[str, ...]


class Moved(msgspec.Struct, frozen=True, tag="roundtable.moved"):
    """Opinions were put under another theme, or under none."""

    number: int
    opinions: tuple[str, ...]
    theme: str = ""
    is_suggested: bool = False


class BoxesOpened(msgspec.Struct, frozen=True, tag="roundtable.boxes"):
    """Ballot boxes were opened, by their ids."""

    number: int
    boxes: tuple[str, ...]


class BoxCounted(msgspec.Struct, frozen=True, tag="roundtable.counted"):
    """A box was closed; the marks of its options summed up, and how many ballots there were."""

    number: int
    box: str
    counts: dict[str, int]
    cast: int


class Penalised(msgspec.Struct, frozen=True, tag="roundtable.penalised"):
    """Points were taken off a candidate, for campaigning."""

    number: int
    candidate: str
    points: int
    reason: str


class CellScored(msgspec.Struct, frozen=True):
    """One candidate by one criterion, as published."""

    criterion: str
    mean: float
    counted: int
    cut: int


class CandidateScored(msgspec.Struct, frozen=True):
    """One candidate's result, as published; points have two decimals."""

    candidate: str
    cells: tuple[CellScored, ...]
    points: float
    penalty: float
    total: float
    rank: int


class FirmnessFound(msgspec.Struct, frozen=True):
    """Who would have won by other rules."""

    trim_pct: int
    is_weighted: bool
    has_penalties: bool
    winners: tuple[str, ...]
    lead: float


class Scored(msgspec.Struct, frozen=True, tag="roundtable.scored"):
    """The criteria were counted."""

    number: int
    standings: tuple[CandidateScored, ...]
    firmness: tuple[FirmnessFound, ...]


class Reported(msgspec.Struct, frozen=True, tag="roundtable.reported"):
    """The hall's conclusions were handed to the city; nothing said there changes any more."""

    number: int
    conclusions: tuple[str, ...]


class FollowUp(msgspec.Struct, frozen=True, tag="roundtable.follow_up"):
    """A conclusion became something to do, as a proposal that everybody follows."""

    number: int
    item: int
    title: str
    department: str
    proposal: int


class ItemAnswered(msgspec.Struct, frozen=True, tag="roundtable.item_answered"):
    """The department said what it will do about one item."""

    number: int
    item: int
    text: str


class ItemEnded(msgspec.Struct, frozen=True, tag="roundtable.item_ended"):
    """One item is done, with what shows it, or was given up with a reason."""

    number: int
    item: int
    is_done: bool
    text: str


class PlanAnswered(msgspec.Struct, frozen=True, tag="roundtable.answered"):
    """The department said how it will carry the conclusions out."""

    number: int
    text: str


class Closed(msgspec.Struct, frozen=True, tag="roundtable.closed"):
    """All that was to follow is done, or was given up with a reason."""

    number: int
    text: str


class Cancelled(msgspec.Struct, frozen=True, tag="roundtable.cancelled"):
    """It does not take place."""

    number: int
    reason: str


RoundtableDeed = (
    Planned
    | CallOpened
    | Applied
    | Withdrew
    | CallClosed
    | QuotasChosen
    | Committed
    | Drawn
    | Replaced
    | Seated
    | CodeRenewed
    | SurveyOpened
    | SurveyAnswered
    | Begun
    | StepTaken
    | Said
    | ThemeMade
    | ThemeRenamed
    | ThemesMerged
    | Moved
    | BoxesOpened
    | BoxCounted
    | Penalised
    | Scored
    | Reported
    | FollowUp
    | ItemAnswered
    | ItemEnded
    | PlanAnswered
    | Closed
    | Cancelled
    | TermDeed
)
