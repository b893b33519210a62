"""Mail addresses: kept in the vault, opened for a purpose that is written down, never in a book."""

import re

from dalgu.access.access import Access
from dalgu.access.actor import Actor, Kind, Role
from dalgu.access.vault import Room, VaultEntryNotExisting
from dalgu.services.citizens.people.refusals import AddressInvalid

CLERK = Actor("citizens", Role.OPERATOR, kind=Kind.SYSTEM)  # this service, to the vault
LONGEST = 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its brackets
_ADDRESS = re.compile(
    r"[^@\s<>,;:\"()\[\]\\]{1,64}@[^@\s<>,;:\"()\[\]\\.]+(\.[^@\s<>,;:\"()\[\]\\.]+)+"
)


def plain_address(text: str) -> str:
    """Return an address as it is compared and written; raise `AddressInvalid`.

    >>> plain_address(" Mina@Example.ORG ")
    'mina@example.org'
    """
    plain = text.strip().casefold()
    if len(plain) > LONGEST or not plain.isprintable() or not _ADDRESS.fullmatch(plain):
        raise AddressInvalid
    return plain


class Addresses:
    """Who is reached where."""

    def __init__(self, access: Access) -> None:
        self._vault = access.vault

    async def keep(self, subject: str, address: str) -> None:
        """Keep an address of an account, or of a link that was sent."""
        await self._vault.put(CLERK, Room.PERSON, _place(subject), address.encode())

    async def open(self, subject: str, purpose: str) -> str | None:
        """Return an address, `None` where there is none; the opening is written down."""
        if not self._vault.holds(Room.PERSON, _place(subject)):
            return None
        found = await self._vault.open(CLERK, Room.PERSON, _place(subject), purpose=purpose)
        return found.decode()

    async def forget(self, subject: str) -> None:
        """Forget an address; harmless where there is none."""
        try:
            await self._vault.delete(CLERK, Room.PERSON, _place(subject))
        except VaultEntryNotExisting:
            return


def _place(subject: str) -> str:
    return f"mail:{subject}"
