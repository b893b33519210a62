import asyncio
from pathlib import Path

import pytest
from tests.services.water.billing import district

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock

HAND_TARIFF = (Path(__file__).parent / "hand.toml").read_bytes()


@pytest.fixture
def billed(tmp_path):
    """Run a story in a hub of three accounts with a month of sheets: `billed(story)`."""

    def run(story, **terms):
        async def whole():
            clock = ManualClock(district.NOW)
            hub = LocalHub.open(tmp_path / "city.db", clock)
            try:
                month = await district.build(hub, HAND_TARIFF, 3, **terms)
                return await story(hub, clock, *month)
            finally:
                await hub.close()

        return asyncio.run(whole())

    return run
