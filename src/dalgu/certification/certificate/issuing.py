"""Issuing: the paper of a certificate, with its facts attached, signed by the issuer."""

from dalgu.certification.certificate.facts import CertificateFacts, canonical
from dalgu.certification.certificate.issuer import Issuer
from dalgu.certification.certificate.signing import sign_pdf
from dalgu.certification.certificate.verification import PAYLOAD
from dalgu.certification.papers.certificate import certificate_paper


def issue(facts: CertificateFacts, issuer: Issuer) -> bytes:
    """Return the signed certificate in PDF; the same facts and key give the same bytes.

    Raises
    ------
    FontsNotInstalled
        When the build brought no Korean font.

    """
    paper = certificate_paper(facts, issuer.name, issuer.key_id)
    return sign_pdf(paper, issuer, facts.issued_on, {PAYLOAD: canonical(facts)})
