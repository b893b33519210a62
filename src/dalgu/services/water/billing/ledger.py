"""Accounts and bills as the hub holds them."""

import msgspec

from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub, Query
from dalgu.kernel.ids import EntityId
from dalgu.services.water.billing.entities import WaterAccount, WaterBill
from dalgu.services.water.billing.errors import BillNotExisting
from dalgu.services.water.billing.validated import Manifest

BILLS_OF_YEARS = 100  # eight years of an account's months
IN_FORCE = ("issued", "disputed")


async def bill_of(hub: Hub, bill: str) -> WaterBill:
    """Return a bill; raise `BillNotExisting`."""
    try:
        document = await hub.retrieve(EntityId(bill))
    except EntityNotExisting:
        raise BillNotExisting(bill) from None
    if document["type"] != WaterBill.type:
        raise BillNotExisting(bill)
    return WaterBill.from_document(document)


async def account_of(hub: Hub, account: str) -> WaterAccount:
    """Return an account; raise `BillNotExisting`."""
    try:
        document = await hub.retrieve(EntityId(account))
    except EntityNotExisting:
        raise BillNotExisting(account) from None
    if document["type"] != WaterAccount.type:
        raise BillNotExisting(account)
    return WaterAccount.from_document(document)


async def bills_of(hub: Hub, account: EntityId) -> list[WaterBill]:
    """Return an account's bills of the last years, newest month first, corrections first."""
    query = Query(types=("WaterBill",), q=f'account=="{account}"', limit=BILLS_OF_YEARS)
    page = await hub.query(query)
    bills = [WaterBill.from_document(document) for document in page.entities]
    return sorted(bills, key=lambda bill: (bill.period or "", bill.id), reverse=True)


async def manifest_of(hub: Hub, bill: WaterBill) -> Manifest:
    """Return which sheets a bill stands on; raise `KeptNotExisting`."""
    body = await hub.kept(str((bill.evidence or {}).get("manifest")))
    return msgspec.json.decode(body, type=Manifest)
