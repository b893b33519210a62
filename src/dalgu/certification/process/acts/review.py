"""Conflicts of interest, document review and site visit."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from dalgu.certification.process.acts.act import (
    Code,
    Count,
    Event,
    Level,
    OnCase,
    Prose,
    Sha256,
    Value,
)
from dalgu.certification.process.words import ConflictGround, Outcome


class AssignReviewers(OnCase, tag="assign_reviewers", frozen=True, kw_only=True):
    """Name those who review the documents, and who of them leads the evaluation."""

    reviewers: tuple[Code, ...]
    lead: Code


class ReviewersAssigned(
    AssignReviewers, Event, tag="reviewers_assigned", tag_field="event", frozen=True, kw_only=True
):
    """The case has its reviewers."""


class DeclareConflicts(OnCase, tag="declare_conflicts", frozen=True, kw_only=True):
    """Declare one's conflicts of interest; none is declared by an empty list."""

    grounds: tuple[ConflictGround, ...]
    note: Annotated[str, Meta(max_length=2_000)] = ""


class ConflictsDeclared(
    DeclareConflicts, Event, tag="conflicts_declared", tag_field="event", frozen=True, kw_only=True
):
    """Somebody who judges has declared; with a ground they are recused."""

    person: str


class ExcludePerson(OnCase, tag="exclude_person", frozen=True, kw_only=True):
    """Keep a person from the case on one of the grounds of art. 5, 1."""

    person: Code
    ground: ConflictGround
    reason: Prose


class PersonExcluded(
    ExcludePerson, Event, tag="person_excluded", tag_field="event", frozen=True, kw_only=True
):
    """A person may not judge the case."""


class ChallengePerson(OnCase, tag="challenge_person", frozen=True, kw_only=True):
    """Ask, as a party, that a person be kept from the case; the committee decides."""

    person: Code
    ground: ConflictGround
    reason: Prose


class PersonChallenged(
    ChallengePerson, Event, tag="person_challenged", tag_field="event", frozen=True, kw_only=True
):
    """A party doubts a person."""


class OpenCase(OnCase, tag="open_case", frozen=True, kw_only=True):
    """Open the file of a case."""


class CaseOpened(OpenCase, Event, tag="case_opened", tag_field="event", frozen=True, kw_only=True):
    """Somebody who judges has opened the file for the first time."""

    person: str


class AccessRefused(Event, tag="access_refused", frozen=True, kw_only=True):
    """Somebody tried to open or touch a case that they may not judge."""

    case: str
    command: str
    problem: str  # slug of the refusal


class ReviewLine(Value, frozen=True, kw_only=True):
    """One reviewer's word on one indicator."""

    is_accepted: bool
    reason: Prose
    value: float | None = None  # where the reviewer accepts another value than was declared
    level: Level | None = None  # for qualitative indicators
    needs_site_check: bool = False


class FileReview(OnCase, tag="file_review", frozen=True, kw_only=True):
    """File one's review of some indicators; a later word on one replaces the earlier."""

    lines: Annotated[dict[Code, ReviewLine], Meta(min_length=1)]


class ReviewFiled(
    FileReview, Event, tag="review_filed", tag_field="event", frozen=True, kw_only=True
):
    """A reviewer has judged."""

    reviewer: str


class Adjudicate(OnCase, tag="adjudicate", frozen=True, kw_only=True):
    """Settle a level on which reviewers differ by more than two."""

    indicator: Code
    level: Level
    reason: Prose


class Adjudicated(
    Adjudicate, Event, tag="adjudicated", tag_field="event", frozen=True, kw_only=True
):
    """The evaluation lead settled a level."""

    levels: tuple[int, ...]  # as the reviewers had given them


class CloseDocumentReview(OnCase, tag="close_document_review", frozen=True, kw_only=True):
    """Close the written evaluation."""


class DocumentReviewClosed(
    CloseDocumentReview,
    Event,
    tag="document_review_closed",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """The written evaluation has its result."""

    levels: dict[str, float]  # median of the reviewers, or adjudicated
    values: dict[str, float]  # accepted in place of what was declared
    rejected: tuple[str, ...]  # quantitative indicators whose value most reviewers refused
    site_checks: tuple[str, ...]
    alpha: float | None  # Krippendorff's, ordinal


class SampleItem(Value, frozen=True, kw_only=True):
    """Something that can be looked at on site, and the indicator it counts for."""

    indicator: Code
    item: Code


class PlanVisit(OnCase, tag="plan_visit", frozen=True, kw_only=True):
    """Plan the site visit: what is checked, and out of what a sample will be drawn."""

    on: date
    commitment: Sha256  # of the secret that will seed the draw
    pool: Annotated[tuple[SampleItem, ...], Meta(max_length=100_000)]
    sample_size: Count
    checklist: Annotated[tuple[Code, ...], Meta(min_length=1)]


class VisitPlanned(
    PlanVisit, Event, tag="visit_planned", tag_field="event", frozen=True, kw_only=True
):
    """The visit is planned, and the draw can no longer be chosen."""


class RevealSample(OnCase, tag="reveal_sample", frozen=True, kw_only=True):
    """Reveal the secret and draw the sample."""

    secret: Sha256


class SampleDrawn(
    RevealSample, Event, tag="sample_drawn", tag_field="event", frozen=True, kw_only=True
):
    """The sample is drawn; whoever has the secret can draw it again."""

    sample: tuple[SampleItem, ...]


class RecordFinding(OnCase, tag="record_finding", frozen=True, kw_only=True):
    """Record what was seen on site of one indicator, or of one sampled item of it."""

    indicator: Code
    outcome: Outcome
    note: Prose
    item: Annotated[str, Meta(max_length=80)] = ""
    value: float | None = None
    level: Level | None = None
    photos: tuple[Sha256, ...] = ()


class FindingRecorded(
    RecordFinding, Event, tag="finding_recorded", tag_field="event", frozen=True, kw_only=True
):
    """Something was seen on site."""


class CloseVisit(OnCase, tag="close_visit", frozen=True, kw_only=True):
    """Close the site visit."""


class VisitClosed(
    CloseVisit, Event, tag="visit_closed", tag_field="event", frozen=True, kw_only=True
):
    """The case goes to the committee."""
