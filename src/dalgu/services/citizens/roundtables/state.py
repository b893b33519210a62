"""A roundtable as it stands: what its deeds fold to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dalgu.kernel.terms import Term
from dalgu.services.citizens.roundtables.deeds import (
    CandidateScored,
    FirmnessFound,
    Penalised,
)
from dalgu.services.citizens.roundtables.plan import (
    AgendaStep,
    Attribute,
    Plan,
    QuotaSet,
    Stage,
)

APPOINTED = "appointed"  # by an organisation: seated without the lottery


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who would come."""

    id: str
    attributes: dict[str, str]
    by: str  # web, paper, demonstration, appointed
    at: datetime
    voice: str = ""

    @property
    def is_appointed(self) -> bool:
        """Whether they come without the lottery."""
        return self.by == APPOINTED


@dataclass(slots=True)
class Opinion:
    """What somebody said at a table."""

    key: str
    table: int
    round: int
    text: str
    at: datetime
    order: int  # in which it came, from 1
    by: str  # the pseudonym of whose page sent it
    theme: str = ""  # none yet
    is_placed: bool = False  # by a person: suggestions leave it where it is


@dataclass(slots=True)
class Theme:
    """Opinions under one heading."""

    id: str
    title: str
    opinions: list[str] = field(default_factory=list)
    is_suggested: bool = False  # no person touched it yet
    into: str = ""  # the theme that it went into

    @property
    def is_standing(self) -> bool:
        """Whether it still is a theme of its own."""
        return not self.into and bool(self.opinions or not self.is_suggested)


@dataclass(slots=True)
class BoxState:
    """A ballot box of the roundtable; counts only once it is closed."""

    id: str
    counts: dict[str, int] | None = None
    cast: int = 0

    @property
    def is_open(self) -> bool:
        """Whether ballots are taken."""
        return self.counts is None


@dataclass(slots=True)
class Item:
    """Something to do that came out of a roundtable."""

    number: int
    title: str
    department: str
    proposal: int
    begun_at: datetime
    answer: str = ""
    is_done: bool | None = None  # none while it is under way
    outcome: str = ""
    terms: dict[str, Term] = field(default_factory=dict)


@dataclass(slots=True)
class Roundtable:
    """One roundtable from its topic to its end."""

    number: int
    plan: Plan
    planned_at: datetime
    stage: Stage = Stage.PLANNED
    reached: dict[Stage, datetime] = field(default_factory=dict)
    until: date | None = None  # of the call
    applicants: dict[str, Applicant] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    voices: dict[str, str] = field(default_factory=dict)  # of who applied, to their number
    quotas: tuple[QuotaSet, ...] = ()
    size: int = 0
    commitments: list[tuple[str, datetime]] = field(default_factory=list)
    witness: str = ""
    seed: str = ""
    drawn: tuple[str, ...] = ()
    proof: str = ""
    panel: list[str] = field(default_factory=list)  # of the lottery, as it is now
    absent: dict[str, str] = field(default_factory=dict)  # to who took the seat
    tables: tuple[tuple[tuple[str, ...], ...], ...] = ()  # by round
    renewals: dict[str, int] = field(default_factory=dict)  # of codes, by holder
    survey: dict[str, dict[str, str]] = field(default_factory=dict)
    step: int = -1
    step_at: datetime | None = None
    step_minutes: int = 0
    opinions: dict[str, Opinion] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)
    boxes: dict[str, BoxState] = field(default_factory=dict)
    penalties: list[Penalised] = field(default_factory=list)
    standings: tuple[CandidateScored, ...] = ()
    firmness: tuple[FirmnessFound, ...] = ()
    conclusions: tuple[str, ...] = ()
    items: dict[int, Item] = field(default_factory=dict)
    answer: str = ""
    outcome: str = ""  # of the end, or the reason why it does not take place
    terms: dict[str, Term] = field(default_factory=dict)
    version: int = 0  # grows with all that changes

    @property
    def pool(self) -> list[Applicant]:
        """Who takes part in the lottery, in the order of their numbers."""
        return [
            one
            for one in self.applicants.values()
            if not one.is_appointed and one.id not in self.withdrawn
        ]

    @property
    def appointed(self) -> list[str]:
        """Who comes without the lottery."""
        return [
            one.id
            for one in self.applicants.values()
            if one.is_appointed and one.id not in self.withdrawn and one.id not in self.absent
        ]

    @property
    def members(self) -> list[str]:
        """Everybody who is to sit in the hall."""
        return [*self.panel, *self.appointed]

    @property
    def table_count(self) -> int:
        """How many tables there are; 0 before they are set."""
        return len(self.tables[0]) if self.tables else 0

    @property
    def is_coming(self) -> bool:
        """Whether it is still to meet."""
        return self.stage not in (
            Stage.REPORTED, Stage.FOLLOWING, Stage.CLOSED, Stage.CANCELLED,
        )  # fmt: skip

    @property
    def round(self) -> int:
        """Which discussion runs, or ran last; 1 before the first."""
        return self.plan.round_at(self.step)

    @property
    def step_now(self) -> AgendaStep | None:
        """The step of the agenda that runs."""
        is_running = self.stage is Stage.LIVE and 0 <= self.step < len(self.plan.agenda)
        return self.plan.agenda[self.step] if is_running else None

    @property
    def step_ends(self) -> datetime | None:
        """When the running step is to end."""
        if self.step_now is None or self.step_at is None:
            return None
        return self.step_at + timedelta(minutes=self.step_minutes)

    def table_of(self, member: str, round_: int) -> int | None:
        """Return the number of somebody's table in a round, from 1."""
        if not 1 <= round_ <= len(self.tables):
            return None
        for number, seated in enumerate(self.tables[round_ - 1], start=1):
            if member in seated:
                return number
        return None

    def standing_themes(self) -> list[Theme]:
        """Return the themes that stand, the largest first.

        Those that went into another do not, nor suggested ones that were emptied.
        """
        found = [one for one in self.themes.values() if one.is_standing]
        return sorted(found, key=lambda one: (-len(one.opinions), one.id))

    def unsorted(self) -> list[Opinion]:
        """Return the opinions under no theme, oldest first."""
        return [one for one in self.opinions.values() if not one.theme]

    def penalty_of(self, candidate: str) -> int:
        """Return the points taken off a candidate."""
        return sum(one.points for one in self.penalties if one.candidate == candidate)

    def winners(self) -> list[CandidateScored]:
        """Return who has the most points; none before they are counted."""
        return [one for one in self.standings if one.rank == 1]

    def tally(self, attribute: Attribute, who: Iterable[str]) -> dict[str, int]:
        """Return how many of some applicants have each value of an attribute."""
        found: dict[str, int] = {}
        for id in who:
            value = self.applicants[id].attributes.get(attribute, "")
            found[value] = found.get(value, 0) + 1
        return found
