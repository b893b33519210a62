"""Which files evidence may come as: told by their bytes, never by their names alone.

Checks are pure; nothing of a refused file is kept.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import msgspec

from dalgu.certification.process.words import FileKind
from dalgu.kernel.errors import InvalidInput, TooLarge

LARGEST_FILE_BYTES = 32 * 2**20  # ours: a scanned volume of some 300 pages
LARGEST_UNPACKED_BYTES = 512 * 2**20  # ours: an office file that unpacks to more is an attack
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # [MS-CFB] 2.2: compound files, HWP 5 among them
HWP_MARK = b"HWP Document File"  # HWP 5.0 format, 3.2.1: the FileHeader stream
HWP_FLAGS_AT = 36  # bytes after the mark: 32 of signature, 4 of version
HWP_PASSWORD = 0b10
LARGEST_PAGE_TREE = 100_000  # nodes
UNREADABLE = (  # what readers raise of hostile bytes, beside their own errors
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # and RecursionError and NotImplementedError, which descend from it
    TypeError,
    ValueError,
    struct.error,
)


class EvidenceFileTooLarge(TooLarge):
    """A file is larger than evidence may be."""

    slug = "evidence-file-too-large"
    title = "The evidence file is too large"

    def __init__(self, name: str, got_bytes: int, limit_bytes: int) -> None:
        super().__init__(
            f"File '{name[:100]}' has {got_bytes} bytes; at most {limit_bytes} are taken. "
            "Split it into volumes.",
            got_bytes=got_bytes,
            limit_bytes=limit_bytes,
        )


class EvidenceFileEmpty(InvalidInput):
    """A file has no bytes."""

    slug = "evidence-file-empty"
    title = "The evidence file is empty"

    def __init__(self, name: str) -> None:
        super().__init__(f"File '{name[:100]}' is empty.")


class EvidenceKindRefused(InvalidInput):
    """A file is of none of the kinds that evidence may come as."""

    slug = "evidence-kind-refused"
    title = "The kind of file is not taken as evidence"

    def __init__(self, name: str, allowed: tuple[str, ...]) -> None:
        super().__init__(
            f"File '{name[:100]}' is none of {', '.join(allowed)} by its content, "
            "whatever its name says.",
        )


class EvidenceFileDamaged(InvalidInput):
    """A file is of a known kind and cannot be read."""

    slug = "evidence-file-damaged"
    title = "The evidence file is damaged"

    def __init__(self, name: str, kind: str, reason: str) -> None:
        super().__init__(
            f"File '{name[:100]}' looks like {kind} and cannot be read: {reason[:200]}.", kind=kind
        )


class EvidenceFileEncrypted(InvalidInput):
    """A file is locked by a password, so nobody can examine it."""

    slug = "evidence-file-encrypted"
    title = "The evidence file is encrypted"

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(
            f"File '{name[:100]}' ({kind}) is locked by a password; save it without one.",
            kind=kind,
        )


class CheckedFile(msgspec.Struct, frozen=True):
    """A file that may be kept."""

    kind: FileKind
    size_bytes: int
    pages: int | None  # of a PDF


def check(name: str, body: bytes) -> CheckedFile:
    """Return what a file is, or refuse it with the reason.

    Raises
    ------
    EvidenceFileEmpty, EvidenceFileTooLarge, EvidenceKindRefused
    EvidenceFileDamaged, EvidenceFileEncrypted

    Examples
    --------
    >>> check("a.csv", "구분,값\\n가,1\\n".encode()).kind
    <FileKind.CSV: 'csv'>

    """
    if not body:
        raise EvidenceFileEmpty(name)
    if len(body) > LARGEST_FILE_BYTES:
        raise EvidenceFileTooLarge(name, len(body), LARGEST_FILE_BYTES)
    for start, look in MAGIC:
        if body.startswith(start):
            kind, pages = look(name, body)
            return CheckedFile(kind, len(body), pages)
    if not _is_csv(name, body):
        raise _refusal(name)
    return CheckedFile(FileKind.CSV, len(body), None)


Look = Callable[[str, bytes], tuple[FileKind, int | None]]


def _refusal(name: str) -> EvidenceKindRefused:
    return EvidenceKindRefused(name, tuple(kind.value for kind in FileKind))


def _pdf(name: str, body: bytes) -> tuple[FileKind, int | None]:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(io.BytesIO(body))
        if reader.encrypted:
            raise EvidenceFileEncrypted(name, FileKind.PDF)
        pages = _count_pages(reader.root["/Pages"])
    except (PdfError, *UNREADABLE) as cause:
        raise EvidenceFileDamaged(name, FileKind.PDF, str(cause)) from None
    if pages < 1:
        raise EvidenceFileDamaged(name, FileKind.PDF, "it has no pages")
    return FileKind.PDF, pages


def _count_pages(tree: Any) -> int:
    """Count the leaves of a page tree: what it says of itself may be wrong."""
    pages, waiting, seen = 0, [tree], 0
    while waiting:
        node, seen = waiting.pop(), seen + 1
        if seen > LARGEST_PAGE_TREE:
            raise ValueError("its page tree has no end")
        if "/Kids" in node:
            kids = node["/Kids"]
            waiting += [kids[place] for place in range(len(kids))]  # asked by place, it resolves
        else:
            pages += 1
    return pages


def _png(name: str, body: bytes) -> tuple[FileKind, int | None]:
    if b"IHDR" not in body[:32] or b"IEND" not in body[-16:]:
        raise EvidenceFileDamaged(name, FileKind.PNG, "it has no beginning or no end")
    return FileKind.PNG, None


def _jpeg(name: str, body: bytes) -> tuple[FileKind, int | None]:
    if body.rfind(b"\xff\xd9") < len(body) // 2:
        raise EvidenceFileDamaged(name, FileKind.JPEG, "it was cut short")
    return FileKind.JPEG, None


def _zip(name: str, body: bytes) -> tuple[FileKind, int | None]:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            kind = _packed_kind(packed)
            if kind is None:
                raise _refusal(name)
            _examine(name, kind, packed)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, *UNREADABLE) as cause:
        raise EvidenceFileDamaged(name, "an office file", str(cause)) from None
    return kind, None


def _packed_kind(packed: zipfile.ZipFile) -> FileKind | None:
    names = set(packed.namelist())
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "mimetype" in names and packed.read("mimetype").strip() == b"application/hwp+zip":
        return FileKind.HWPX
    return None


def _examine(name: str, kind: FileKind, packed: zipfile.ZipFile) -> None:
    parts = packed.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise EvidenceFileEncrypted(name, kind)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > LARGEST_UNPACKED_BYTES:
        raise EvidenceFileTooLarge(name, unpacked, LARGEST_UNPACKED_BYTES)
    broken = packed.testzip()
    if broken is not None:
        raise EvidenceFileDamaged(name, kind, f"part '{broken}' fails its checksum")


def _compound(name: str, body: bytes) -> tuple[FileKind, int | None]:
    """Tell HWP 5 from other compound files; a locked XLSX is one of those."""
    if "EncryptedPackage".encode("utf-16-le") in body:
        raise EvidenceFileEncrypted(name, FileKind.XLSX)
    mark = body.find(HWP_MARK)
    if mark < 0:
        raise _refusal(name)
    flags = body[mark + HWP_FLAGS_AT : mark + HWP_FLAGS_AT + 4]
    if len(flags) < 4:
        raise EvidenceFileDamaged(name, FileKind.HWP, "it was cut short")
    if int.from_bytes(flags, "little") & HWP_PASSWORD:
        raise EvidenceFileEncrypted(name, FileKind.HWP)
    return FileKind.HWP, None


def _is_csv(name: str, body: bytes) -> bool:
    """Tell whether a file named so is a table in text: UTF-8, or CP949 as Korean offices save."""
    if not name.lower().endswith(".csv") or b"\x00" in body:
        return False
    return any(_reads_as(body, encoding) for encoding in ("utf-8-sig", "cp949"))


def _reads_as(body: bytes, encoding: str) -> bool:
    try:
        first = body.decode(encoding).partition("\n")[0]
    except UnicodeDecodeError:
        return False
    return any(mark in first for mark in ",;\t")


MAGIC: tuple[tuple[bytes, Look], ...] = (
    (b"%PDF-", _pdf),
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"PK\x03\x04", _zip),
    (OLE, _compound),
)
