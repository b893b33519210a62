"""The plan over a hub: books, meters in place and gateways in, order out."""

import asyncio
from datetime import UTC, datetime

import pytest

from dalgu.hub.local import LocalHub
from dalgu.hub.types import Device
from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.service import Asked
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.rollout.entities import WaterRolloutArea
from dalgu.services.water.rollout.pages import BudgetInvalid, budget_of, overview

NEAR = {"type": "Point", "coordinates": [128.60, 35.87]}
FAR = {"type": "MultiPoint", "coordinates": [[128.60, 35.87], [128.90, 36.20]]}


def area(key, place, **known):
    return WaterRolloutArea(
        id=entity_id("WaterRolloutArea", key), name=Text(key, key), district=key,
        connections=100, unread_share=0.1, losses_daily=20.0, location=place, **known,
    )  # fmt: skip


def shown(folder, entities, **query):
    async def story():
        clock = ManualClock(datetime(2026, 3, 4, tzinfo=UTC))
        hub = LocalHub.open(folder / "city.db", clock)
        await hub.upsert(entities)
        try:
            return await overview(hub, clock, Asked(query=query))
        finally:
            await hub.close()

    return asyncio.run(story())


def test_meters_in_place_and_gateways_in_reach_are_counted(tmp_path):
    meters = [
        WaterMeter(id=entity_id("WaterMeter", str(n)), district="near", is_active=True)
        for n in range(40)
    ]
    gateway = Device(id=entity_id("Device", "g"), category="gateway", location=NEAR)
    data = shown(tmp_path, [area("near", NEAR), area("far", FAR), gateway, *meters])
    rows = {row["name"].en: row for row in data["rows"]}
    assert (rows["near"]["missing"], rows["near"]["covered_pct"]) == (60, 100)
    assert (rows["far"]["missing"], rows["far"]["covered_pct"]) == (100, 50)
    assert data["tiles"]["meters"] == 160


def test_an_empty_city_has_no_order(tmp_path):
    assert shown(tmp_path, [])["rows"] == []


@pytest.mark.parametrize("text", ["-1", "much", "1.5", "99999999999999999999", "²"])
def test_a_budget_that_is_none_is_refused(text):
    with pytest.raises(BudgetInvalid):
        budget_of(text)


def test_a_budget_may_be_written_with_commas():
    assert budget_of("1,500,000,000") == 1_500_000_000
