"""No byte of a certificate can change unnoticed."""

import tracemalloc
from io import BytesIO

import numpy as np
import pytest

from dalgu.certification.certificate.seal import Seal, attached, read_seal

CHANGES = 1_000


def with_byte(pdf: bytes, at: int, value: int) -> bytes:
    return pdf[:at] + bytes([value]) + pdf[at + 1 :]


def contents(pdf: bytes) -> tuple[int, int]:
    """Where the signature's digits stand, without their brackets."""
    begin = pdf.index(b"/Contents <") + len(b"/Contents <")
    return begin, pdf.index(b">", begin)


def test_a_certificate_as_issued_holds(certificate, issuer):
    assert read_seal(certificate) == Seal(exists=True, key=issuer.key)


def test_a_thousand_random_byte_changes_all_fail(certificate):
    chance = np.random.default_rng(20260301)
    places = chance.integers(0, len(certificate), CHANGES)
    shifts = chance.integers(1, 256, CHANGES)
    changed = (
        with_byte(certificate, at, (certificate[at] + shift) % 256)
        for at, shift in zip(places.tolist(), shifts.tolist(), strict=True)
    )
    assert not [one for one in changed if read_seal(one).key is not None]


def test_every_fifth_digit_of_the_signature_is_fixed(certificate):
    begin, end = contents(certificate)
    digits = b"0123456789ABCDEF"
    changed = (
        with_byte(certificate, at, digits[(digits.index(certificate[at]) + 7) % 16])
        for at in range(begin, end, 5)
    )
    assert not [one for one in changed if read_seal(one).key is not None]


def test_digits_in_lower_case_fail(certificate):
    begin, end = contents(certificate)
    lower = certificate[:begin] + certificate[begin:end].lower() + certificate[end:]
    assert read_seal(lower) == Seal(exists=True)


@pytest.mark.parametrize("tail", [b"\n", b"%", b"\x00" * 10, b"%%EOF\n"])
def test_bytes_after_the_end_fail(certificate, tail):
    assert read_seal(certificate + tail) == Seal(exists=True)


def test_an_appended_revision_fails(certificate):
    from pyhanko.pdf_utils.generic import NameObject, TextStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(certificate))
    writer.root[NameObject("/Lang")] = TextStringObject("en")
    writer.update_root()
    revised = BytesIO()
    writer.write(revised)
    assert revised.getvalue().startswith(certificate)
    assert read_seal(revised.getvalue()) == Seal(exists=True)


def test_a_second_signature_fails(certificate, make_issuer, facts):
    from dalgu.certification.certificate import signing

    field, signing.FIELD = signing.FIELD, "Second"
    try:
        twice = signing.sign_pdf(certificate, make_issuer(), facts.issued_on, {})
    finally:
        signing.FIELD = field
    assert twice.startswith(certificate)
    assert read_seal(twice) == Seal(exists=True)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.99])
def test_a_file_cut_short_fails(certificate, kept):
    assert read_seal(certificate[: int(len(certificate) * kept)]).key is None


def test_the_signature_of_one_certificate_does_not_hold_for_another(certificate, issuer, facts):
    import msgspec

    from dalgu.certification.certificate.issuing import issue

    other = issue(msgspec.structs.replace(facts, number="2026-0002"), issuer)
    begin, end = contents(certificate)
    there, over = contents(other)
    moved = other[:there] + certificate[begin:end] + other[over:]
    assert read_seal(other).key == issuer.key
    assert read_seal(moved) == Seal(exists=True)


def test_no_pdf_and_an_unsigned_pdf_have_no_seal(facts, issuer):
    from dalgu.certification.papers.certificate import certificate_paper

    assert read_seal(b"") == Seal(exists=False)
    assert read_seal(b"hello /ByteRange") == Seal(exists=False)
    assert read_seal(certificate_paper(facts, issuer.name, "x")) == Seal(exists=False)


def test_only_the_named_attachment_is_read(certificate):
    assert attached(certificate, "certificate.json").startswith(b"{")
    assert attached(certificate, "other.json") is None


def test_a_file_made_of_digits_is_refused_without_room_for_it():
    digits = 4 * 2**20
    head = b"%%PDF-1.7 /ByteRange [0 100 %d 1] " % (102 + digits)
    forged = head.ljust(100) + b"<" + b"A" * digits + b">" + b"x"
    tracemalloc.start()
    assert read_seal(forged) == Seal(exists=True)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < digits / 4
