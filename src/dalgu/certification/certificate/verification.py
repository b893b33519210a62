"""Verification of a certificate file, offline: is it whole, who signed it, how does it stand."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import msgspec

from dalgu.certification.certificate.facts import CertificateFacts
from dalgu.certification.certificate.seal import attached, read_seal
from dalgu.certification.certificate.standing import Statement, Verdict, verdict
from dalgu.certification.certificate.status import StatusList
from dalgu.certification.certificate.trust import TrustedKey
from dalgu.certification.certificate.wording import sentences
from dalgu.kernel.clock import local
from dalgu.kernel.text import Text

PAYLOAD = "certificate.json"  # the name under which the facts are attached


@dataclass(frozen=True, slots=True)
class Verification:
    """What is so with a certificate file on a day.

    `facts` are there only when a trusted key signed them. `signer` is the issuer's name by the
    trusted key, never by the file; `key_id` is the key of the signature, trusted or not.
    """

    verdict: Verdict
    on: date
    key_id: str | None = None
    signer: Text | None = None
    facts: CertificateFacts | None = None
    statement: Statement = Statement()

    @property
    def sentences(self) -> tuple[Text, ...]:
        """Return the finding in words."""
        return sentences(self)

    def mark_may_be_shown(self, on: date) -> bool:
        """Tell whether the holder may show the mark on a day.

        Only while the certificate counts (guideline art. 16), and never for a pilot without
        legal effect: the mark is for certified holders (Act art. 34).
        """
        if self.facts is None or not self.facts.legal_effect:
            return False
        return verdict(self.facts, self.statement, on).holds


class Report(msgspec.Struct, frozen=True):
    """A verification for machines."""

    verdict: Verdict
    on: date
    key_id: str | None
    signer: Text | None
    facts: CertificateFacts | None
    mark_may_be_shown: bool
    sentences: tuple[Text, ...]

    @classmethod
    def of(cls, found: Verification) -> "Report":
        """Return what was found."""
        shown = found.mark_may_be_shown(found.on)
        told = found.sentences
        return cls(found.verdict, found.on, found.key_id, found.signer, found.facts, shown, told)


def verify(
    pdf: bytes, trusted: Iterable[TrustedKey], status: Iterable[StatusList], on: date
) -> Verification:
    """Return what is so with a certificate file on a local day.

    `status` holds lists already read by `read_status`; the newest of the signer counts.
    """
    seal = read_seal(pdf)
    if seal.key is None:
        return Verification(Verdict.ALTERED if seal.exists else Verdict.UNREADABLE, on)
    key = _trusted(seal.key, trusted)
    if key is None:
        return Verification(Verdict.SIGNER_UNKNOWN, on, seal.key.key_id)
    found = Verification(Verdict.UNREADABLE, on, key.key_id, key.issuer)
    facts = _facts(pdf)
    if facts is None:
        return found
    if facts.issued_on < local(key.valid_from).date():
        return Verification(Verdict.SIGNER_UNKNOWN, on, key.key_id)
    statement = Statement.of(facts.number, [one for one in status if one.issuer == key.issuer])
    return replace(found, verdict=verdict(facts, statement, on), facts=facts, statement=statement)


def _trusted(key: TrustedKey, trusted: Iterable[TrustedKey]) -> TrustedKey | None:
    return next((one for one in trusted if one.public == key.public), None)


def _facts(pdf: bytes) -> CertificateFacts | None:
    content = attached(pdf, PAYLOAD)
    if content is None:
        return None
    try:
        return msgspec.json.decode(content, type=CertificateFacts)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
