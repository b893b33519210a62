import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import LOCAL, ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water.balance.period import PeriodUnbalanced, period_balance
from dalgu.services.water.entities import DistrictMeteredArea

AREA = entity_id("DistrictMeteredArea", "1")
START = datetime(2026, 3, 1, tzinfo=LOCAL).astimezone(UTC)
HOURS = 48


def balanced(folder, known_h):
    async def story():
        hub = LocalHub.open(folder / "city.db", ManualClock(START + timedelta(days=3)))
        await hub.upsert(
            DistrictMeteredArea(
                id=AREA,
                observed_at=START + timedelta(hours=hour + 1),
                inflow=10.0,
                consumption=8.0 if hour < known_h else None,
            )
            for hour in range(HOURS)
        )
        try:
            return await period_balance(hub, AREA, START, START + timedelta(hours=HOURS))
        finally:
            await hub.close()

    return asyncio.run(story())


def test_two_days_of_ten_in_and_eight_metered(tmp_path):
    balance = balanced(tmp_path, HOURS)
    assert (balance.system_input.m3, balance.billed.m3) == (480.0, 384.0)
    assert balance.revenue_water_ratio == 0.8


def test_an_hour_that_is_not_known_counts_as_the_mean_of_the_others(tmp_path):
    assert balanced(tmp_path, HOURS - 1).billed.m3 == pytest.approx(384.0)


def test_a_period_with_a_tenth_unknown_is_not_balanced(tmp_path):
    with pytest.raises(PeriodUnbalanced, match="consumption of 43"):
        balanced(tmp_path, 43)
