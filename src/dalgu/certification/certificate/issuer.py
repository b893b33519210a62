"""The issuer's key: an Ed25519 key of its own, made once, in a file only its owner may read.

The file holds the private key (PKCS 8) and a self-signed X.509 certificate that names the
issuer; readers of signed PDF files want one. To change the key, move `issuer.key` aside and
make another: what the old key signed stays good wherever the old key is trusted.
"""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dalgu.access.keys import KeyFileUnfit
from dalgu.certification.certificate.errors import IssuerNameUnfit, IssuerNotExisting
from dalgu.certification.certificate.trust import TrustedKey, key_of
from dalgu.kernel.clock import Clock
from dalgu.kernel.text import Text
from dalgu.store.durable import create

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.x509 import Certificate, KeyUsage

ISSUER_FILE = "issuer.key"
LONGEST_NAME = 64  # RFC 5280, ub-common-name and ub-organization-name
SERIAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who signs: the key with the public half that others trust."""

    key: TrustedKey
    _private: "Ed25519PrivateKey" = field(repr=False)

    @property
    def name(self) -> Text:
        """Return the issuer's name."""
        return self.key.issuer

    @property
    def key_id(self) -> str:
        """Return the SHA-256 of the public key, 64 hexadecimal digits."""
        return self.key.key_id

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message, 64 bytes."""
        return self._private.sign(message)


def tell_nobody(_: TrustedKey) -> None:
    """Tell nobody."""


def create_issuer(
    path: Path, name: Text, clock: Clock, *, tell: Callable[[TrustedKey], None] = tell_nobody
) -> Issuer:
    """Make a fresh key that counts from now, and write it to a file of mode 0600.

    `tell` hears of its public half before there is a file: no power cut leaves a key that may
    never be made again and that nobody trusts.

    Raises
    ------
    KeyFileUnfit
        When there is a file already: a key is never overwritten.
    IssuerNameUnfit
        When a name is empty or too long for an X.509 certificate.

    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    for text in (name.ko, name.en):
        if not 0 < len(text.strip()) <= LONGEST_NAME:
            raise IssuerNameUnfit(text, LONGEST_NAME)
    if path.exists():
        raise _existing(path)
    private = Ed25519PrivateKey.generate()
    certificate = _self_signed(private, name, clock)
    issuer = Issuer(key_of(certificate), private)
    tell(issuer.key)
    try:  # a key lost by a power cut can never sign a status again
        create(path, _as_pem(private, certificate))
    except FileExistsError:
        raise _existing(path) from None
    return issuer


def read_issuer(path: Path) -> Issuer:
    """Return the issuer of an existing key file.

    Raises
    ------
    IssuerNotExisting
        When there is no file.
    KeyFileUnfit
        When others may read it, or it is no issuer's key.

    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    content = _read_private(path)
    try:
        private = load_pem_private_key(content, None)
        certificate = load_pem_x509_certificate(content)
    except ValueError:
        raise KeyFileUnfit(path, "is no issuer's key, or was cut short.") from None
    if not isinstance(private, Ed25519PrivateKey) or (
        private.public_key() != certificate.public_key()
    ):
        raise KeyFileUnfit(path, "holds a key and a certificate that do not belong together.")
    return Issuer(key_of(certificate), private)


def _read_private(path: Path) -> bytes:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise IssuerNotExisting(str(path)) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileUnfit(path, f"may be read by others; run: chmod 600 '{path}'.")
    return path.read_bytes()


def _self_signed(private: "Ed25519PrivateKey", name: Text, clock: Clock) -> "Certificate":
    from datetime import UTC, datetime

    from cryptography import x509

    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name.ko),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, name.en),
        ]
    )
    return (
        x509.CertificateBuilder(subject, subject, private.public_key())
        .serial_number(int.from_bytes(os.urandom(SERIAL_BYTES), "big") >> 1)
        .not_valid_before(clock.now())
        .not_valid_after(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))  # RFC 5280 4.1.2.5: none
        .add_extension(_signs_documents(), critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, None)
    )


def _signs_documents() -> "KeyUsage":
    from cryptography.x509 import KeyUsage

    return KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _as_pem(private: "Ed25519PrivateKey", certificate: "Certificate") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + certificate.public_bytes(Encoding.PEM)


def _existing(path: Path) -> KeyFileUnfit:
    return KeyFileUnfit(path, "already exists and is not overwritten.")
