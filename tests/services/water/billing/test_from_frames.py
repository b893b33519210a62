"""The whole chain over a real hub: frames in, hours validated, a bill out, replayed to the won."""

import asyncio
from datetime import date

import numpy as np
from tests.services.water.billing.conftest import HAND_TARIFF
from tests.services.water.billing.district import (
    AREA,
    NOW,
    OPERATOR,
    a_month,
    an_account,
    meter_id,
)
from tests.services.water.billing.speaking import DECODERS, speak

from dalgu.hub.local import LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.services.water.billing.adopted import adopt_tariff
from dalgu.services.water.billing.frames import Decoding
from dalgu.services.water.billing.issuing import issue
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.replay import replay
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.validation.jobs import validate_span
from dalgu.services.water.validation.reading import Span
from dalgu.services.water.validation.rules import load_rules

BILL = "urn:ngsi-ld:WaterBill:a00:2026-03"
LOST_DAYS = (9, 17)  # frames that never came: a day each is estimated


def test_frames_become_a_bill_that_can_be_made_again(tmp_path):
    use_l, start_l = a_month(1), np.array([100_400])

    async def chain():
        clock = ManualClock(NOW)
        hub = LocalHub.open(tmp_path / "city.db", clock)
        try:
            await hub.upsert([WaterMeter(id=meter_id(0), dma=AREA, is_active=True), an_account(0)])
            await adopt_tariff(hub, clock, OPERATOR, HAND_TARIFF)
            await speak(hub, use_l, start_l, without=LOST_DAYS)
            span = Span(date(2026, 3, 1), date(2026, 3, 31), NOW)
            await validate_span(hub, span, load_rules())
            await draft_bills(hub, clock, "2026-03")
            bill = await issue(hub, clock, OPERATOR, BILL)
            return bill, await replay(hub, BILL, Decoding(DECODERS))
        finally:
            await hub.close()

    bill, made = asyncio.run(chain())
    lost_l = sum(int(use_l[0, (day - 1) * 24 : day * 24].sum()) for day in LOST_DAYS)
    total_l = int(use_l.sum())
    assert bill.consumption == (100_400 + total_l) // 1000 - 100
    assert 0.9 * lost_l / total_l < bill.estimated_share < 1.1 * lost_l / total_l
    assert made.is_same, made.findings
    assert len(made.frames) == 30
