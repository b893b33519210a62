"""Where real cameras give their stills: addresses and passwords, sealed in the vault."""

from contextlib import suppress
from typing import Annotated

import msgspec

from dalgu.access.access import Access
from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.vault import Room, VaultEntryNotExisting
from dalgu.kernel.errors import InvalidInput

PREFIX = "camera/"
PURPOSE = "asking a camera for a still"
Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s@]+$", max_length=500)]


class SourceInvalid(InvalidInput):
    """The address of a camera's stills is none."""

    slug = "camera-source-invalid"
    title = "The address of the stills is invalid"

    def __init__(self) -> None:
        super().__init__(
            "The address of a camera's stills must be http or https, without user and password "
            "in it; ONVIF cameras tell it as their snapshot URI."
        )


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The snapshot address of one camera (as ONVIF's GetSnapshotUri tells it), and its account."""

    url: Url
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Source(url={self.url!r})"  # no password in a traceback


class Sources:
    """The sources of all cameras; each is opened once, and held in memory from then on."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._held: dict[str, Source | None] = {}

    async def of(self, camera: str) -> Source | None:
        """Return a camera's source, `None` where nobody has set one."""
        if camera not in self._held:
            self._held[camera] = await self._open(camera)
        return self._held[camera]

    async def keep(self, actor: Actor, camera: str, url: str, user: str, password: str) -> None:
        """Set a camera's source; raise `SourceInvalid` or `OperationNotAllowed`."""
        given = {"url": url.strip(), "user": user.strip(), "password": password}
        try:
            source = msgspec.convert(given, Source)
        except msgspec.ValidationError:
            raise SourceInvalid from None
        body = msgspec.json.encode(source)
        await self._access.vault.put(actor, Room.CREDENTIAL, PREFIX + camera, body)
        self._held[camera] = source

    async def forget(self, actor: Actor, camera: str) -> None:
        """Forget a camera's source; harmless when it has none."""
        with suppress(VaultEntryNotExisting):
            await self._access.vault.delete(actor, Room.CREDENTIAL, PREFIX + camera)
        self._held[camera] = None

    async def _open(self, camera: str) -> Source | None:
        vault = self._access.vault
        if not vault.holds(Room.CREDENTIAL, PREFIX + camera):
            return None
        body = await vault.open(SYSTEM, Room.CREDENTIAL, PREFIX + camera, purpose=PURPOSE)
        return msgspec.json.decode(body, type=Source)
