"""What anybody may see without signing in: calls, certificates, and who holds one."""

from datetime import date

import msgspec

from dalgu.certification.process.acts.programme import FrameworkUse, Group
from dalgu.certification.process.state import Certificate, Round, World
from dalgu.certification.process.titles.words import title_of
from dalgu.certification.process.words import CertificateStatus, ObjectType, ProgrammeKind
from dalgu.kernel.text import Text


class Call(msgspec.Struct, frozen=True):
    """A round whose call is announced."""

    round: str
    programme: str
    kind: ProgrammeKind
    object_type: ObjectType
    has_legal_effect: bool
    title: Text
    year: int
    framework: FrameworkUse
    announced_on: date
    intake_from: date
    intake_until: date
    groups: tuple[Group, ...]
    is_open: bool  # for applications, on the day asked for


class PublicCertificate(msgspec.Struct, frozen=True):
    """A certificate as everybody may know it, as of one day."""

    number: str
    programme: str
    code: str
    name: Text
    city_type: str
    grade: int
    has_legal_effect: bool
    issued_on: date
    expires_on: date
    extension_due: date
    extended_on: date | None
    revoked_on: date | None
    as_of: date
    status: CertificateStatus
    status_title: Text


def calls(world: World, today: date) -> list[Call]:
    """Return the announced calls, in the order in which they were planned."""
    return [
        _call(world, one, one.announced_on, today)
        for one in world.rounds.values()
        if one.announced_on is not None
    ]


def _call(world: World, one: Round, announced_on: date, today: date) -> Call:
    programme = world.programmes[one.plan.programme]
    return Call(
        round=one.plan.round,
        programme=programme.programme,
        kind=programme.kind,
        object_type=programme.object_type,
        has_legal_effect=programme.kind.has_legal_effect,
        title=Text(programme.title_ko, programme.title_en),
        year=one.plan.year,
        framework=one.plan.framework,
        announced_on=announced_on,
        intake_from=one.plan.intake_from,
        intake_until=one.plan.intake_until,
        groups=one.plan.groups,
        is_open=announced_on <= today <= one.plan.intake_until,
    )


def public_certificate(certificate: Certificate, day: date) -> PublicCertificate:
    """Return what everybody may know of a certificate on a day."""
    life, status = certificate.life, certificate.status_on(day)
    return PublicCertificate(
        number=certificate.number,
        programme=certificate.programme,
        code=certificate.government.code,
        name=Text(certificate.government.name_ko, certificate.government.name_en),
        city_type=certificate.city_type,
        grade=certificate.grade,
        has_legal_effect=certificate.has_legal_effect,
        issued_on=life.issued_on,
        expires_on=life.expires_on,
        extension_due=life.extension_due,
        extended_on=life.extended_on,
        revoked_on=life.revoked_on,
        as_of=day,
        status=status,
        status_title=title_of(status),
    )
