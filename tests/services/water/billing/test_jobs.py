from dataclasses import replace
from datetime import UTC, datetime

import pytest
from tests.services.water.billing.conftest import HAND_TARIFF
from tests.services.water.billing.district import (
    FIRST,
    OPERATOR,
    account_id,
    an_account,
    keep_sheet,
    sheets_of,
)

from dalgu.hub.hub import Query
from dalgu.kernel.clock import ManualClock
from dalgu.services.water.billing.adopted import adopt_tariff
from dalgu.services.water.billing.charging import charge
from dalgu.services.water.billing.errors import PeriodInvalid
from dalgu.services.water.billing.jobs import draft_bills, draft_last_month
from dalgu.services.water.billing.ledger import bill_of, manifest_of
from dalgu.services.water.billing.tariff import read_tariff
from dalgu.services.water.billing.use import Terms, Use

MARCH = "2026-03"


async def bills(hub):
    page = await hub.query(Query(types=("WaterBill",), limit=100))
    return page.entities


def test_every_account_gets_the_bill_of_what_its_meter_counted(billed):
    async def story(hub, clock, use_l, start_l):
        run = await draft_bills(hub, clock, MARCH)
        return run, await bill_of(hub, "urn:ngsi-ld:WaterBill:a02:2026-03"), use_l, start_l

    run, bill, use_l, start_l = billed(story)
    assert (run.drafted, run.held) == (3, 0)
    end_l = int(start_l[2] + use_l[2].sum())
    use = Use(FIRST, FIRST.replace(day=31), Terms("household", 15), int(start_l[2]), end_l)
    assert bill.amount == charge(read_tariff(HAND_TARIFF), 31, [use]).amount_won
    assert bill.register_to == end_l / 1000
    assert (bill.status, bill.origin, bill.estimated_share) == ("draft", "synthetic", 0.0)


def test_a_second_run_changes_nothing(billed):
    async def story(hub, clock, *_):
        await draft_bills(hub, clock, MARCH)
        head = await hub.head()
        again = await draft_bills(hub, clock, MARCH)
        return again, await hub.head() - head

    again, events = billed(story)
    assert (again.unchanged, again.drafted, events) == (3, 0, 0)


def test_late_hours_change_the_draft_and_its_evidence(billed):
    async def story(hub, clock, use_l, start_l):
        await draft_bills(hub, clock, MARCH)
        before = await manifest_of(hub, await bill_of(hub, "urn:ngsi-ld:WaterBill:a01:2026-03"))
        use_l[1, -1] += 3_000
        await keep_sheet(hub, sheets_of(use_l, start_l)[30])
        run = await draft_bills(hub, clock, MARCH)
        after = await manifest_of(hub, await bill_of(hub, "urn:ngsi-ld:WaterBill:a01:2026-03"))
        return run, before, after

    run, before, after = billed(story)
    assert run.drafted == 3
    assert (before.sheets[30].version, after.sheets[30].version) == (1, 2)
    assert before.sheets[:30] == after.sheets[:30]


def test_what_cannot_be_billed_is_named_and_stops_nothing(billed):
    async def story(hub, clock, *_):
        await hub.upsert(
            [
                an_account(0, usage_class="castle"),
                an_account(1, tariff="none-such"),
                replace(an_account(7), meter="urn:ngsi-ld:WaterMeter:unknown"),
                replace(an_account(8), opened_on="2026-04-01"),
            ]
        )
        return await draft_bills(hub, clock, MARCH)

    run = billed(story)
    assert (run.drafted, run.held, run.outside) == (1, 3, 0)
    reasons = dict(run.held_accounts)
    assert "castle" in reasons[account_id(0)]
    assert "none-such" in reasons[account_id(1)]
    assert "unknown" in reasons[account_id(7)]


def test_a_day_without_a_sheet_is_billed_by_its_registers_and_told_as_estimated(billed):
    async def story(hub, clock, use_l, start_l):
        await hub.delete("urn:ngsi-ld:ValidatedDay:gachang:2026-03-11")
        await draft_bills(hub, clock, MARCH)
        bill = await bill_of(hub, "urn:ngsi-ld:WaterBill:a00:2026-03")
        return bill, use_l[0]

    bill, use_l = billed(story)
    day_l = use_l[240:264].sum()
    assert bill.estimated_share == pytest.approx(day_l / use_l.sum(), abs=1e-6)


def test_a_month_whose_end_is_unknown_is_held(billed):
    async def story(hub, clock, *_):
        await hub.delete("urn:ngsi-ld:ValidatedDay:gachang:2026-03-31")
        return await draft_bills(hub, clock, MARCH)

    run = billed(story)
    assert run.held == 3
    assert "2026-04-01" in run.held_accounts[0][1]


@pytest.mark.parametrize("period", ["2026-04", "2026-13", "march", "", "2026-03-01"])
def test_only_a_month_that_is_over_is_billed(billed, period):
    async def story(hub, clock, *_):
        with pytest.raises(PeriodInvalid):
            await draft_bills(hub, clock, period)

    billed(story)


def test_the_job_bills_the_month_before(billed):
    async def story(hub, clock, *_):
        await draft_last_month(hub, clock)
        return await bills(hub)

    assert {bill["period"]["value"] for bill in billed(story)} == {MARCH}


def test_a_new_edition_changes_drafts_only(billed):
    async def story(hub, clock, *_):
        await draft_bills(hub, clock, MARCH)
        dearer = HAND_TARIFF.replace(b"rate_won = 400", b"rate_won = 4000")
        late = ManualClock(datetime(2026, 4, 3, tzinfo=UTC))
        await adopt_tariff(hub, late, OPERATOR, dearer)
        return await draft_bills(hub, clock, MARCH)

    assert billed(story).drafted == 3
