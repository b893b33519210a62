"""The keys of the ballots: one that signs what is published, one for the tokens of each box.

The first is made from the key file, so it is the same for ever and stands in no database; the
others are kept encrypted while their box is open and forgotten when it closes.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from dalgu.services.citizens.ballots.sealed_set import SealedSet, SetKeys
from dalgu.store.tables import Tables

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey


def signing_key(keyed: Callable[[str], str]) -> "Ed25519PrivateKey":
    """Return the key that signs what the city publishes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seed = bytes.fromhex(keyed("signing 1") + keyed("signing 2"))
    return Ed25519PrivateKey.from_private_bytes(seed)


def spki(key: "RSAPublicKey") -> str:
    """Return a public key as it is written: SubjectPublicKeyInfo, base64."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def public_key(text: str) -> "RSAPublicKey":
    """Return the public key that `spki` has written."""
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    return cast("RSAPublicKey", load_der_public_key(b64decode(text)))


class TokenKeys:
    """The private keys of the open boxes."""

    def __init__(self, keys: SetKeys) -> None:
        self._keys = keys
        self._known: dict[str, RSAPrivateKey] = {}

    def keep(self, tables: Tables, public: str, key: "RSAPrivateKey") -> None:
        """Keep a key encrypted, under its public one."""
        from cryptography.hazmat.primitives.serialization import (
            Encoding,
            NoEncryption,
            PrivateFormat,
        )

        plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        place = self._place(public)
        place.begin(tables)
        place.add(tables, "key", plain)

    def of(self, tables: Tables, public: str) -> "RSAPrivateKey":
        """Return the key of an open box."""
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        if public not in self._known:
            key = load_der_private_key(self._place(public).row(tables, "key"), None)
            self._known[public] = cast("RSAPrivateKey", key)
        return self._known[public]

    def forget(self, tables: Tables, public: str) -> None:
        """Forget the key of a closed box: nobody makes another token of it."""
        self._known.pop(public, None)
        self._place(public).empty(tables)

    def _place(self, public: str) -> SealedSet:
        name = sha256(public.encode()).hexdigest()[:32]
        return SealedSet(f"citizens.ballots.token_key.{name}", self._keys)
