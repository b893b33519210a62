import asyncio
import shutil
from pathlib import Path

import pytest
from tests.services.water.billing import district

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock

HAND_TARIFF = (Path(__file__).parent / "hand.toml").read_bytes()


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A closed hub of three accounts with a month of sheets, and what its meters counted."""
    folder = tmp_path_factory.mktemp("built")

    async def build():
        hub = LocalHub.open(folder / "city.db", ManualClock(district.NOW))
        try:
            return await district.build(hub, HAND_TARIFF, 3)
        finally:
            await hub.close()

    return folder, asyncio.run(build())


@pytest.fixture
def billed(built, tmp_path):
    """Play a story in a copy of that hub: `billed(story)`."""
    folder, (use_l, start_l) = built
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)

    def play(story):
        async def whole():
            clock = ManualClock(district.NOW)
            hub = LocalHub.open(tmp_path / "city.db", clock)
            try:
                return await story(hub, clock, use_l.copy(), start_l.copy())
            finally:
                await hub.close()

        return asyncio.run(whole())

    return play
