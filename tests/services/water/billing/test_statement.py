from tests.services.water.billing.district import an_account

from dalgu.services.water.billing.frames import Decoding
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import bill_of
from dalgu.services.water.billing.replay import replay
from dalgu.services.water.billing.statement import bill_text, replay_text, run_text

BILL = "urn:ngsi-ld:WaterBill:a01:2026-03"


def test_a_terminal_tells_run_bill_and_replay_in_both_languages(billed):
    async def story(hub, clock, *_):
        await hub.upsert([an_account(0, usage_class="castle")])
        run = await draft_bills(hub, clock, "2026-03")
        return run, await bill_of(hub, BILL), await replay(hub, BILL, Decoding({}))

    run, bill, made = billed(story)
    assert run_text(run, "en").startswith(
        "2026-03: 2 drafted, 0 unchanged, 0 issued before, 1 held"
    )
    assert "castle" in run_text(run, "ko")
    lines = bill_text(bill, "en").splitlines()
    assert lines[0].endswith("Draft")
    assert lines[-1].strip() == f"{bill.amount:,}  Amount, {bill.consumption:g} m³"
    assert "구경별 기본요금: 15 mm: 1,200 = 1,200" in bill_text(bill, "ko")
    assert replay_text(made, "en").startswith("The same to the won.\n  Amount ")
    assert replay_text(made, "ko").startswith("원 단위까지 같습니다.")
