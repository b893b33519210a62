from datetime import UTC, datetime

import numpy as np
import pytest
from tests.services.water.billing.district import (
    OPERATOR,
    account_id,
    keep_sheet,
    meter_id,
    sheets_of,
)

from dalgu.kernel.clock import ManualClock
from dalgu.kernel.ids import entity_id
from dalgu.services.water.billing.entities import WaterBill
from dalgu.services.water.billing.errors import (
    BillNotExisting,
    BillNotInState,
    BillOutOfDate,
    LeakAllowanceSpent,
    ReasonTooShort,
)
from dalgu.services.water.billing.frames import Decoding
from dalgu.services.water.billing.issuing import (
    Correction,
    correct,
    dispute,
    issue,
    issue_month,
    withdraw,
)
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import bill_of
from dalgu.services.water.billing.lines import line_from_json, total_won
from dalgu.services.water.billing.replay import replay
from dalgu.services.water.validation.entities import ValidatedDay

MARCH = "2026-03"
BILL = "urn:ngsi-ld:WaterBill:a01:2026-03"
WHY = "The hours of the last day came late."


async def last_day(hub):
    day = await hub.retrieve(entity_id("ValidatedDay", "gachang", "2026-03-31"))
    return ValidatedDay.from_document(day)


async def change_last_hour(hub, use_l, start_l, litres):
    use_l[1, -1] += litres
    await keep_sheet(hub, sheets_of(use_l, start_l)[30])


def test_an_issued_bill_makes_its_days_final_and_issuing_twice_changes_nothing(billed):
    async def story(hub, clock, *_):
        await draft_bills(hub, clock, MARCH)
        assert not (await last_day(hub)).is_final
        first = await issue(hub, clock, OPERATOR, BILL)
        later = ManualClock(datetime(2026, 5, 1, tzinfo=UTC))
        second = await issue(hub, later, OPERATOR, BILL)
        return first, second, await last_day(hub), await draft_bills(hub, clock, MARCH)

    first, second, day, run = billed(story)
    assert first == second
    assert (first.status, day.is_final, day.version) == ("issued", True, 1)
    assert (run.settled, run.unchanged) == (1, 2)


def test_a_draft_whose_hours_have_changed_is_not_issued(billed):
    async def story(hub, clock, *month):
        await draft_bills(hub, clock, MARCH)
        await change_last_hour(hub, *month, 900)
        with pytest.raises(BillOutOfDate, match="2026-03-31"):
            await issue(hub, clock, OPERATOR, BILL)
        left = await issue_month(hub, clock, OPERATOR, MARCH)
        await draft_bills(hub, clock, MARCH)
        return left, await issue_month(hub, clock, OPERATOR, MARCH)

    (none, left), (all_of_them, nothing) = billed(story)
    assert (none, len(left)) == (0, 3)
    assert (all_of_them, nothing) == (3, [])


def test_a_correction_replaces_the_bill_and_tells_the_difference(billed):
    async def story(hub, clock, *month):
        await draft_bills(hub, clock, MARCH)
        old = await issue(hub, clock, OPERATOR, BILL)
        await dispute(hub, OPERATOR, BILL, "The customer says it is too little.")
        await change_last_hour(hub, *month, 20_000)
        new = await correct(hub, clock, OPERATOR, BILL, Correction(WHY))
        made = await replay(hub, new.id, Decoding({}))
        return old, new, await bill_of(hub, BILL), await bill_of(hub, new.id), made

    old, new, gone, held, made = billed(story)
    assert new == held
    assert (new.id, new.replaces, gone.replaced_by) == (f"{BILL}:2", BILL, f"{BILL}:2")
    assert (new.status, gone.status, gone.amount) == ("issued", "corrected", old.amount)
    lines = [line_from_json(line) for line in new.lines]
    assert total_won(lines) == new.amount
    assert lines[-1].won == new.amount - old.amount > 0
    assert lines[-1].clause == WHY
    assert made.is_same


