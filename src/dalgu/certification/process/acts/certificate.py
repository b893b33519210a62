"""A certificate's life: issue, monitoring, extension, suspension, revocation."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from dalgu.certification.process.acts.act import (
    Code,
    Event,
    Grade,
    Line,
    OnCase,
    OnCertificate,
    Prose,
    Sha256,
)
from dalgu.certification.process.words import RevocationGround


class IssueCertificate(OnCase, tag="issue_certificate", frozen=True, kw_only=True):
    """Issue the certificate of a granted case, or extend the one that it asked for."""


class CertificateIssued(
    IssueCertificate, Event, tag="certificate_issued", tag_field="event", frozen=True, kw_only=True
):
    """A certificate holds from this day on."""

    certificate: str
    grade: Grade
    issued_on: date
    expires_on: date  # the last day
    extension_due: date  # the last day to ask for an extension
    re_review_on: date
    has_legal_effect: bool


class CertificateExtended(
    IssueCertificate,
    Event,
    tag="certificate_extended",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """A certificate holds for another period, which follows the first without a gap."""

    certificate: str
    grade: Grade
    extended_on: date
    expires_on: date
    re_review_on: date


class RequestExtension(OnCertificate, tag="request_extension", frozen=True, kw_only=True):
    """Ask for the extension of one's certificate; a case in a round is opened for it."""

    round: Code
    reference_date: date
    population: Annotated[int, Meta(ge=1)]
    contact: Code


class ExtensionRequested(
    RequestExtension, Event, tag="extension_requested", tag_field="event", frozen=True, kw_only=True
):
    """An extension is asked for in time."""

    case: str


class RecordMonitoring(OnCertificate, tag="record_monitoring", frozen=True, kw_only=True):
    """Record how a holder does by the live score."""

    points: float
    grade: Grade
    note: Prose


class MonitoringRecorded(
    RecordMonitoring, Event, tag="monitoring_recorded", tag_field="event", frozen=True, kw_only=True
):
    """The holder was looked at."""

    is_above_criteria: bool


class SuspendCertificate(OnCertificate, tag="suspend_certificate", frozen=True, kw_only=True):
    """Suspend a certificate while a doubt is looked into."""

    reason: Prose


class CertificateSuspended(
    SuspendCertificate,
    Event,
    tag="certificate_suspended",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """The mark may not be shown for now."""


class LiftSuspension(OnCertificate, tag="lift_suspension", frozen=True, kw_only=True):
    """End a suspension."""

    reason: Prose


class SuspensionLifted(
    LiftSuspension, Event, tag="suspension_lifted", tag_field="event", frozen=True, kw_only=True
):
    """The certificate holds again."""


class OpenRevocation(OnCertificate, tag="open_revocation", frozen=True, kw_only=True):
    """Tell the ministry of a ground to revoke."""

    ground: RevocationGround
    facts: Prose


class RevocationOpened(
    OpenRevocation, Event, tag="revocation_opened", tag_field="event", frozen=True, kw_only=True
):
    """A revocation is being looked into."""


class SendNotice(OnCertificate, tag="send_notice", frozen=True, kw_only=True):
    """Notify the holder of the coming revocation, its reason, and until when to explain."""

    reason: Prose
    due: date


class NoticeSent(
    SendNotice, Event, tag="notice_sent", tag_field="event", frozen=True, kw_only=True
):
    """The holder was notified, for the first or the second time."""

    number: int


class SubmitExplanation(OnCertificate, tag="submit_explanation", frozen=True, kw_only=True):
    """Explain oneself."""

    text: Prose
    files: tuple[Sha256, ...] = ()


class ExplanationSubmitted(
    SubmitExplanation,
    Event,
    tag="explanation_submitted",
    tag_field="event",
    frozen=True,
    kw_only=True,
):
    """The holder has explained."""


class JudgeExplanation(OnCertificate, tag="judge_explanation", frozen=True, kw_only=True):
    """Say whether the explanation has grounds; with grounds the revocation ends."""

    is_accepted: bool
    reason: Prose


class ExplanationJudged(
    JudgeExplanation, Event, tag="explanation_judged", tag_field="event", frozen=True, kw_only=True
):
    """The explanation was judged."""


class DropRevocation(OnCertificate, tag="drop_revocation", frozen=True, kw_only=True):
    """Leave the certificate as it is, where the law leaves the choice."""

    reason: Prose


class RevocationDropped(
    DropRevocation, Event, tag="revocation_dropped", tag_field="event", frozen=True, kw_only=True
):
    """The revocation ended without effect."""


class Revoke(OnCertificate, tag="revoke_certificate", frozen=True, kw_only=True):
    """Revoke the certificate."""

    reason: Prose


class CertificateRevoked(
    Revoke, Event, tag="certificate_revoked", tag_field="event", frozen=True, kw_only=True
):
    """The certificate holds no longer."""

    ground: RevocationGround


class TellHolder(OnCertificate, tag="tell_holder", frozen=True, kw_only=True):
    """Record that the holder was told of the revocation."""

    how: Line


class HolderTold(
    TellHolder, Event, tag="holder_told", tag_field="event", frozen=True, kw_only=True
):
    """The holder knows of the revocation."""


class PostRevocation(OnCertificate, tag="post_revocation", frozen=True, kw_only=True):
    """Record where the revocation was made public."""

    address: Line


class RevocationPosted(
    PostRevocation, Event, tag="revocation_posted", tag_field="event", frozen=True, kw_only=True
):
    """The revocation is public."""
