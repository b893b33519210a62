"""What an official measurement pinned comes back with a backup."""

import asyncio
from datetime import timedelta

from dalgu.app.commands.backup import back_up, restore_backup
from dalgu.app.commands.hub import verify
from dalgu.app.commands.opening import any_city, city
from dalgu.app.folder import Folder
from dalgu.kernel.clock import iso
from dalgu.kernel.settings import Settings


async def frozen_in(settings):
    """Return the official online rate of a city with one device that was heard."""
    async with any_city(settings) as platform:
        at = iso(platform.clock.now() - timedelta(hours=1))
        device = {
            "id": "urn:ngsi-ld:Device:1",
            "type": "Device",
            "inService": {"type": "Property", "value": True},
            "declaredInterval": {"type": "Property", "value": 3600},
            "deviceState": {"type": "Property", "value": "online", "observedAt": at},
        }
        await platform.hub.upsert([device])
        found = await platform.certification.assess(freeze=True)
        return found.measured["K63-50"]


async def again_in(settings, digest):
    async with city(settings) as platform:
        return await platform.certification.recompute(digest)


def test_pinned_observations_come_back_and_stay_provable(tmp_path):
    settings, elsewhere = (Settings(data_dir=str(tmp_path / name)) for name in ("city", "other"))
    frozen = asyncio.run(frozen_in(settings))
    assert frozen.snapshot.value is not None

    asyncio.run(back_up(settings, tmp_path / "copy.db"))
    key = Folder(settings.data_path).key_file
    asyncio.run(restore_backup(elsewhere, tmp_path / "copy.db", key))

    assert asyncio.run(verify(elsewhere)) == []
    assert asyncio.run(again_in(elsewhere, frozen.digest)) == frozen.snapshot.value
    for file in (elsewhere.data_path / "city.pinned").iterdir():
        file.write_bytes(b"another")
    faults = asyncio.run(verify(elsewhere))
    assert faults
    assert all("other bytes" in fault for fault in faults)
