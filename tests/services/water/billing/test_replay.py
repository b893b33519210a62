"""A bill is made again from frames over a real hub; whatever was changed below it is named."""

import asyncio

import apsw
import pytest
from tests.services.water.billing.district import NOW, OPERATOR
from tests.services.water.billing.speaking import DECODERS, speak

from dalgu.hub.local import KEPT, LocalHub
from dalgu.kernel.clock import ManualClock
from dalgu.services.water.billing.frames import Decoding
from dalgu.services.water.billing.issuing import issue, issue_month
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import bill_of, manifest_of
from dalgu.services.water.billing.replay import replay
from dalgu.services.water.billing.sealing import seal_issued

BILL = "urn:ngsi-ld:WaterBill:a00:2026-03"
MEANS = Decoding(DECODERS)


async def issued(hub, clock, use_l, start_l):
    await speak(hub, use_l, start_l)
    await draft_bills(hub, clock, "2026-03")
    return await issue(hub, clock, OPERATOR, BILL)


async def tamper(hub, digest, change):
    body = change(bytearray(await hub.kept(digest)))
    await hub.store.write(lambda tables: tables.records.put(KEPT, digest, bytes(body)))


def flip(at):
    def change(body):
        body[at] ^= 1
        return body

    return change


def test_an_untouched_bill_is_the_same_to_the_won(billed):
    async def story(hub, clock, *month):
        await issued(hub, clock, *month)
        return await replay(hub, BILL, MEANS)

    made = billed(story)
    assert made.is_same, made.findings
    assert made.recomputed_won == made.bill.amount
    assert len(made.frames) == 32
    assert made.values == 31 * 24 + 1
    assert len(made.days) == 31
    assert made.verdict.en == "The same to the won."


@pytest.mark.parametrize("at", [100, -40, 5_000])
def test_one_bit_of_a_day_sheet_is_named_by_its_day(billed, at):
    async def story(hub, clock, *month):
        bill = await issued(hub, clock, *month)
        refs = (await manifest_of(hub, bill)).sheets
        body = await hub.kept(refs[9].digest)
        await tamper(hub, refs[9].digest, flip(at % len(body)))
        return await replay(hub, BILL, MEANS)

    made = billed(story)
    assert not made.is_same
    assert made.findings[0].where == "day sheet 2026-03-10 version 1"
    assert [day.is_sound for day in made.days].count(False) == 1


def test_one_byte_of_the_tariff_is_named_and_what_it_changes(billed):
    async def story(hub, clock, *month):
        bill = await issued(hub, clock, *month)

        def dearer(body):
            return body.replace(b"rate_won = 400", b"rate_won = 500")

        await tamper(hub, bill.tariff_digest, dearer)
        return await replay(hub, BILL, MEANS)

    made = billed(story)
    assert made.findings[0].where == "tariff hand"
    assert {f.where for f in made.findings} >= {"line 2", "bill"}
    assert made.recomputed_won > made.bill.amount
    assert made.verdict.en == "The amount differs."


def test_one_byte_of_the_list_of_sheets_is_named(billed):
    async def story(hub, clock, *month):
        bill = await issued(hub, clock, *month)
        await tamper(hub, bill.evidence["manifest"], flip(3))
        return await replay(hub, BILL, MEANS)

    assert billed(story).findings[0].where == "list of day sheets"


def test_one_byte_of_a_message_is_named_by_its_number_and_what_it_says(billed, tmp_path):
    # The frame's base64 holds the newest register in bytes 5 to 8: one sign of it is changed,
    # in the file, as somebody with the disk in hands would.
    frame = billed(a_frame)
    at = frame.body.index(b'"data": "') + len(b'"data": "') + 11
    made = reopened(tmp_path, frame, at)
    wheres = [one.where for one in made.findings]
    assert wheres[:2] == [f"message {frame.message_id}"] * 2  # its bytes, and what they say
    assert made.recomputed_won == made.bill.amount
    assert made.verdict.en.startswith("The amount is the same, but")


@pytest.mark.parametrize("at", [0, 30, 60, -2])
def test_any_byte_of_a_message_is_named_though_it_changes_no_register(billed, tmp_path, at):
    frame = billed(a_frame)
    made = reopened(tmp_path, frame, at)
    assert made.findings[0].where == f"message {frame.message_id}"


async def a_frame(hub, clock, *month):
    await issued(hub, clock, *month)
    made = await replay(hub, BILL, MEANS)
    assert made.sealed == 32
    return made.frames[7]


def reopened(tmp_path, frame, at):
    """Change one byte of a message in the file, and make the bill again."""
    body = bytearray(frame.body)
    body[at] = ord("B") if body[at] != ord("B") else ord("C")
    connection = apsw.Connection(str(tmp_path / "city.db"))
    connection.execute(
        "UPDATE message SET body = ?, packed = 0 WHERE pk = ?", (bytes(body), frame.message_id)
    )
    connection.close()

    async def look():
        hub = LocalHub.open(tmp_path / "city.db", ManualClock(NOW))
        try:
            return await replay(hub, BILL, MEANS)
        finally:
            await hub.close()

    return asyncio.run(look())


def test_a_bill_without_messages_says_how_many_values_came_by_none(billed):
    async def story(hub, clock, *_):
        await draft_bills(hub, clock, "2026-03")
        return await replay(hub, BILL, MEANS)

    made = billed(story)
    assert made.is_same
    assert (made.values, made.frames) == (0, [])


def test_the_nightly_job_seals_what_was_issued_in_bulk_once(billed):
    async def story(hub, clock, *month):
        await speak(hub, *month)
        await draft_bills(hub, clock, "2026-03")
        await issue_month(hub, clock, OPERATOR, "2026-03")
        before = await replay(hub, BILL, MEANS)
        await seal_issued(hub, clock)
        after, head = await replay(hub, BILL, MEANS), await hub.head()
        await seal_issued(hub, clock)
        return before, after, await hub.head() - head

    before, after, events = billed(story)
    assert (before.sealed, after.sealed, events) == (0, 32, 0)
    assert before.is_same
    assert after.is_same


def test_a_bill_whose_sheets_are_gone_is_no_surprise(billed):
    async def story(hub, clock, *month):
        bill = await issued(hub, clock, *month)
        refs = (await manifest_of(hub, bill)).sheets
        await hub.store.write(lambda tables: tables.records.delete(KEPT, refs[30].digest))
        return await replay(hub, BILL, MEANS), await bill_of(hub, BILL)

    made, bill = billed(story)
    assert made.findings[0].where == "day sheet 2026-03-31 version 1"
    assert made.recomputed_won is None
    assert bill.status == "issued"
