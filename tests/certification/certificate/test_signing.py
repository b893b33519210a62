"""The signature is one that other readers of PDF accept."""

from io import BytesIO

from pypdf import PdfReader

from dalgu.certification.certificate.facts import canonical
from dalgu.certification.certificate.issuing import issue


def test_pyhanko_finds_the_signature_intact_and_over_the_whole_file(certificate, issuer):
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    [root] = load_certs_from_pemder_data(issuer.key.certificate)
    [signature] = PdfFileReader(BytesIO(certificate)).embedded_signatures
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))
    assert status.intact
    assert status.valid
    assert status.trusted
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert status.md_algorithm == "sha512"


def test_the_same_facts_and_key_give_the_same_bytes(certificate, issuer, facts):
    assert issue(facts, issuer) == certificate


def test_another_reader_finds_the_facts_attached(certificate, facts):
    [content] = PdfReader(BytesIO(certificate)).attachments["certificate.json"]
    assert content == canonical(facts)


def test_the_signature_is_dated_the_day_of_issue(certificate):
    assert rb"(D\07220260301000000\05309\04700\047)" in certificate
