"""Trusted keys: the public halves of issuers, as files that people hand to one another.

A trust file is the issuer's self-signed certificate in PEM under a few lines for people. Whom
to trust is decided outside: a key that comes only with a certificate proves nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dalgu.certification.certificate.errors import TrustFileUnfit
from dalgu.kernel.clock import iso
from dalgu.kernel.text import Text

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

TRUST_SUFFIX = ".pem"
MAX_TRUST_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key, whose it is, and from when on it counts."""

    key_id: str  # SHA-256 of the SubjectPublicKeyInfo, 64 hexadecimal digits
    issuer: Text
    valid_from: datetime
    certificate: bytes  # DER
    public: bytes  # 32 bytes of Ed25519

    def signed(self, signature: bytes, message: bytes) -> bool:
        """Tell whether this key made the signature of a message."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


def key_of(certificate: "Certificate") -> TrustedKey:
    """Return the key of an issuer's X.509 certificate; `ValueError` where it is no such."""
    from hashlib import sha256

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509.oid import NameOID

    public = certificate.public_key()
    korean = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    english = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    if not isinstance(public, Ed25519PublicKey) or len(korean) != 1 or len(english) != 1:
        raise ValueError(certificate.subject.rfc4514_string())
    info = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return TrustedKey(
        key_id=sha256(info).hexdigest(),
        issuer=Text(str(korean[0].value), str(english[0].value)),
        valid_from=certificate.not_valid_before_utc,
        certificate=certificate.public_bytes(Encoding.DER),
        public=public.public_bytes_raw(),
    )


def key_of_der(der: bytes) -> TrustedKey:
    """Return the key of a certificate in DER; `ValueError` where it is no issuer's."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.x509 import InvalidVersion, load_der_x509_certificate

    try:
        return key_of(load_der_x509_certificate(der))
    except (InvalidVersion, UnsupportedAlgorithm, TypeError) as odd:
        raise ValueError(str(odd)) from None


def trust_file(key: TrustedKey) -> bytes:
    """Return the file by which others come to trust a key."""
    from ssl import DER_cert_to_PEM_cert

    head = (
        f"issuer: {key.issuer.ko} / {key.issuer.en}\n"
        f"key id: {key.key_id}\n"
        f"valid from: {iso(key.valid_from)}\n"
    )
    return (head + DER_cert_to_PEM_cert(key.certificate)).encode()


def read_trust(content: bytes, name: str = "") -> TrustedKey:
    """Return the key of a trust file.

    Raises
    ------
    TrustFileUnfit
        When it is none, or when its lines for people say another thing than its key.

    """
    from ssl import PEM_cert_to_DER_cert

    begin = content.find(b"-----BEGIN CERTIFICATE-----")
    try:
        pem = content[max(begin, 0) :][:MAX_TRUST_BYTES].decode("ascii")
        key = key_of_der(PEM_cert_to_DER_cert(pem.strip()))
    except ValueError:
        raise TrustFileUnfit(name) from None
    if trust_file(key) != content.replace(b"\r\n", b"\n"):
        raise TrustFileUnfit(name)
    return key
