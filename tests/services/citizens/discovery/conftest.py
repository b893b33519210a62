"""A series of the city that evidence can stand on."""

from datetime import UTC, datetime, timedelta

import pytest

from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.services.parking.entities import OffStreetParking

LOT = entity_id("OffStreetParking", "seomun")
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


async def filled(hub, free_of, since=BEGIN, hours=24 * 10):
    """Let a car park tell its free spaces every hour."""
    for hour in range(hours):
        lot = OffStreetParking(
            id=LOT,
            name=Text("서문시장 주차장", "Seomun market car park"),
            available_spot_number=free_of(hour),
            observed_at=since + timedelta(hours=hour),
        )
        await hub.upsert([lot])


@pytest.fixture
def lot(town):
    town.run(filled(town.ground.hub, lambda hour: 10 + hour % 5))
    return LOT
