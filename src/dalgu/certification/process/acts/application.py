"""What applicants file and how the operator checks whether it is complete."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from dalgu.certification.process.acts.act import (
    Code,
    Command,
    Count,
    Event,
    Level,
    Line,
    OnCase,
    Page,
    Prose,
    Sha256,
    Value,
)
from dalgu.certification.process.words import (
    Confidentiality,
    FileKind,
    FindingKind,
    GovernmentKind,
    MeasurementStatus,
)


class LocalGovernment(Value, frozen=True, kw_only=True):
    """A local government as it applies."""

    code: Code  # administrative area code
    kind: GovernmentKind
    name_ko: Line
    name_en: Line
    population: Annotated[int, Meta(ge=1)]  # registered residents


class Measurement(Value, frozen=True, kw_only=True):
    """The value of a quantitative indicator, and the snapshot it can be computed again from."""

    status: MeasurementStatus
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    coverage: Annotated[float, Meta(ge=0, le=1)] = 1.0
    snapshot: str = ""  # digest of the frozen rows


class Link(Value, frozen=True, kw_only=True):
    """What a piece of evidence proves, and on which pages."""

    indicator: Code
    summary: Line
    pages: tuple[Page, ...] = ()
    level: Level | None = None  # of the rubric, for qualitative indicators


class Evidence(Value, frozen=True, kw_only=True):
    """One document that proves something."""

    id: Code
    sha256: Sha256
    title: Line
    issuer: Line
    issued_on: date
    is_stamped: bool  # carries the "identical to the original" stamp, or is the original
    confidentiality: Confidentiality = Confidentiality.EVALUATION
    links: tuple[Link, ...] = ()


class Declaration(Value, frozen=True, kw_only=True):
    """The application form, sealed by the head of the local government."""

    is_sealed: bool
    signed_on: date
    sha256: Sha256


class Finding(Value, frozen=True, kw_only=True):
    """Something that an application lacks."""

    kind: FindingKind
    indicator: str = ""
    evidence: str = ""


class OpenApplication(Command, tag="open_application", frozen=True, kw_only=True):
    """Begin an application."""

    round: Code
    government: LocalGovernment
    reference_date: date
    contact: Code  # pseudonym; the vault holds the name


class ApplicationOpened(
    OpenApplication, Event, tag="application_opened", tag_field="event", frozen=True, kw_only=True
):
    """An application is being drafted."""

    case: str
    city_type: str
    group: str
    extends: str = ""  # number of the certificate that is to be extended


class DeclareScore(OnCase, tag="declare_score", frozen=True, kw_only=True):
    """Declare all values and self-assessed levels; the newest declaration counts."""

    measurements: dict[Code, Measurement]
    levels: dict[Code, Level]


class ScoreDeclared(
    DeclareScore, Event, tag="score_declared", tag_field="event", frozen=True, kw_only=True
):
    """The applicant's own score."""

    points: float
    grade: int


class ReceiveFile(OnCase, tag="receive_file", frozen=True, kw_only=True):
    """Note a file whose bytes were checked and kept; only the desk itself does so."""

    sha256: Sha256
    kind: FileKind
    size_bytes: Count
    pages: Count | None  # of a PDF
    name: Line


class FileReceived(
    ReceiveFile, Event, tag="file_received", tag_field="event", frozen=True, kw_only=True
):
    """A file of the case is kept under its digest."""


class AddEvidence(OnCase, tag="add_evidence", frozen=True, kw_only=True):
    """Offer a received file as evidence."""

    evidence: Evidence


class EvidenceAdded(
    AddEvidence, Event, tag="evidence_added", tag_field="event", frozen=True, kw_only=True
):
    """A piece of evidence is in the file."""


class RemoveEvidence(OnCase, tag="remove_evidence", frozen=True, kw_only=True):
    """Take a piece of evidence out of the file; the log keeps that it was there."""

    evidence: Code
    reason: Line


class EvidenceRemoved(
    RemoveEvidence, Event, tag="evidence_removed", tag_field="event", frozen=True, kw_only=True
):
    """A piece of evidence counts no longer."""


class SubmitApplication(OnCase, tag="submit_application", frozen=True, kw_only=True):
    """Hand the application in."""

    declaration: Declaration


class ApplicationSubmitted(
    SubmitApplication,
    Event,
    tag="application_submitted",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """The application is in."""

    findings: tuple[Finding, ...]


class RequestSupplement(OnCase, tag="request_supplement", frozen=True, kw_only=True):
    """Ask the applicant for what is incomplete or untrue."""

    items: Annotated[tuple[Line, ...], Meta(min_length=1)]
    due: date


class SupplementRequested(
    RequestSupplement,
    Event,
    tag="supplement_requested",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """The applicant has been asked for more."""

    findings: tuple[Finding, ...]


class ReplySupplement(OnCase, tag="reply_supplement", frozen=True, kw_only=True):
    """Answer a request for more, after the evidence was put in order."""

    answer: Prose
    declaration: Declaration | None = None


class SupplementReplied(
    ReplySupplement, Event, tag="supplement_replied", tag_field="event", frozen=True, kw_only=True
):
    """The applicant has answered."""

    is_late: bool
    findings: tuple[Finding, ...]


class AcceptApplication(OnCase, tag="accept_application", frozen=True, kw_only=True):
    """Accept a complete file for review."""


class ApplicationAccepted(
    AcceptApplication,
    Event,
    tag="application_accepted",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """The written evaluation begins."""


class RefuseReview(OnCase, tag="refuse_review", frozen=True, kw_only=True):
    """Refuse to review a file that stayed incomplete after a chance to supplement it."""

    reason: Prose


class ReviewRefused(
    RefuseReview, Event, tag="review_refused", tag_field="event", frozen=True, kw_only=True
):
    """The file is not reviewed."""

    findings: tuple[Finding, ...]
    objection_until: date


class RequestDocuments(OnCase, tag="request_documents", frozen=True, kw_only=True):
    """Ask for further papers in the course of the evaluation (art. 10, 2)."""

    items: Annotated[tuple[Line, ...], Meta(min_length=1)]
    due: date


class DocumentsRequested(
    RequestDocuments, Event, tag="documents_requested", tag_field="event", frozen=True, kw_only=True
):
    """Evidence may be added until the due day."""


class WithdrawApplication(OnCase, tag="withdraw_application", frozen=True, kw_only=True):
    """Take the application back."""

    reason: Prose


class ApplicationWithdrawn(
    WithdrawApplication,
    Event,
    tag="application_withdrawn",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """The application is taken back."""
