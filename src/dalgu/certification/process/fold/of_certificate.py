"""What events in a certificate's life amount to."""

from msgspec.structs import replace

from dalgu.certification.process.acts.certificate import (
    CertificateExtended,
    CertificateIssued,
    CertificateRevoked,
    CertificateSuspended,
    ExplanationJudged,
    ExplanationSubmitted,
    ExtensionRequested,
    HolderTold,
    MonitoringRecorded,
    NoticeSent,
    RevocationDropped,
    RevocationOpened,
    RevocationPosted,
    SuspensionLifted,
)
from dalgu.certification.process.fold.evolve import evolve, with_case, with_certificate
from dalgu.certification.process.life import Life, Suspension
from dalgu.certification.process.state import Certificate, Entry, Revocation, World
from dalgu.certification.process.words import Stage


@evolve.register
def _(event: CertificateIssued, world: World, entry: Entry) -> World:
    case = world.cases[event.case]
    issued = Certificate(
        number=event.certificate,
        case=event.case,
        programme=case.programme,
        government=case.government,
        city_type=case.city_type,
        grade=event.grade,
        has_legal_effect=event.has_legal_effect,
        life=Life(event.issued_on, event.expires_on),
    )
    world = replace(world, certificates={**world.certificates, event.certificate: issued})
    return with_case(world, event.case, stage=Stage.GRANTED, certificate=event.certificate)


@evolve.register
def _(event: ExtensionRequested, world: World, entry: Entry) -> World:
    return with_certificate(world, event.certificate, extension_case=event.case)


@evolve.register
def _(event: CertificateExtended, world: World, entry: Entry) -> World:
    life = replace(
        world.certificates[event.certificate].life,
        extended_on=event.extended_on,
        extended_until=event.expires_on,
    )
    world = with_certificate(world, event.certificate, life=life, grade=event.grade)
    return with_case(world, event.case, stage=Stage.GRANTED, certificate=event.certificate)


@evolve.register
def _(event: MonitoringRecorded, world: World, entry: Entry) -> World:
    seen = (*world.certificates[event.certificate].monitoring, event)
    return with_certificate(world, event.certificate, monitoring=seen)


@evolve.register
def _(event: CertificateSuspended, world: World, entry: Entry) -> World:
    life = world.certificates[event.certificate].life
    suspended = replace(life, suspensions=(*life.suspensions, Suspension(entry.day)))
    return with_certificate(world, event.certificate, life=suspended)


@evolve.register
def _(event: SuspensionLifted, world: World, entry: Entry) -> World:
    life = world.certificates[event.certificate].life
    *before, last = life.suspensions
    lifted = replace(life, suspensions=(*before, replace(last, until=entry.day)))
    return with_certificate(world, event.certificate, life=lifted)


@evolve.register
def _(event: RevocationOpened, world: World, entry: Entry) -> World:
    opened = Revocation(ground=event.ground, opened_on=entry.day)
    return with_certificate(world, event.certificate, revocation=opened)


@evolve.register
def _(event: NoticeSent, world: World, entry: Entry) -> World:
    revocation = world.certificates[event.certificate].open_revocation
    sent = replace(revocation, notices=(*revocation.notices, event))
    return with_certificate(world, event.certificate, revocation=sent)


@evolve.register
def _(event: ExplanationSubmitted, world: World, entry: Entry) -> World:
    explained = replace(
        world.certificates[event.certificate].open_revocation, explained_on=entry.day
    )
    return with_certificate(world, event.certificate, revocation=explained)


@evolve.register
def _(event: ExplanationJudged, world: World, entry: Entry) -> World:
    if event.is_accepted:
        return with_certificate(world, event.certificate, revocation=None)
    judged = replace(world.certificates[event.certificate].open_revocation, is_groundless=True)
    return with_certificate(world, event.certificate, revocation=judged)


@evolve.register
def _(event: RevocationDropped, world: World, entry: Entry) -> World:
    return with_certificate(world, event.certificate, revocation=None)


@evolve.register
def _(event: CertificateRevoked, world: World, entry: Entry) -> World:
    life = replace(world.certificates[event.certificate].life, revoked_on=entry.day)
    return with_certificate(world, event.certificate, life=life)


@evolve.register
def _(event: HolderTold, world: World, entry: Entry) -> World:
    return with_certificate(world, event.certificate, told_on=entry.day)


@evolve.register
def _(event: RevocationPosted, world: World, entry: Entry) -> World:
    return with_certificate(world, event.certificate, posted_on=entry.day)
