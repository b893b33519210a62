"""The devices' keys: sealed in the vault, open in memory while the platform runs."""

import logging
from collections.abc import Mapping

from dalgu.access.access import Access
from dalgu.access.actor import CONSOLE, SYSTEM
from dalgu.access.vault import Room, VaultEntryNotExisting

log = logging.getLogger("dalgu.keys")


class VaultKeyRing:
    """Device keys: kept in the vault, held in memory while the platform runs."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._keys: dict[str, bytes] = {}

    async def load(self) -> None:
        """Open all device keys; the opening is written in the audit chain."""
        self._keys = await self._access.vault.open_all(
            SYSTEM, Room.DEVICE_KEY, purpose="decrypting telegrams"
        )

    def key_of(self, device: str) -> bytes | None:
        """Return the key of a device, `None` when it has none."""
        return self._keys.get(device)

    async def look(self, device: str) -> None:
        """Take in a key that a command has kept beside the running platform."""
        vault = self._access.vault
        if device not in self._keys and vault.holds(Room.DEVICE_KEY, device):
            self._keys[device] = await vault.open(
                SYSTEM, Room.DEVICE_KEY, device, purpose="decrypting telegrams"
            )

    async def keep(self, keys: Mapping[str, bytes]) -> None:
        """Keep the keys of devices, durably."""
        await self._access.vault.put_many(CONSOLE, Room.DEVICE_KEY, keys)
        self._keys |= keys

    async def forget(self, device: str) -> None:
        """Forget the key of a device, if it has one."""
        if self._keys.pop(device, None) is None:
            return
        try:
            await self._access.vault.delete(CONSOLE, Room.DEVICE_KEY, device)
        except VaultEntryNotExisting:
            log.warning("key.absent", extra={"device": device})
