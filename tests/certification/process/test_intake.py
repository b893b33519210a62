"""Evidence files are told by their bytes and refused with the reason."""

import contextlib
import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dalgu.certification.process import intake
from dalgu.certification.process.intake import (
    EvidenceFileDamaged,
    EvidenceFileEmpty,
    EvidenceFileEncrypted,
    EvidenceFileTooLarge,
    EvidenceKindRefused,
    check,
)
from dalgu.certification.process.words import FileKind


def a_pdf(pages=3, password=None):
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    lock = None if password is None else StandardEncryption(password)
    drawing = canvas.Canvas(out, encrypt=lock, invariant=True)
    for number in range(pages):
        drawing.drawString(50, 800, f"page {number}")
        drawing.showPage()
    drawing.save()
    return out.getvalue()


def a_png():
    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\x00\x00"))
        + chunk(b"IEND", b"")
    )


def an_xlsx():
    from openpyxl import Workbook

    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def a_zip(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return out.getvalue()


def a_hwpx():
    return a_zip(mimetype=b"application/hwp+zip", content=b"<hp/>")


def an_hwp(flags=0):
    head = intake.HWP_MARK.ljust(32, b"\x00") + bytes([0, 0, 1, 5]) + struct.pack("<I", flags)
    return intake.OLE + bytes(504) + head + bytes(472)


JPEG = b"\xff\xd8\xff\xe0" + bytes(100) + b"\xff\xd9"


@pytest.mark.parametrize(
    ("name", "body", "kind", "pages"),
    [
        ("a.pdf", a_pdf(3), FileKind.PDF, 3),
        ("whatever.txt", a_pdf(1), FileKind.PDF, 1),
        ("a.png", a_png(), FileKind.PNG, None),
        ("a.jpg", JPEG, FileKind.JPEG, None),
        ("a.xlsx", an_xlsx(), FileKind.XLSX, None),
        ("a.hwpx", a_hwpx(), FileKind.HWPX, None),
        ("a.hwp", an_hwp(), FileKind.HWP, None),
        ("a.csv", "구분,값\n가,1\n".encode(), FileKind.CSV, None),
        ("a.CSV", "구분,값\n가,1\n".encode("cp949"), FileKind.CSV, None),
    ],
)
def test_a_file_is_told_by_its_bytes(name, body, kind, pages):
    found = check(name, body)
    assert (found.kind, found.size_bytes, found.pages) == (kind, len(body), pages)


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("a.pdf", b"", EvidenceFileEmpty),
        ("a.pdf", b"MZ\x90\x00" + bytes(100), EvidenceKindRefused),
        ("a.csv", b"a,b\x00", EvidenceKindRefused),
        ("a.txt", b"a,b\n1,2\n", EvidenceKindRefused),
        ("a.csv", b"one word", EvidenceKindRefused),
        ("a.csv", b"a,\xff\xff\xff", EvidenceKindRefused),
        ("a.docx", a_zip(word=b"<w/>"), EvidenceKindRefused),
        ("a.doc", intake.OLE + bytes(600), EvidenceKindRefused),
        ("a.pdf", a_pdf()[:-300], EvidenceFileDamaged),
        ("a.pdf", b"%PDF-1.7\n" + bytes(50), EvidenceFileDamaged),
        ("a.png", a_png()[:-8], EvidenceFileDamaged),
        ("a.jpg", JPEG[:-2], EvidenceFileDamaged),
        ("a.xlsx", an_xlsx()[:-30], EvidenceFileDamaged),
        ("a.hwp", an_hwp()[: 512 + 38], EvidenceFileDamaged),
        ("a.pdf", a_pdf(1, "secret"), EvidenceFileEncrypted),
        ("a.hwp", an_hwp(flags=2), EvidenceFileEncrypted),
        (
            "a.xlsx",
            intake.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            EvidenceFileEncrypted,
        ),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(name, body, problem):
    with pytest.raises(problem):
        check(name, body)


def test_a_changed_part_of_an_office_file_is_found():
    body = bytearray(a_zip(**{"xl/workbook.xml": b"x" * 5_000}))
    place = body.index(b"xl/workbook.xml") + 20
    body[place] ^= 0xFF
    with pytest.raises(EvidenceFileDamaged):
        check("a.xlsx", bytes(body))


def test_a_file_over_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(intake, "LARGEST_FILE_BYTES", 100)
    with pytest.raises(EvidenceFileTooLarge, match="at most 100"):
        check("a.csv", b"a,b\n" * 30)


def test_a_file_that_unpacks_to_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(intake, "LARGEST_UNPACKED_BYTES", 1_000)
    with pytest.raises(EvidenceFileTooLarge):
        check("a.xlsx", a_zip(**{"xl/workbook.xml": bytes(2_000)}))


REFUSALS = (
    EvidenceFileDamaged,
    EvidenceFileEmpty,
    EvidenceFileEncrypted,
    EvidenceFileTooLarge,
    EvidenceKindRefused,
)
WHOLE = [a_pdf(1), a_png(), JPEG, an_xlsx(), a_hwpx(), an_hwp(), b"a,b\n1,2\n"]


@settings(deadline=None)
@given(st.sampled_from(WHOLE), st.data())
def test_no_damage_is_anything_but_a_typed_refusal(body, data):
    changed = bytearray(body)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(changed[: data.draw(st.integers(0, len(changed)))])
    with contextlib.suppress(*REFUSALS):
        assert check("a.csv", cut).size_bytes == len(cut)


def test_pages_are_counted_not_believed():
    body = a_pdf(3).replace(b"/Count 3", b"/Count 9")
    assert check("a.pdf", body).pages == 3
