"""A device that falls silent raises one alert; being heard closes it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.devices.jobs import Silence, alert_of, changed_alerts, silent_devices
from dalgu.devices.registry import device_entity
from dalgu.hub.hub import Query
from dalgu.hub.types import Device

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
METER = "wmbus:KAM.12345678"
HOUR_S = 3600.0


def a_silence(heard_ago_s: float) -> Silence:
    heard_at = NOW - timedelta(seconds=heard_ago_s)
    return Silence(device_entity(METER), heard_at, HOUR_S, heard_at)


@pytest.mark.parametrize(("ago_s", "alerts"), [(0, 0), (3 * HOUR_S, 0), (3 * HOUR_S + 1, 1)])
def test_silence_is_more_than_three_intervals(ago_s: float, alerts: int) -> None:
    assert len(changed_alerts([a_silence(ago_s)], set(), NOW)) == alerts


def test_an_alert_that_is_open_stays_as_it_is() -> None:
    still = {alert_of(device_entity(METER))}
    assert changed_alerts([a_silence(4 * HOUR_S)], still, NOW) == []


def test_an_alert_of_a_removed_device_is_closed() -> None:
    [closed] = changed_alerts([], {alert_of(device_entity(METER))}, NOW)
    assert closed.status == "closed"


def test_silence_is_raised_once_closed_when_heard_and_raised_again(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(METER, None, declared_interval=HOUR_S)
            await c.add("gateway:undeclared", None)
            await c.add("gateway:stored", None, declared_interval=60.0, in_service=False)

            async def hear() -> None:
                heard = Device(
                    id=device_entity(METER), observed_at=c.clock.now(), device_state="online"
                )
                await c.hub.upsert([heard])

            async def after(hours: float) -> str | None:
                await c.clock.advance(timedelta(hours=hours))
                await silent_devices(c.hub, c.clock)
                await silent_devices(c.hub, c.clock)
                page = await c.hub.query(Query(types=("Alert",)))
                assert len(page.entities) <= 1
                return page.entities[0]["status"]["value"] if page.entities else None

            await hear()
            assert await after(2) is None
            assert await after(2) == "open"
            await hear()
            assert await after(1) == "closed"
            assert await after(3) == "open"
            alert = await c.hub.retrieve(alert_of(device_entity(METER)))
            assert alert["dateIssued"]["value"] == "2026-11-22T11:00:00Z"
            assert alert["alertSource"]["object"] == device_entity(METER)

    asyncio.run(story())


def test_a_device_that_was_never_heard_is_silent_too(city) -> None:
    async def story() -> None:
        async with city() as c:
            await c.add(METER, None, declared_interval=HOUR_S)
            await c.clock.advance(timedelta(hours=4))
            await silent_devices(c.hub, c.clock)
            alert = await c.hub.retrieve(alert_of(device_entity(METER)))
            assert alert["data"]["value"]["heardAt"] is None

    asyncio.run(story())
