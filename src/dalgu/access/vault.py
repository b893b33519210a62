"""What must not be in the hub: device keys, personal names, partners' credentials.

Everything is encrypted at rest (AES-256-GCM, a fresh nonce each time, bound to its place), and
nothing is handed out before the opening is written in the audit chain.
"""

import os
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from enum import StrEnum
from hmac import new as hmac_new

from dalgu.access.actor import Actor
from dalgu.access.audit import LONGEST_TEXT
from dalgu.access.gate import Deed, Gate
from dalgu.access.keys import Keys
from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting, TooLarge
from dalgu.store.tables import Tables

COLLECTION = "access.vault"
NONCE_BYTES = 12  # NIST SP 800-38D, 5.2.1.1: 96 bits
LARGEST_SECRET = 65_536  # bytes; keys, names and passwords, not files


class Room(StrEnum):
    """What kinds of things the vault holds, each with its own rights."""

    DEVICE_KEY = "device_key"
    PERSON = "person"
    CREDENTIAL = "credential"


_WRITING = {
    Room.DEVICE_KEY: Operation.DEVICE_KEY_WRITE,
    Room.PERSON: Operation.PERSON_WRITE,
    Room.CREDENTIAL: Operation.CREDENTIAL_WRITE,
}
_OPENING = {
    Room.DEVICE_KEY: Operation.DEVICE_KEY_OPEN,
    Room.PERSON: Operation.PERSON_OPEN,
    Room.CREDENTIAL: Operation.CREDENTIAL_OPEN,
}


class VaultEntryNotExisting(NotExisting):
    """The vault holds nothing under this subject."""

    slug = "vault-entry-not-existing"

    def __init__(self, room: Room, subject: str) -> None:
        super().__init__(
            f"The vault holds no {room.replace('_', ' ')} of '{subject}'.",
            room=room,
            subject=subject,
        )


class VaultEntryUnreadable(DalguError):
    """What the vault holds was changed, moved, or sealed with another key."""

    slug = "vault-entry-unreadable"
    title = "The vault entry cannot be opened"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"Vault entry '{place}' cannot be opened: it was changed, or sealed with another "
            "key file. Restore the entry, or the key file that belongs to this database.",
            place=place,
        )


class VaultEntryTooLarge(TooLarge):
    """The vault holds keys, names and passwords, not files."""

    slug = "vault-entry-too-large"

    def __init__(self, subject: str, size: int) -> None:
        super().__init__(
            f"The secret of '{subject}' has {size} bytes; a vault entry must be at most "
            f"{LARGEST_SECRET}.",
            subject=subject,
            bytes=size,
        )


class PurposeRequired(InvalidInput):
    """Nothing of the vault is opened without saying what for."""

    slug = "purpose-required"
    title = "A purpose is required"

    def __init__(self) -> None:
        super().__init__(
            f"Opening the vault requires a purpose of 1 to {LONGEST_TEXT} signs; "
            "it is written in the audit chain.",
            longest=LONGEST_TEXT,
        )


class Sealer:
    """Encrypts small bodies for a named place, and hides names that must be found again."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, plain: bytes, place: str) -> bytes:
        """Return nonce and ciphertext; it opens at the same place alone."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self._keys.vault).encrypt(nonce, plain, place.encode())

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed for the place; raise `VaultEntryUnreadable`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return AESGCM(self._keys.vault).decrypt(nonce, ciphertext, place.encode())
        except (InvalidTag, ValueError):
            raise VaultEntryUnreadable(place) from None

    def index(self, name: str) -> str:
        """Return a key by which a name can be found and from which it cannot be read."""
        hashed = hmac_new(self._keys.names, name.encode("utf-8", "surrogatepass"), "sha256")
        return urlsafe_b64encode(hashed.digest()).rstrip(b"=").decode()


class Vault:
    """Holds secrets by room and subject; the subject is an id or a pseudonym."""

    def __init__(self, sealer: Sealer, gate: Gate) -> None:
        self._store = gate.store
        self._sealer = sealer
        self._gate = gate

    def holds(self, room: Room, subject: str) -> bool:
        """Tell whether there is an entry, without opening it."""
        return self._store.read().records.get(_collection(room), subject) is not None

    async def put(
        self, actor: Actor, room: Room, subject: str, secret: bytes, *, district: str | None = None
    ) -> None:
        """Keep a secret in place of any before it."""
        await self.put_many(actor, room, {subject: secret}, district=district)

    async def put_many(
        self,
        actor: Actor,
        room: Room,
        secrets: Mapping[str, bytes],
        *,
        district: str | None = None,
    ) -> None:
        """Keep many secrets of one room, all or none, with one audit entry."""
        sealed = {
            subject: self._sealer.seal(_bounded(secret, subject), _place(room, subject))
            for subject, secret in secrets.items()
        }

        def keep(tables: Tables) -> None:
            for subject, body in sealed.items():
                tables.records.put(_collection(room), subject, body)

        await self._gate.do(Deed(actor, _WRITING[room], _target(room, secrets), district), keep)

    async def open(
        self,
        actor: Actor,
        room: Room,
        subject: str,
        *,
        purpose: str,
        district: str | None = None,
    ) -> bytes:
        """Return a secret, once the opening stands in the audit chain.

        Raises
        ------
        VaultEntryNotExisting, VaultEntryUnreadable, PurposeRequired, Forbidden
            The last when the actor may not open this room.

        """
        place = _place(room, subject)
        sealed = await self._gate.do(
            Deed(actor, _OPENING[room], place, district, _stated(purpose)),
            lambda tables: tables.records.get(_collection(room), subject),
        )
        if sealed is None:
            raise VaultEntryNotExisting(room, subject)
        return self._sealer.unseal(sealed, place)

    async def open_all(self, actor: Actor, room: Room, *, purpose: str) -> dict[str, bytes]:
        """Return all secrets of a room by subject: for the intake's device keys at start."""
        sealed = await self._gate.do(
            Deed(actor, _OPENING[room], f"{room}/*", purpose=_stated(purpose)),
            lambda tables: dict(tables.records.all(_collection(room))),
        )
        return {
            subject: self._sealer.unseal(body, _place(room, subject))
            for subject, body in sealed.items()
        }

    async def delete(
        self, actor: Actor, room: Room, subject: str, *, district: str | None = None
    ) -> None:
        """Forget a secret; raise `VaultEntryNotExisting`."""

        def remove(tables: Tables) -> None:
            if not tables.records.delete(_collection(room), subject):
                raise VaultEntryNotExisting(room, subject)

        deed = Deed(actor, _WRITING[room], _place(room, subject), district, "deletion")
        await self._gate.do(deed, remove)


def _collection(room: Room) -> str:
    return f"{COLLECTION}.{room}"


def _place(room: Room, subject: str) -> str:
    return f"{room}/{subject}"


def _stated(purpose: str) -> str:
    if not 0 < len(purpose.strip()) <= LONGEST_TEXT:
        raise PurposeRequired
    return purpose.strip()


def _bounded(secret: bytes, subject: str) -> bytes:
    if len(secret) > LARGEST_SECRET:
        raise VaultEntryTooLarge(subject, len(secret))
    return secret


def _target(room: Room, subjects: Collection[str]) -> str:
    if len(subjects) == 1:
        return _place(room, next(iter(subjects)))
    return f"{room}/{len(subjects)} entries"
