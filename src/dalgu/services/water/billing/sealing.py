"""The messages behind an issued bill, marked by their bytes, so that a changed one is named.

The hub keeps messages as they came, by number and not by digest. When a bill is issued, the
SHA-256 of each message behind it goes into a list that is kept under its own digest.
"""

from dataclasses import replace
from hashlib import sha256

import msgspec

from dalgu.hub.hub import Hub
from dalgu.hub.retention import MessageEmptied
from dalgu.kernel.clock import Clock
from dalgu.kernel.ids import EntityId
from dalgu.services.water.billing.entities import WaterBill
from dalgu.services.water.billing.frames import message_ids
from dalgu.services.water.billing.period import month_of

MARK_BYTES = 16  # of the SHA-256: 128 bits tell apart whatever somebody may put in its place
SEALED_A_NIGHT = 50_000  # bills; some milliseconds each
BATCH = 200


def mark_of(body: bytes) -> bytes:
    """Return the mark of a message's bytes."""
    return sha256(body).digest()[:MARK_BYTES]


def read_seal(body: bytes) -> dict[int, bytes]:
    """Return the mark of each message of a seal; raise `msgspec.MsgspecError`."""
    return dict(msgspec.msgpack.decode(body, type=list[tuple[int, bytes]]))


async def sealed(hub: Hub, bill: WaterBill) -> WaterBill:
    """Return a bill whose evidence names the seal of its messages, which is kept."""
    if bill.meter is None:
        return bill
    marks = []
    for number in await message_ids(hub, EntityId(bill.meter), month_of(str(bill.period))):
        try:
            marks.append((number, mark_of((await hub.message(number)).body)))
        except MessageEmptied:
            continue  # by the city's own rule of retention
    digest = await hub.keep(msgspec.msgpack.encode(marks))
    return replace(bill, evidence={**(bill.evidence or {}), "messages": digest})


async def seal_issued(hub: Hub, clock: Clock) -> None:
    """Seal the issued bills that are not sealed so far; harmless when it runs twice."""
    waiting: list[WaterBill] = []
    done = 0
    async for document in hub.every("WaterBill", q='status=="issued"'):
        bill = WaterBill.from_document(document)
        if "messages" in (bill.evidence or {}):
            continue
        made = await sealed(hub, bill)
        waiting.append(WaterBill(id=bill.id, evidence=made.evidence))
        done += 1
        if len(waiting) == BATCH or done == SEALED_A_NIGHT:
            await hub.upsert(waiting)
            waiting = []
        if done == SEALED_A_NIGHT:
            break
    await hub.upsert(waiting)
