"""A small district with a billed month behind it: frames, history, day sheets, accounts."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import numpy as np

from dalgu.access.actor import Actor, Role
from dalgu.kernel.clock import LOCAL, ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water.billing.adopted import adopt_tariff
from dalgu.services.water.billing.entities import WaterAccount
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.validation.held import write_day
from dalgu.services.water.validation.sheet import Sheet, Standing

FIRST, DAYS = date(2026, 3, 1), 31
START = datetime(2026, 3, 1, tzinfo=LOCAL).astimezone(UTC)
NOW = datetime(2026, 4, 2, tzinfo=UTC)
AREA = entity_id("DistrictMeteredArea", "gachang")
OPERATOR = Actor("person:op", Role.OPERATOR)


def meter_id(number):
    return entity_id("WaterMeter", f"g{number:02d}")


def account_id(number):
    return entity_id("WaterAccount", f"a{number:02d}")


def a_month(meters, seed=5):
    """Hourly litres of homes, shape (meters, hours)."""
    random = np.random.default_rng(seed)
    return random.poisson(np.linspace(15, 60, meters)[:, None], (meters, DAYS * 24))


def sheets_of(use_l, start_l):
    """Day sheets of a month whose hours were all read."""
    register = start_l[:, None] + np.concatenate(
        [np.zeros((len(use_l), 1), dtype=int), np.cumsum(use_l, axis=1)], axis=1
    )
    ids = tuple(meter_id(n) for n in range(len(use_l)))
    none = np.zeros(len(use_l), dtype=np.int64)
    return [
        Sheet(
            area=AREA,
            day=FIRST + timedelta(days=day),
            meters=ids,
            start_register_l=register[:, day * 24],
            end_register_l=register[:, day * 24 + 24],
            use_l=use_l[:, day * 24 : day * 24 + 24].astype(np.int32),
            standing=np.full((len(use_l), 24), Standing.ACTUAL, dtype=np.uint8),
            raised=none.astype(np.uint32),
            first_message=none,
            last_message=none,
        )
        for day in range(DAYS)
    ]


async def keep_sheet(hub, sheet):
    """Write a sheet as validation does: a new version where it says something else."""
    await write_day(hub, sheet, "test", "0" * 64, NOW)


async def build(hub, tariff, meters, **terms):
    """Put meters, accounts by the hand tariff and a month of sheets into a hub."""
    use_l = a_month(meters)
    start_l = np.arange(meters) * 1000 + 100_000
    await hub.upsert(
        WaterMeter(id=meter_id(n), dma=AREA, district="2771031000", is_active=True)
        for n in range(meters)
    )
    await hub.upsert(an_account(n, **terms) for n in range(meters))
    await adopt_tariff(hub, ManualClock(NOW), OPERATOR, tariff)
    await asyncio.gather(*(keep_sheet(hub, sheet) for sheet in sheets_of(use_l, start_l)))
    return use_l, start_l


def an_account(number, **terms):
    standard = {"tariff": "hand", "usage_class": "household", "diameter": 15, "households": 1}
    return WaterAccount(
        id=account_id(number),
        meter=meter_id(number),
        district="2771031000",
        opened_on="2020-01-01",
        origin="synthetic",
        **{**standard, **terms},
    )
