"""What a roundtable is about and how it is to go: set by its steering committee before the call."""

from datetime import datetime
from enum import StrEnum

import msgspec

from dalgu.services.citizens.sortition.pool import Quota

MINUTES_A_STEP = 480  # at most: a day
NAME_LONGEST = 120
ABOUT_LONGEST = 4_000
MOST_SEATS = 3_000
MOST_OPTIONS = 12
MOST_CELLS = 200  # marks on one scoring sheet


class Stage(StrEnum):
    """How far a roundtable is; each follows the one before."""

    PLANNED = "planned"
    CALLING = "calling"  # people apply
    SELECTING = "selecting"  # the call is closed: quotas are set
    COMMITTED = "committed"  # the seed stands sealed before the draw
    DRAWN = "drawn"
    SEATED = "seated"
    SURVEYING = "surveying"  # the panel answers before it meets
    LIVE = "live"
    REPORTED = "reported"
    FOLLOWING = "following"  # what was asked for is under way
    CLOSED = "closed"
    CANCELLED = "cancelled"


ORDER = tuple(stage for stage in Stage if stage is not Stage.CANCELLED)


class Attribute(StrEnum):
    """By what applicants are told apart: coarse groups, as they are published."""

    SEX = "sex"
    AGE = "age"
    DISTRICT = "district"
    JOB = "job"


SEXES = ("f", "m")
AGES = ("19-29", "30-39", "40-49", "50-59", "60-69", "70+")
JOBS = ("office", "service", "works", "own", "home", "student", "none")
GUESTS = "guests"  # a district of its own: organisations and experts that a plan may seat


class StepKind(StrEnum):
    """What the hall does in one step of the agenda."""

    OPENING = "opening"
    TALK = "talk"
    BALLOT_BEFORE = "ballot_before"
    DISCUSSION = "discussion"
    THEMES = "themes"
    BALLOT_AFTER = "ballot_after"
    SCORING = "scoring"
    PAUSE = "pause"
    CLOSING = "closing"


BALLOTS = (StepKind.BALLOT_BEFORE, StepKind.BALLOT_AFTER, StepKind.SCORING)


class AgendaStep(msgspec.Struct, frozen=True):
    """One step of the agenda."""

    kind: StepKind
    title: str
    minutes: int


class Question(msgspec.Struct, frozen=True):
    """What the hall votes on before and after the discussion; one option each."""

    id: str
    title: str
    options: tuple[str, ...]

    @property
    def option_ids(self) -> tuple[str, ...]:
        """The options as ballots name them: o1, o2 and so on."""
        return tuple(f"o{number}" for number in range(1, len(self.options) + 1))


class Criterion(msgspec.Struct, frozen=True):
    """By what candidates are marked; weights need not sum up to anything."""

    id: str
    title: str
    weight: int


class Choice(msgspec.Struct, frozen=True):
    """One of the candidates that are marked."""

    id: str
    title: str


class Plan(msgspec.Struct, frozen=True):
    """A roundtable as it is planned."""

    title: str
    about: str  # why, and what becomes of the result
    steering: str  # who set the topic
    department: str  # who answers for what becomes of it
    place: str
    starts_at: datetime
    size: int  # seats that the lottery fills
    table_size: int = 10
    title_en: str = ""
    survey: tuple[Question, ...] = ()
    questions: tuple[Question, ...] = ()
    candidates: tuple[Choice, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    trim_pct: int = 5
    agenda: tuple[AgendaStep, ...] = ()
    origin: str = ""  # synthetic, where nobody stands behind it

    @property
    def rounds(self) -> int:
        """How many discussions there are: each has tables of its own."""
        return max(1, sum(step.kind is StepKind.DISCUSSION for step in self.agenda))

    def round_at(self, step: int) -> int:
        """Return the round that runs at a step, from 1; before the first discussion it is 1."""
        begun = sum(one.kind is StepKind.DISCUSSION for one in self.agenda[: step + 1])
        return max(1, begun)


class QuotaSet(msgspec.Struct, frozen=True):
    """How many of the panel must and may have one value of one attribute."""

    attribute: Attribute
    value: str
    least: int
    most: int

    def quota(self) -> Quota:
        """Return it as the lottery takes it."""
        return Quota(str(self.attribute), self.value, self.least, self.most)
