"""The key file beside the database: without it the vault stays shut.

One random key is kept in a file that only its owner may read; from it a key for each use is
derived (HKDF, RFC 5869). A copy of the database alone gives away no name and no device key,
and cannot be given a new audit chain.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from dalgu.access.secret import digest, new_secret
from dalgu.kernel.errors import DalguError
from dalgu.store.durable import create

KEY_FILE_MARK = "dalgu-key-1 "  # names the format, so that a later one can be told apart
KEY_BYTES = 32  # AES-256 and HMAC-SHA-256
SHORTEST_KEY = 43  # signs of 256 bits in base64url


class KeyFileUnfit(DalguError):
    """The key file cannot be used as it is."""

    slug = "key-file-unfit"
    title = "The key file cannot be used"

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"Key file '{path}' {why}", path=str(path))


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of this platform, one for each use."""

    fingerprint: str  # tells key files apart; may be stored
    vault: bytes = field(repr=False)
    names: bytes = field(repr=False)
    audit: bytes = field(repr=False)


def read_keys(path: Path) -> Keys:
    """Return the keys of an existing key file.

    Raises
    ------
    KeyFileUnfit
        When it does not exist, others may read it, or it is no key file.

    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise KeyFileUnfit(
            path, "does not exist; restore it from where the backup of keys is kept."
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyFileUnfit(path, f"may be read by others; run: chmod 600 '{path}'.")
    mark, root = _split(path.read_bytes())
    if mark != KEY_FILE_MARK or len(root) < SHORTEST_KEY:
        raise KeyFileUnfit(path, "is no key file of this platform, or was cut short.")
    return _derive(root)


def create_keys(path: Path) -> Keys:
    """Write a fresh key file that only its owner may read, and return its keys.

    Raises
    ------
    KeyFileUnfit
        When there is a file already: a key is never overwritten.

    """
    root = new_secret()
    try:  # a key lost by a power cut loses all it sealed
        create(path, f"{KEY_FILE_MARK}{root}\n".encode("ascii"))
    except FileExistsError:
        raise KeyFileUnfit(path, "already exists and is not overwritten.") from None
    return _derive(root)


def _split(content: bytes) -> tuple[str, str]:
    text = content.decode("ascii", "replace")
    return text[: len(KEY_FILE_MARK)], text[len(KEY_FILE_MARK) :].strip()


def _derive(root: str) -> Keys:
    return Keys(
        fingerprint=digest("fingerprint " + root),
        vault=_derived(root, "vault"),
        names=_derived(root, "names"),
        audit=_derived(root, "audit"),
    )


def _derived(root: str, use: str) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derivation = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=f"dalgu {use}".encode())
    return derivation.derive(root.encode("ascii", "replace"))
