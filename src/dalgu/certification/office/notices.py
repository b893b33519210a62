"""The notices of a revocation, read off the log of its case (decree art. 32)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dalgu.certification.office.errors import PaperNotExisting
from dalgu.certification.papers.facts import (
    NOTHING,
    Ground,
    NoticeFacts,
    NoticeKind,
    PaperHead,
)
from dalgu.certification.process.state import Certificate
from dalgu.certification.process.views import TimelineEntry
from dalgu.kernel.clock import local
from dalgu.kernel.text import Text

KINDS = (NoticeKind.FIRST, NoticeKind.SECOND, NoticeKind.REVOCATION)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the newest revocation of a certificate."""

    event: str
    on: date
    parts: dict[str, str]


def steps_of(entries: Iterable[TimelineEntry], number: str) -> list[Step]:
    """Return the steps of the newest revocation of a certificate, oldest first."""
    found: list[Step] = []
    for one in entries:
        if one.parts.get("certificate") != number:
            continue
        if one.event == "revocation_opened":
            found = []
        found.append(Step(one.event, local(one.at).date(), dict(one.parts)))
    return found


def kinds_of(entries: Iterable[TimelineEntry], number: str) -> list[NoticeKind]:
    """Return the notices that there are, in order."""
    steps = steps_of(entries, number)
    sent = sum(one.event == "notice_sent" for one in steps)
    revoked = any(one.event == "certificate_revoked" for one in steps)
    return [*KINDS[:sent], *([NoticeKind.REVOCATION] if revoked else [])]


def notice_facts(
    kind: NoticeKind,
    certificate: Certificate,
    head: PaperHead,
    entries: Iterable[TimelineEntry],
) -> NoticeFacts:
    """Return one notice as it was given; raise `PaperNotExisting` where it was not."""
    steps = steps_of(entries, certificate.number)
    sent = [one for one in steps if one.event == "notice_sent"]
    if kind is NoticeKind.REVOCATION:
        return _revocation(certificate, head, steps, sent)
    place = KINDS.index(kind)
    if place >= len(sent):
        raise PaperNotExisting(f"notice-{kind}", certificate.number)
    this = sent[place]
    return NoticeFacts(
        head=_dated(head, this.on),
        kind=kind,
        certificate=certificate.number,
        certificate_issued_on=certificate.life.issued_on,
        ground=_ground(steps),
        reason=_told(this.parts["reason"]),
        due_on=date.fromisoformat(this.parts["due"]),
        earlier=tuple(one.on for one in sent[:place]),
    )


def _revocation(
    certificate: Certificate, head: PaperHead, steps: Sequence[Step], sent: Sequence[Step]
) -> NoticeFacts:
    revoked = next((one for one in steps if one.event == "certificate_revoked"), None)
    if revoked is None:
        raise PaperNotExisting(f"notice-{NoticeKind.REVOCATION}", certificate.number)
    posted = next((one for one in steps if one.event == "revocation_posted"), None)
    return NoticeFacts(
        head=_dated(head, revoked.on),
        kind=NoticeKind.REVOCATION,
        certificate=certificate.number,
        certificate_issued_on=certificate.life.issued_on,
        ground=_ground(steps),
        reason=_told(revoked.parts["reason"]),
        earlier=tuple(one.on for one in sent),
        explanation=_explanation(steps),
        effective_on=revoked.on,
        posted_at="" if posted is None else posted.parts["address"],
    )


def _explanation(steps: Sequence[Step]) -> Text:
    judged = next((one for one in reversed(steps) if one.event == "explanation_judged"), None)
    if judged is None:
        return NOTHING
    return Text(
        f"소명이 제출되었으나 정당한 이유가 인정되지 않았습니다. {judged.parts['reason']}",
        "An explanation was submitted and found to have no grounds.",
    )


def _ground(steps: Sequence[Step]) -> Ground:
    return Ground(next(one.parts["ground"] for one in steps if "ground" in one.parts))


def _told(reason: str) -> Text:
    """Return what the ministry wrote; it is written in one language."""
    return Text(reason, reason)


def _dated(head: PaperHead, on: date) -> PaperHead:
    from msgspec.structs import replace

    return replace(head, printed_on=on)
