"""Reading the seal of a signed PDF, so strictly that no byte of the file can change.

`/ByteRange` occurs once and covers everything but the signature's hexadecimal digits; these
are upper case, as many as the signature has, and spell the CMS that `cms.assemble` builds.
Whether the key is trusted is another question.
"""

import re
from dataclasses import dataclass
from hashlib import sha512

from dalgu.certification.certificate.cms import assemble, take_apart, to_be_signed
from dalgu.certification.certificate.trust import TrustedKey, key_of_der

COVERED = re.compile(rb"/ByteRange \[0 (\d{1,9}) (\d{1,9}) (\d{1,9})\] *")
CONTENTS = re.compile(rb"<[0-9A-F]+>")
MOST_DIGITS = 32_768  # of a signature with its certificate; ours take some 2,000


@dataclass(frozen=True, slots=True)
class Seal:
    """What there is of a signature; `key` is there only where it holds over the whole file."""

    exists: bool
    key: TrustedKey | None = None


def read_seal(pdf: bytes) -> Seal:
    """Return the seal of a file, with its key where it holds over every byte."""
    if not pdf.startswith(b"%PDF-") or b"/ByteRange" not in pdf:
        return Seal(exists=False)
    try:
        return Seal(exists=True, key=_signer(pdf))
    except ValueError:
        return Seal(exists=True)


def _signer(pdf: bytes) -> TrustedKey:
    """Return the key that signed the whole file; `ValueError` where anything is not as it was."""
    begin, end = _gap(pdf)
    der = bytes.fromhex(pdf[begin + 1 : end - 1].decode("ascii"))
    certificate, signature = take_apart(der)
    digest = sha512(pdf[:begin] + pdf[end:]).digest()
    if digest not in der:  # most changes end here, before anything is built
        raise ValueError("digest")
    if assemble(digest, certificate, signature) != der:  # it names the certificate's digest
        raise ValueError("form")
    key = key_of_der(certificate)
    if not key.signed(signature, to_be_signed(digest, certificate)):
        raise ValueError("signature")
    return key


def _gap(pdf: bytes) -> tuple[int, int]:
    """Return where the signature's digits begin and end, with their brackets."""
    found = COVERED.search(pdf)
    if found is None or pdf.count(b"/ByteRange") != 1:
        raise ValueError("count")
    begin, end, rest = (int(part) for part in found.groups())
    if end + rest != len(pdf) or not 0 < end - begin - 2 <= MOST_DIGITS:
        raise ValueError("range")
    if CONTENTS.fullmatch(pdf, begin, end) is None:
        raise ValueError("digits")  # an odd number of them is refused where they become bytes
    return begin, end


def attached(pdf: bytes, name: str) -> bytes | None:
    """Return a file attached to a sealed PDF, `None` where there is none of that name."""
    from io import BytesIO

    from pyhanko.pdf_utils.misc import PdfReadError
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        names = PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
        files = {str(names[at]): names[at + 1] for at in range(0, len(names), 2)}
        return bytes(files[name]["/EF"]["/F"].data)
    except (PdfReadError, KeyError):
        return None