def test_a_second_correction_has_the_next_number(billed):
    async def story(hub, clock, *month):
        await draft_bills(hub, clock, MARCH)
        await issue(hub, clock, OPERATOR, BILL)
        await change_last_hour(hub, *month, 20_000)
        second = await correct(hub, clock, OPERATOR, BILL, Correction(WHY))
        await change_last_hour(hub, *month, -10_000)
        return await correct(hub, clock, OPERATOR, second.id, Correction(WHY))

    third = billed(story)
    assert (third.id, third.replaces) == (f"{BILL}:3", f"{BILL}:2")


def test_a_bill_that_holds_is_upheld(billed):
    async def story(hub, clock, *_):
        await draft_bills(hub, clock, MARCH)
        await issue(hub, clock, OPERATOR, BILL)
        await dispute(hub, OPERATOR, BILL, "The customer says it is too much.")
        return await correct(hub, clock, OPERATOR, BILL, Correction("Checked: the hours hold."))

    upheld = billed(story)
    assert (upheld.id, upheld.status, upheld.reason) == (BILL, "issued", "Checked: the hours hold.")


def earlier_bills(consumption, leaks=0):
    return [
        WaterBill(
            id=entity_id("WaterBill", "a01", f"2025-{12 - n:02d}"),
            account=account_id(1),
            meter=meter_id(1),
            period=f"2025-{12 - n:02d}",
            consumption=m3,
            amount=1,
            status="issued",
            leak_allowance={"usualM3": "1", "reason": "r", "allowedBy": "p"} if n < leaks else None,
        )
        for n, m3 in enumerate(consumption)
    ]


def test_a_leak_is_allowed_for_by_the_mean_of_the_months_before(billed):
    # usual (10 + 12 + 14) / 3 = 12 m³ of 27; water 12×400 + 15×0.5×400 = 7,800; sewerage 12×300
    # + 15×0.5×300 = 5,850; levy 27×170 = 4,590; base 1,200: 19,440
    async def story(hub, clock, use_l, start_l):
        use_l[1] = np.r_[27_000, np.zeros(743, dtype=int)]
        for sheet in sheets_of(use_l, start_l):
            await keep_sheet(hub, sheet)
        await hub.upsert(earlier_bills([10.0, 12.0, 14.0, 999.0]))
        await draft_bills(hub, clock, MARCH)
        await issue(hub, clock, OPERATOR, BILL)
        repaired = Correction("Pipe under the floor repaired on 28 March.", allow_leak=True)
        new = await correct(hub, clock, OPERATOR, BILL, repaired)
        return new, await replay(hub, new.id, Decoding({}))

    new, made = billed(story)
    assert new.leak_allowance["usualM3"] == "12.000"
    assert new.amount == 19_440
    assert made.is_same


@pytest.mark.parametrize("before", [earlier_bills([10.0, 10.0, 10.0], leaks=2), []])
def test_no_leak_is_allowed_for_past_the_rule_or_without_a_usual(billed, before):
    async def story(hub, clock, *_):
        await hub.upsert(before)
        await draft_bills(hub, clock, MARCH)
        await issue(hub, clock, OPERATOR, BILL)
        with pytest.raises(LeakAllowanceSpent):
            await correct(hub, clock, OPERATOR, BILL, Correction(WHY, allow_leak=True))

    billed(story)


def test_steps_that_are_not_open_are_refused(billed):
    async def story(hub, clock, *_):
        await draft_bills(hub, clock, MARCH)
        with pytest.raises(BillNotInState):
            await dispute(hub, OPERATOR, BILL, WHY)
        with pytest.raises(BillNotInState):
            await correct(hub, clock, OPERATOR, BILL, Correction(WHY))
        with pytest.raises(ReasonTooShort):
            await withdraw(hub, OPERATOR, BILL, "  no  ")
        withdrawn = await withdraw(hub, OPERATOR, BILL, WHY)
        with pytest.raises(BillNotInState):
            await issue(hub, clock, OPERATOR, BILL)
        with pytest.raises(BillNotExisting):
            await issue(hub, clock, OPERATOR, str(meter_id(1)))
        return withdrawn, await withdraw(hub, OPERATOR, BILL, WHY)

    once, twice = billed(story)
    assert once.status == "withdrawn"
    assert once == twice
