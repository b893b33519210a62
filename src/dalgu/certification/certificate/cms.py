"""The one form of CMS signature that a certificate carries (RFC 5652, RFC 8419, PAdES B-B).

Everything in it follows from three things: the digest of the document, the signer's certificate
and the 64 bytes of the signature. So a reader takes these out, builds the whole again and
compares: no byte of it is free to change.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asn1crypto.cms import (  # type: ignore[import-untyped]  # ships no types
        CMSAttributes,
    )

DIGEST = "sha512"  # RFC 8419 3.1 asks for it beside Ed25519
SIGNATURE_BYTES = 64


def to_be_signed(document_digest: bytes, certificate: bytes) -> bytes:
    """Return the signed attributes in DER: what the key signs for a document."""
    return bytes(_attributes(document_digest, certificate).dump())


def assemble(document_digest: bytes, certificate: bytes, signature: bytes) -> bytes:
    """Return the CMS signature in DER."""
    from asn1crypto import cms, x509  # type: ignore[import-untyped]

    signer = x509.Certificate.load(certificate)
    digest = {"algorithm": DIGEST}
    identified = {"issuer": signer.issuer, "serial_number": signer.serial_number}
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": identified}),
        "digest_algorithm": digest,
        "signed_attrs": _attributes(document_digest, certificate),
        "signature_algorithm": {"algorithm": "ed25519"},
        "signature": signature,
    }
    signed = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices("certificate", signer)],
        "signer_infos": [info],
    }
    whole = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
    return bytes(whole.dump())


def take_apart(der: bytes) -> tuple[bytes, bytes]:
    """Return the signer's certificate in DER and the signature; `ValueError` where there is none.

    Nothing is checked: `assemble` them again and compare.
    """
    from asn1crypto import cms

    try:
        signed = cms.ContentInfo.load(der)["content"]
        certificate = signed["certificates"][0].chosen.dump()
        signature = signed["signer_infos"][0]["signature"].native
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as reason:
        raise ValueError(str(reason)) from None
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_BYTES:
        raise ValueError("signature")
    return bytes(certificate), signature


def _attributes(document_digest: bytes, certificate: bytes) -> "CMSAttributes":
    from hashlib import sha256

    from asn1crypto import cms, tsp

    named = tsp.SigningCertificateV2({"certs": [{"cert_hash": sha256(certificate).digest()}]})
    protected = {
        "digest_algorithm": {"algorithm": DIGEST},
        "signature_algorithm": {"algorithm": "ed25519"},
    }
    values = {
        "content_type": "data",
        "message_digest": document_digest,
        "signing_certificate_v2": named,
        "cms_algorithm_protection": protected,  # RFC 6211
    }
    return cms.CMSAttributes([{"type": kind, "values": [one]} for kind, one in values.items()])
