"""What a certificate states, and what the status list says of it: both follow from the log."""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

import msgspec

from dalgu.certification.certificate.facts import CertificateFacts, ObjectType
from dalgu.certification.certificate.status import Status, StatusEntry
from dalgu.certification.framework.model import Framework
from dalgu.certification.process.state import Case, Certificate, World
from dalgu.certification.process.words import CertificateStatus
from dalgu.certification.scoring.sheet import ScoreSheet
from dalgu.kernel.text import Text

TITLE = Text("스마트도시 인증서", "Smart City Certificate")
EXTENDED = Text("스마트도시 인증서 (연장)", "Smart City Certificate (extension)")


class Sheet(msgspec.Struct, frozen=True):
    """One paper of a certificate: of its issue, or of its extension."""

    number: str
    case: str  # that was granted
    is_extension: bool

    @property
    def key(self) -> str:
        """Under what the paper is kept."""
        return f"{self.number}/{self.case}"


def sheets(world: World) -> Iterator[Sheet]:
    """Yield every paper that the log asks for, the older of a certificate first."""
    for one in world.certificates.values():
        yield Sheet(one.number, one.case, is_extension=False)
        if one.life.extended_on is not None and one.extension_case:
            yield Sheet(one.number, one.extension_case, is_extension=True)


def facts_of(
    world: World, sheet: Sheet, framework: Framework, score: ScoreSheet, address: str
) -> CertificateFacts:
    """Return what one paper states.

    An extension is a paper of its own, issued on the day of the extension under the same number.
    """
    certificate, case = world.certificates[sheet.number], world.cases[sheet.case]
    programme, paper = world.programmes[certificate.programme], case.decisions[-1].paper
    issued_on, expires_on = _days(certificate, is_extension=sheet.is_extension)
    return CertificateFacts(
        number=sheet.number,
        title=EXTENDED if sheet.is_extension else TITLE,
        city=Text(case.government.name_ko, case.government.name_en),
        object_type=ObjectType(programme.object_type.value),
        programme=Text(programme.title_ko, programme.title_en),
        legal_effect=certificate.has_legal_effect,
        legal_basis=framework.legal_basis,
        framework=framework.name,
        framework_title=framework.title,
        framework_hash=world.rounds[case.round].plan.framework.digest,
        official_status=framework.official_status,
        grade=paper.grade,
        points=paper.points,
        total_points=score.total_max,
        reference_on=case.reference_date,
        issued_on=issued_on,
        expires_on=expires_on,
        score_digest=score_digest(score),
        verification_address=address,
    )


def score_digest(score: ScoreSheet) -> str:
    """Return the SHA-256 of a score sheet in canonical JSON."""
    return sha256(msgspec.json.encode(score, order="sorted")).hexdigest()


def _days(certificate: Certificate, *, is_extension: bool) -> tuple[date, date]:
    life = certificate.life
    if is_extension and life.extended_on is not None:
        return life.extended_on, life.expires_on
    return life.issued_on, life.first_expires_on


def entries(world: World, today: date) -> dict[str, StatusEntry]:
    """Return how every certificate stands on a day, by number: what the status list states."""
    return {one.number: entry_of(one, today) for one in world.certificates.values()}


def entry_of(certificate: Certificate, today: date) -> StatusEntry:
    """Return how one certificate stands; that a period has run out, its dates tell."""
    life = certificate.life
    if life.revoked_on is not None:
        return StatusEntry(Status.REVOKED, since=life.revoked_on, reason=_ground(certificate))
    if certificate.status_on(today) is CertificateStatus.SUSPENDED:
        return StatusEntry(Status.SUSPENDED, since=life.suspensions[-1].since)
    if life.extended_on is not None:
        return StatusEntry(Status.EXTENDED, since=life.extended_on, until=life.extended_until)
    return StatusEntry(Status.VALID, since=life.issued_on)


def _ground(certificate: Certificate) -> Text | None:
    from dalgu.certification.process.titles.words import title_of

    return None if certificate.revocation is None else title_of(certificate.revocation.ground)


def case_of(world: World, number: str) -> Case:
    """Return the case whose decision counts for a certificate now."""
    certificate = world.certificates[number]
    extended = world.cases.get(certificate.extension_case)
    if certificate.life.extended_on is not None and extended is not None:
        return extended
    return world.cases[certificate.case]
