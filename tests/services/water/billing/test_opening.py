import dataclasses
from datetime import date

from tests.services.water.billing.district import AREA, meter_id

from dalgu.kernel.ids import entity_id
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import account_of
from dalgu.services.water.billing.opening import account_for, account_id, open_accounts
from dalgu.services.water.entities import WaterMeter

SINCE = date(2026, 3, 1)


def a_meter(name, **more):
    standard = {"usage": "household", "diameter": 15.0, "is_active": True, "dma": AREA}
    return WaterMeter(id=entity_id("WaterMeter", name), **{**standard, **more})


def test_a_meter_of_a_shop_gets_a_general_account():
    account = account_for(a_meter("s", usage="business", diameter=25.0), SINCE, None)
    assert (account.usage_class, account.diameter, account.opened_on) == (
        "general",
        25.0,
        "2026-03-01",
    )


def test_what_the_register_does_not_tell_is_not_guessed():
    assert account_for(a_meter("s", usage=None), SINCE, None) is None
    assert account_for(a_meter("s", diameter=None), SINCE, None) is None
    assert account_for(a_meter("s", usage="castle"), SINCE, None) is None


def test_meters_without_an_account_get_one_and_the_others_keep_theirs(billed):
    async def story(hub, clock, *_):
        await hub.upsert(
            [
                a_meter("new"),
                a_meter("inlet", inlet_of=AREA),
                a_meter("closed", is_active=False),
                a_meter("odd", usage=None),
            ]
        )
        first = await open_accounts(hub, SINCE)
        again = await open_accounts(hub, SINCE)
        run = await draft_bills(hub, clock, "2026-03")
        return first, again, await account_of(hub, account_id(entity_id("WaterMeter", "new"))), run

    first, again, account, run = billed(story)
    assert first == (1, [entity_id("WaterMeter", "odd")])
    assert again[0] == 0
    assert account.meter == entity_id("WaterMeter", "new")
    assert run.drafted == 3  # of the meters that were read
    assert run.held == 1


def test_a_synthetic_meter_has_a_synthetic_account():
    meter = dataclasses.replace(a_meter("s"), origin="synthetic")
    assert account_for(meter, SINCE, "hand").origin == "synthetic"
    assert account_for(meter, SINCE, "hand").tariff == "hand"
    assert account_id(meter_id(1)) == "urn:ngsi-ld:WaterAccount:g01"
