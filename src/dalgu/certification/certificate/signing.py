"""Signing a PDF: a PAdES signature by Ed25519 over every byte of the file but the signature.

The room kept for the signature is exactly as long as the signature, and nothing in the file
depends on chance or on the wall clock: the same paper, key and day give the same bytes.
"""

from collections.abc import Generator
from datetime import date, datetime, time
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from dalgu.certification.certificate.cms import DIGEST, SIGNATURE_BYTES, assemble, to_be_signed
from dalgu.certification.certificate.issuer import Issuer
from dalgu.kernel.clock import LOCAL

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

FIELD = "Dalgu"
ID_BYTES = 16  # ISO 32000-2, 14.4
DIGEST_BYTES = 64


def sign_pdf(paper: bytes, issuer: Issuer, on: date, attached: dict[str, bytes]) -> bytes:
    """Return the paper with files attached and signed by the issuer, dated a day.

    The day is what the issuer claims, at midnight in the city; no third party attests it.
    """
    from pyhanko.sign.signers.constants import ISO32002

    writer = _writer(paper, *attached.values())
    writer.ensure_output_version((2, 0))  # type: ignore[no-untyped-call]  # theirs has no types
    writer.register_extension(ISO32002)  # says that EdDSA is used
    for name, content in attached.items():
        _attach(writer, name, content)
    return _sealed(writer, issuer, datetime.combine(on, time(), LOCAL))


def _writer(paper: bytes, *contents: bytes) -> "IncrementalPdfFileWriter":
    """Return a writer that takes nothing from the wall clock and nothing from chance."""
    from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Repeatable(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            """Leave the paper's own metadata: pyHanko would add the hour of writing."""

    writer = Repeatable(BytesIO(paper))
    digests = (sha256(one).digest() for one in (paper, *contents))
    second = sha256(b"".join(digests)).digest()[:ID_BYTES]  # by content, as ISO 32000 advises
    first = sha256(paper).digest()[:ID_BYTES]
    writer._document_id = ArrayObject([ByteStringObject(first), ByteStringObject(second)])
    return writer


def _attach(writer: "IncrementalPdfFileWriter", name: str, content: bytes) -> None:
    from pyhanko.pdf_utils.embed import (
        EmbeddedFileObject,
        EmbeddedFileParams,
        FileSpec,
        embed_file,
    )
    from pyhanko.pdf_utils.generic import NameObject

    file = EmbeddedFileObject.from_file_data(
        writer, content, params=EmbeddedFileParams(), mime_type="application/json"
    )
    spec = FileSpec(name, file_name=name, embedded_data=file, af_relationship=NameObject("/Data"))
    embed_file(writer, spec)


def _sealed(writer: "IncrementalPdfFileWriter", issuer: Issuer, at: datetime) -> bytes:
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    empty = assemble(bytes(DIGEST_BYTES), issuer.key.certificate, bytes(SIGNATURE_BYTES))
    room = SignatureObject(
        timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=2 * len(empty)
    )
    steps: Generator[Any, Any, Any] = PdfCMSEmbedder().write_cms(FIELD, writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=room))
    prepared, output = steps.send(SigIOSetup(md_algorithm=DIGEST))
    steps.send(_signature(prepared.document_digest, issuer))
    return bytes(output.getvalue())


def _signature(document_digest: bytes, issuer: Issuer) -> bytes:
    certificate = issuer.key.certificate
    signature = issuer.sign(to_be_signed(document_digest, certificate))
    return assemble(document_digest, certificate, signature)
