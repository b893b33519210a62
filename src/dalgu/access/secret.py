"""Random secrets that are shown once: session ids, one-time links, API tokens.

A secret has 256 random bits, so its plain SHA-256 can be stored and cannot be turned back;
slow hashing is for what people choose (`passwords`). Chance comes from the operating system
here and nowhere else: a seeded city must not have guessable sessions.
"""

import hmac
import secrets
from hashlib import sha256

SECRET_BYTES = 32  # 256 bits; ASVS v5.0.0-7.2.3 asks for at least 128
LOCATOR_DIGITS = 32  # hexadecimal digits of the digest that name a record
LONGEST_SECRET = 128  # signs; longer input is refused before it is hashed


def new_secret(prefix: str = "") -> str:
    """Return a fresh secret, URL-safe, after an optional readable prefix."""
    return prefix + secrets.token_urlsafe(SECRET_BYTES)


def new_pseudonym(prefix: str) -> str:
    """Return a fresh identifier that says nothing about what it names."""
    return f"{prefix}:{secrets.token_hex(8)}"


def is_plausible(secret: str) -> bool:
    """Tell whether a text can be a secret at all, before it is hashed."""
    return 0 < len(secret) <= LONGEST_SECRET


def digest(secret: str) -> str:
    """Return what is stored in place of a secret: 64 hexadecimal digits."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def locator(secret: str) -> str:
    """Return the name of the secret's record; it may be shown, it opens nothing."""
    return digest(secret)[:LOCATOR_DIGITS]


def is_same(one: str, other: str) -> bool:
    """Compare two texts in a time that does not depend on where they differ."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def bound_token(secret: str, use: str) -> str:
    """Return a token for one use that only the holder of the secret can know.

    The anti-forgery token of a session is made so: nothing more has to be stored, and it
    dies with its session.
    """
    key = secret.encode("utf-8", "surrogatepass")
    return hmac.new(key, use.encode(), sha256).hexdigest()
