"""Opens the parts of a city and hands each what it needs."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from dalgu import cities, services
from dalgu.access.access import Access
from dalgu.access.actor import CONSOLE, SYSTEM
from dalgu.access.vault import Room, VaultEntryNotExisting
from dalgu.app.folder import Folder
from dalgu.app.runner import JobRunner
from dalgu.certification.framework import load as load_framework
from dalgu.certification.scorecard import Certification
from dalgu.devices.intake import Intake
from dalgu.devices.jobs import silent_devices
from dalgu.devices.registry import Registry
from dalgu.hub.contexts import Contexts
from dalgu.hub.local import LocalHub
from dalgu.hub.notify import Notifier
from dalgu.hub.subscriptions import Subscriptions
from dalgu.kernel.clock import Clock, SimulatedClock, SystemClock
from dalgu.kernel.schedule import every
from dalgu.kernel.settings import Settings
from dalgu.kernel.text import Text
from dalgu.service import Job, Service
from dalgu.store.sqlite import Store

log = logging.getLogger("dalgu.app")

FRAMEWORK = "kr-scc-2021"


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
