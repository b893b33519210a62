"""Every open deadline with its legal basis: when, whose, and whether it has passed."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

import msgspec

from dalgu.certification.process.state import Case, Certificate, World
from dalgu.certification.process.words import CertificateStatus, ProgrammeRole, Stage
from dalgu.kernel.deadlines import is_overdue
from dalgu.kernel.text import Text


class Mark(StrEnum):
    """How sure a basis is."""

    LAW = "law"  # the act, the decree or the guideline says so
    PRACTICE = "practice"  # the operator's portal and calls say so
    GIVEN = "given"  # somebody in charge set the day
    OURS = "ours"  # no public rule; the platform's own choice


class Basis(msgspec.Struct, frozen=True):
    """What a deadline is for, and what it stands on."""

    code: str
    title: Text
    basis: Text
    mark: Mark
    role: ProgrammeRole  # who must act


class Deadline(msgspec.Struct, frozen=True):
    """One open deadline."""

    code: str
    subject: str  # id of the case or number of the certificate
    title: Text
    basis: Text
    mark: Mark
    role: ProgrammeRole
    due: date
    is_overdue: bool


def _basis(code: str, title: Text, basis: Text, mark: Mark, role: ProgrammeRole) -> Basis:
    return Basis(code, title, basis, mark, role)


_GUIDE = "스마트도시 및 스마트도시서비스 인증 운영지침"
INTAKE = _basis(
    "intake",
    Text("신청서 제출 기한", "Handing the application in"),
    Text("인증 공고(공고일부터 60일 이내)", "The call, within 60 days of it"),
    Mark.PRACTICE,
    ProgrammeRole.APPLICANT,
)
SUPPLEMENT = _basis(
    "supplement",
    Text("보완자료 제출 기한", "Answering the request for a supplement"),
    Text(
        f"{_GUIDE} 제9조제5항, 운영기관이 정한 기한", "Guideline art. 9(5), day set by the operator"
    ),
    Mark.GIVEN,
    ProgrammeRole.APPLICANT,
)
DOCUMENTS = _basis(
    "documents",
    Text("추가 서류 제출 기한", "Handing further papers in"),
    Text(
        f"{_GUIDE} 제10조제2항, 운영기관이 정한 기한",
        "Guideline art. 10(2), day set by the operator",
    ),
    Mark.GIVEN,
    ProgrammeRole.APPLICANT,
)
MINISTRY_ANSWER = _basis(
    "ministry_answer",
    Text("국토교통부 인증 여부 통보 기한", "Answer of the ministry"),
    Text(
        f"{_GUIDE} 제15조제2항, 운영기관 누리집 안내(10일)", "Guideline art. 15(2), portal: 10 days"
    ),
    Mark.PRACTICE,
    ProgrammeRole.MINISTRY,
)
OBJECTION = _basis(
    "objection",
    Text("이의신청 기한", "Filing an objection"),
    Text(
        "행정기본법 제36조제1항(30일)", "General Act on Public Administration art. 36(1): 30 days"
    ),
    Mark.OURS,
    ProgrammeRole.APPLICANT,
)
OBJECTION_ANSWER = _basis(
    "objection_answer",
    Text("이의신청 결과 통지 기한", "Answering an objection"),
    Text(
        "행정기본법 제36조제2항(14일)", "General Act on Public Administration art. 36(2): 14 days"
    ),
    Mark.OURS,
    ProgrammeRole.OPERATOR,
)
EXTENSION = _basis(
    "extension",
    Text("인증 연장 신청 기한", "Asking for an extension"),
    Text("운영기관 누리집 안내(만료 3개월 전까지)", "Portal: three months before expiry"),
    Mark.PRACTICE,
    ProgrammeRole.APPLICANT,
)
EXPIRY = _basis(
    "expiry",
    Text("인증 유효기간 만료", "End of the certificate"),
    Text("운영기관 누리집 안내(발급일부터 2년)", "Portal: two years from issue"),
    Mark.PRACTICE,
    ProgrammeRole.APPLICANT,
)
RE_REVIEW = _basis(
    "re_review",
    Text("타당성 재검토", "Re-review of the decision"),
    Text(f"{_GUIDE} 제15조제5항(발급일부터 2년마다)", "Guideline art. 15(5): every two years"),
    Mark.LAW,
    ProgrammeRole.MINISTRY,
)
EXPLANATION = _basis(
    "explanation",
    Text("소명자료 제출 기한", "Explaining before a revocation"),
    Text(f"{_GUIDE} 제17조제2항, 시행령 제32조", "Guideline art. 17(2), decree art. 32"),
    Mark.GIVEN,
    ProgrammeRole.APPLICANT,
)
TELL = _basis(
    "tell_holder",
    Text("취소 사실 통보(지체 없이)", "Telling the holder without delay"),
    Text(f"{_GUIDE} 제17조제3항, 시행령 제32조", "Guideline art. 17(3), decree art. 32"),
    Mark.LAW,
    ProgrammeRole.MINISTRY,
)
POST = _basis(
    "post_revocation",
    Text("취소 사실 누리집 게시(지체 없이)", "Posting the revocation without delay"),
    Text(f"{_GUIDE} 제17조제3항, 시행령 제32조", "Guideline art. 17(3), decree art. 32"),
    Mark.LAW,
    ProgrammeRole.MINISTRY,
)


def deadlines(world: World, today: date) -> list[Deadline]:
    """Return all open deadlines, the earliest first."""
    found = [one for case in world.cases.values() for one in deadlines_of(world, case, today)]
    for certificate in world.certificates.values():
        found += deadlines_of_certificate(world, certificate, today)
    return sorted(found, key=lambda one: (one.due, one.subject, one.code))


def deadlines_of(world: World, case: Case, today: date) -> list[Deadline]:
    """Return the open deadlines of one case."""
    return [_open(basis, case.id, due, today) for basis, due in _of_case(world, case, today)]


def deadlines_of_certificate(world: World, certificate: Certificate, today: date) -> list[Deadline]:
    """Return the open deadlines of one certificate."""
    return [
        _open(basis, certificate.number, due, today)
        for basis, due in _of_certificate(world, certificate, today)
    ]


def _open(basis: Basis, subject: str, due: date, today: date) -> Deadline:
    return Deadline(
        code=basis.code,
        subject=subject,
        title=basis.title,
        basis=basis.basis,
        mark=basis.mark,
        role=basis.role,
        due=due,
        is_overdue=is_overdue(due, today),
    )


def _of_case(world: World, case: Case, today: date) -> Iterator[tuple[Basis, date]]:
    if case.stage is Stage.DRAFT and not case.extends:
        yield INTAKE, world.rounds[case.round].plan.intake_until
    if case.stage is Stage.SUPPLEMENT:
        yield SUPPLEMENT, case.supplements[-1].due
    if case.stage is Stage.DOCUMENT_REVIEW and case.documents_due is not None:
        yield DOCUMENTS, case.documents_due
    if case.stage is Stage.REPORTED and case.answer_due is not None:
        yield MINISTRY_ANSWER, case.answer_due
    may_object = case.stage in (Stage.OBJECTION, Stage.REFUSED) and not case.is_waived
    if may_object and case.objection_until is not None and today <= case.objection_until:
        yield OBJECTION, case.objection_until
    yield from ((OBJECTION_ANSWER, one.answer_due) for one in case.open_objections)


def _of_certificate(
    world: World, certificate: Certificate, today: date
) -> Iterator[tuple[Basis, date]]:
    status, life = certificate.status_on(today), certificate.life
    if status is CertificateStatus.REVOKED and life.revoked_on is not None:
        if certificate.told_on is None:
            yield TELL, life.revoked_on
        if certificate.posted_on is None:
            yield POST, life.revoked_on
    if status not in (*_LIVING, CertificateStatus.SUSPENDED):
        return
    yield EXPIRY, life.expires_on
    yield RE_REVIEW, life.re_review_on
    pending = world.cases.get(certificate.extension_case)
    asked = pending is not None and pending.stage is not Stage.WITHDRAWN
    if life.extended_on is None and not asked and today <= life.extension_due:
        yield EXTENSION, life.extension_due
    revocation = certificate.revocation
    if revocation is not None and revocation.notices and revocation.explained_on is None:
        yield EXPLANATION, revocation.notices[-1].due


_LIVING = (CertificateStatus.VALID, CertificateStatus.EXTENDED)
