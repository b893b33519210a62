from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.services.water.billing.district import OPERATOR, account_id, an_account, meter_id

from dalgu.access.secret import digest
from dalgu.hub.types import Alert
from dalgu.kernel.ids import entity_id
from dalgu.kernel.text import Text
from dalgu.service import Asked
from dalgu.services.water.billing.customer import DayUse, account_by_secret, compare
from dalgu.services.water.billing.entities import WaterBill
from dalgu.services.water.billing.errors import LinkSecretInvalid, LinkUnknown
from dalgu.services.water.billing.issuing import issue
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import account_of
from dalgu.services.water.billing.links import fresh_secret, set_link
from dalgu.services.water.billing.my_page import change_in_words, my_water
from dalgu.services.water.billing.period import month_of
from dalgu.services.water.billing.typical import FEWEST, Peers

MARCH = "2026-03"


def test_a_link_opens_its_own_account_until_it_is_renewed(billed):
    async def story(hub, clock, *_):
        first, second = fresh_secret(), fresh_secret()
        await set_link(hub, clock, OPERATOR, account_id(1), first)
        found = await account_by_secret(hub, first)
        await set_link(hub, clock, OPERATOR, account_id(1), second)
        with pytest.raises(LinkUnknown):
            await account_by_secret(hub, first)
        assert await hub.count("WaterAccessLink") == 1
        return found, await account_by_secret(hub, second), await hub.retrieve(account_id(1)), first

    found, after, document, secret = billed(story)
    assert found.id == after.id == account_id(1)
    assert secret not in str(document)
    assert found.access_digest == digest(secret)
    assert found.usage_class == "household"


@pytest.mark.parametrize("secret", ["", "guess", "x" * 5_000, '"; status==1', "a" * 43])
def test_a_wrong_link_tells_nothing(billed, secret):
    async def story(hub, clock, *_):
        await set_link(hub, clock, OPERATOR, account_id(1), fresh_secret())
        with pytest.raises(LinkUnknown) as refused:
            await my_water(hub, clock, Asked({"secret": secret}))
        return refused.value

    refused = billed(story)
    assert (refused.status, refused.detail, refused.parts) == (404, "This page does not exist.", {})


@pytest.mark.parametrize("secret", ["", "short", "a" * 42, "a" * 44, "가" * 43, " " * 43])
def test_only_a_secret_of_ours_becomes_a_link(billed, secret):
    async def story(hub, clock, *_):
        with pytest.raises(LinkSecretInvalid):
            await set_link(hub, clock, OPERATOR, account_id(1), secret)
        return await account_of(hub, account_id(1))

    assert billed(story).access_digest is None


def test_the_page_tells_hours_days_leak_and_the_bill(billed):
    async def story(hub, clock, use_l, start_l):
        secret = fresh_secret()
        await set_link(hub, clock, OPERATOR, account_id(1), secret)
        await draft_bills(hub, clock, MARCH)
        draft = await my_water(hub, clock, Asked({"secret": secret}))
        await issue(hub, clock, OPERATOR, "urn:ngsi-ld:WaterBill:a01:2026-03")
        await hub.upsert([a_leak()])
        return draft, await my_water(hub, clock, Asked({"secret": secret})), use_l[1]

    draft, page, use_l = billed(story)
    assert draft["bill"] is None  # a draft is nobody's debt
    assert draft["leaks"] == []
    assert len(page["hours"][0]["points"]) == 7 * 24
    assert [day["value"] for day in page["days"][-3:]] == [
        int(use_l[n : n + 24].sum()) for n in (672, 696, 720)
    ]
    assert page["fortnight_l"] == int(use_l[-14 * 24 :].sum())
    assert page["leaks"][0]["description"].en == "Water ran in every hour."
    assert page["bill"]["lines"][0]["formula"] == "15 mm: 1,200 = 1,200"
    assert page["peers"] is None


def a_leak():
    return Alert(
        id=entity_id("Alert", "water", "leak"),
        name=Text("누수 의심", "Leak suspected"),
        description=Text("한 시간도 쉬지 않았습니다.", "Water ran in every hour."),
        category="water",
        sub_category="continuousFlow",
        alert_source=meter_id(1),
        status="open",
        date_issued="2026-03-30T00:00:00Z",
    )


def peers_of(count, **terms):
    peers = Peers(month_of(MARCH))
    for number in range(count):
        bill = WaterBill(
            id=entity_id("WaterBill", str(number)),
            period_from="2026-03-01",
            period_to="2026-03-31",
            consumption=float(number),
        )
        peers.add(an_account(number, **terms), bill)
    return peers.typical()


def test_a_median_is_told_of_ten_households_and_not_of_nine():
    [typical] = peers_of(FEWEST)
    assert (typical.median_use, typical.account_count) == (4.5, FEWEST)
    assert peers_of(FEWEST - 1) == []
    assert peers_of(50, households=3) == []


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_change_is_told_as_it_is(now_l, before_l):
    words = change_in_words((now_l, before_l))
    tells_more = words is not None and "more" in words.en
    assert tells_more <= (now_l > before_l)
    assert (words is None) == (before_l == 0)


def test_an_unknown_hour_stops_the_comparison():
    days = [
        DayUse(date(2026, 3, 1) + timedelta(days=n), np.full(24, 5, dtype=np.int32), False)
        for n in range(28)
    ]
    assert compare(days) == (14 * 120, 14 * 120)
    days[3].hours_l[7] = -1
    assert compare(days) is None
    assert compare([]) is None
