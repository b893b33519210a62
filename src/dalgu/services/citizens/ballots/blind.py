"""Blind signatures: the city signs a voting token without seeing it, so it never knows whose it is.

RSABSSA-SHA384-PSS-Randomized of RFC 9474 with keys of 2,048 bits. `prepare`, `blind` and
`finalize` run at the voter (in the browser, `static/components/blind.js`, or here); `blind_sign`
runs at the city; `verify` at anybody. Numbers are big-endian bytes of the modulus' length.
"""

import hashlib
import os
import secrets
from dataclasses import dataclass
from math import gcd
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.padding import PSS
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

KEY_BITS = 2_048
EXPONENT = 65_537
SALT_BYTES = HASH_BYTES = 48  # SHA-384; RFC 9474, 5: sLen = 48
PREFIX_BYTES = 32  # RFC 9474, 4.1


class NotBlinded(ValueError):
    """A blinded message that is no number below the modulus."""


class SignatureFault(ValueError):
    """A signature that does not hold: nobody may see it, it could give the key away."""


@dataclass(frozen=True, slots=True)
class Blinded:
    """What goes to the city, and what undoes the blinding: that stays at the voter."""

    message: bytes
    inverse: int


def new_key() -> "RSAPrivateKey":
    """Return a fresh key; takes a tenth of a second or two."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return generate_private_key(EXPONENT, KEY_BITS)


def prepare(message: bytes) -> bytes:
    """Return the message with its random prefix (RFC 9474, 4.1): this is what is signed."""
    return os.urandom(PREFIX_BYTES) + message


def blind(
    key: "RSAPublicKey", prepared: bytes, *, salt: bytes | None = None, factor: int | None = None
) -> Blinded:
    """Return a message blinded (RFC 9474, 4.2); `salt` and `factor` are for its vectors."""
    numbers = key.public_numbers()
    encoded = int.from_bytes(
        _encoded(prepared, key.key_size - 1, os.urandom(SALT_BYTES) if salt is None else salt)
    )
    while factor is None or gcd(factor, numbers.n) != 1:
        factor = secrets.randbelow(numbers.n - 1) + 1
    blinded = encoded * pow(factor, numbers.e, numbers.n) % numbers.n
    return Blinded(blinded.to_bytes(key.key_size // 8), pow(factor, -1, numbers.n))


def blind_sign(key: "RSAPrivateKey", blinded: bytes) -> bytes:
    """Return the signature of a blinded message (RFC 9474, 4.3).

    The message is blinded once more before the private key touches it, so that the time it takes
    tells nothing of the key; and the signature is verified before anybody sees it (RFC 9474, 8.1).

    Raises
    ------
    NotBlinded
        When the message is no number below the modulus of the modulus' length.
    SignatureFault
        When the machine reckoned wrong.

    """
    numbers = key.private_numbers()
    public = numbers.public_numbers
    asked = int.from_bytes(blinded)
    if len(blinded) != key.key_size // 8 or not 0 < asked < public.n:
        raise NotBlinded
    own = secrets.randbelow(public.n - 2) + 2
    shaded = asked * pow(own, public.e, public.n) % public.n
    one, other = pow(shaded, numbers.dmp1, numbers.p), pow(shaded, numbers.dmq1, numbers.q)
    signed = other + numbers.q * (numbers.iqmp * (one - other) % numbers.p)
    signed = signed * pow(own, -1, public.n) % public.n
    if pow(signed, public.e, public.n) != asked:
        raise SignatureFault
    return signed.to_bytes(key.key_size // 8)


def finalize(key: "RSAPublicKey", prepared: bytes, signed: bytes, inverse: int) -> bytes:
    """Return the signature of the message itself (RFC 9474, 4.4); raise `SignatureFault`."""
    n = key.public_numbers().n
    signature = (int.from_bytes(signed) * inverse % n).to_bytes(key.key_size // 8)
    if not verify(key, prepared, signature):
        raise SignatureFault
    return signature


def sign(key: "RSAPrivateKey", prepared: bytes) -> bytes:
    """Return the signature of a message that the city sees: the same as `finalize` would give."""
    from cryptography.hazmat.primitives.hashes import SHA384

    return key.sign(prepared, _padding(), SHA384())


def verify(key: "RSAPublicKey", prepared: bytes, signature: bytes) -> bool:
    """Tell whether a signature is one of this key over the prepared message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.hashes import SHA384

    try:
        key.verify(signature, prepared, _padding(), SHA384())
    except InvalidSignature:
        return False
    return True


def _padding() -> "PSS":
    from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
    from cryptography.hazmat.primitives.hashes import SHA384

    return PSS(MGF1(SHA384()), SALT_BYTES)


def _encoded(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE (RFC 8017, 9.1.1) with SHA-384."""
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(length - len(salt) - HASH_BYTES - 2) + b"\x01" + salt
    masked = bytearray(a ^ b for a, b in zip(block, _mask(digest, len(block)), strict=True))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 (RFC 8017, B.2.1) with SHA-384."""
    rounds = -(-length // HASH_BYTES)
    made = b"".join(hashlib.sha384(seed + n.to_bytes(4)).digest() for n in range(rounds))
    return made[:length]
