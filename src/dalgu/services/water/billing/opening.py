"""Accounts for meters that have none: by what the supply register says of each meter."""

from datetime import date

from dalgu.hub.hub import Hub
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.billing.entities import WaterAccount
from dalgu.services.water.entities import WaterMeter

BATCH = 500
# Kinds of use of the supply register and the class of the tariff they pay by.
USAGE_CLASSES = {
    "household": "household",
    "business": "general",
    "general": "general",
    "public": "general",
    "bath": "bath",
    "industrial": "industrial",
}


async def open_accounts(
    hub: Hub, since: date, tariff: str | None = None
) -> tuple[int, list[EntityId]]:
    """Open an account for each active meter without one; return how many, and whose not.

    A meter whose kind of use or diameter the register does not tell gets none, and is named.
    Meters of an area's inflow are no customer's.
    """
    taken = {
        account.meter
        async for document in hub.every("WaterAccount")
        for account in [WaterAccount.from_document(document)]
    }
    opened: list[WaterAccount] = []
    count, left = 0, []
    async for document in hub.every("WaterMeter"):
        meter = WaterMeter.from_document(document)
        if meter.id in taken or meter.is_active is False or meter.inlet_of is not None:
            continue
        account = account_for(meter, since, tariff)
        if account is None:
            left.append(meter.id)
            continue
        opened.append(account)
        count += 1
        if len(opened) == BATCH:
            await hub.upsert(opened)
            opened = []
    await hub.upsert(opened)
    return count, left


def account_for(meter: WaterMeter, since: date, tariff: str | None) -> WaterAccount | None:
    """Return the account of a meter by its register entry, `None` where that says too little."""
    usage_class = USAGE_CLASSES.get(meter.usage or "")
    if usage_class is None or meter.diameter is None:
        return None
    return WaterAccount(
        id=account_id(meter.id),
        meter=meter.id,
        district=meter.district,
        tariff=tariff,
        usage_class=usage_class,
        diameter=meter.diameter,
        households=1,
        opened_on=since.isoformat(),
        origin=meter.origin,
    )


def account_id(meter: EntityId) -> EntityId:
    """Return the id of the account of a meter.

    >>> account_id(entity_id("WaterMeter", "gachang", "0001"))
    'urn:ngsi-ld:WaterAccount:gachang:0001'
    """
    return entity_id("WaterAccount", meter.split(":", 3)[-1])
