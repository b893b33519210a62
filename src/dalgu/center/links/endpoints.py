"""Where links go: addresses and tokens, sealed in the vault."""

from contextlib import suppress
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from dalgu.access.access import Access
from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.vault import Room, VaultEntryNotExisting
from dalgu.kernel.errors import InvalidInput

PREFIX = "link/"
PURPOSE = "telling an agency"
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s@]+$", max_length=500)]


class EndpointInvalid(InvalidInput):
    """The address of a link is none."""

    slug = "link-endpoint-invalid"
    title = "The address of the link is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The address of a link must be http or https, without user and password in it."
        )


class Endpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One agency's endpoint, and the token that is shown to it."""

    url: Url
    token: str = ""

    @property
    def host(self) -> str:
        """Its host, which may be shown."""
        return urlsplit(self.url).netloc

    def __repr__(self) -> str:
        return f"Endpoint(host={self.host!r})"  # no token in a traceback


class Endpoints:
    """The endpoints of all links; each is opened once, and held in memory from then on."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._held: dict[str, Endpoint | None] = {}

    async def of(self, link: str) -> Endpoint | None:
        """Return a link's endpoint, `None` where nobody has set one."""
        if link not in self._held:
            self._held[link] = await self._open(link)
        return self._held[link]

    async def keep(self, actor: Actor, link: str, url: str, token: str) -> str:
        """Set a link's endpoint, or forget it where the address is empty; return its host.

        Raises
        ------
        EndpointInvalid, OperationNotAllowed
        """
        if not url.strip():
            with suppress(VaultEntryNotExisting):
                await self._access.vault.delete(actor, Room.CREDENTIAL, PREFIX + link)
            self._held[link] = None
            return ""
        try:
            endpoint = msgspec.convert({"url": url.strip(), "token": token.strip()}, Endpoint)
        except msgspec.ValidationError:
            raise EndpointInvalid from None
        body = msgspec.json.encode(endpoint)
        await self._access.vault.put(actor, Room.CREDENTIAL, PREFIX + link, body)
        self._held[link] = endpoint
        return endpoint.host

    async def _open(self, link: str) -> Endpoint | None:
        vault = self._access.vault
        if not vault.holds(Room.CREDENTIAL, PREFIX + link):
            return None
        body = await vault.open(SYSTEM, Room.CREDENTIAL, PREFIX + link, purpose=PURPOSE)
        return msgspec.json.decode(body, type=Endpoint)
