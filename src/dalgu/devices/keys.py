"""The keys of encrypted devices: opened from the vault once, then at hand for each telegram."""

from collections.abc import Mapping

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.vault import Room, Vault

PURPOSE = "decrypt device messages"


class KeyRing:
    """Device keys in memory, kept in the vault; the hub never sees one.

    Parameters
    ----------
    vault
        Holds them, and writes each opening and change in the audit chain.
    """

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._keys: dict[str, bytes] = {}

    async def open(self) -> None:
        """Read all device keys; the audit chain says so once."""
        self._keys = await self._vault.open_all(SYSTEM, Room.DEVICE_KEY, purpose=PURPOSE)

    def key_of(self, device: str) -> bytes | None:
        """Return the key of a device, `None` when it has none."""
        return self._keys.get(device)

    async def keep(self, actor: Actor, keys: Mapping[str, bytes]) -> None:
        """Keep keys by device id, all or none; raise `Forbidden` when the actor may not."""
        await self._vault.put_many(actor, Room.DEVICE_KEY, keys)
        self._keys.update(keys)

    async def forget(self, actor: Actor, device: str) -> None:
        """Forget the key of a device, if it has one; raise `Forbidden` as `keep` does."""
        if device in self._keys:
            await self._vault.delete(actor, Room.DEVICE_KEY, device)
            del self._keys[device]
