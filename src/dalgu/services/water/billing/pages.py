"""What the center shows of bills and accounts, and what it lets people do."""

from collections.abc import Mapping

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.hub.hub import Hub, Query
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.service import Asked, Form, Page
from dalgu.services.water.billing.adopted import kept_tariff
from dalgu.services.water.billing.entities import WaterBill
from dalgu.services.water.billing.frames import Decoding, city_decoders
from dalgu.services.water.billing.issuing import (
    Correction,
    correct,
    dispute,
    issue,
    issue_month,
    withdraw,
)
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import IN_FORCE, account_of, bill_of, bills_of, manifest_of
from dalgu.services.water.billing.lines import BillLine, line_from_json
from dalgu.services.water.billing.links import fresh_secret, set_link
from dalgu.services.water.billing.my_page import MY_PAGE
from dalgu.services.water.billing.opening import open_accounts
from dalgu.services.water.billing.period import Month, month_of
from dalgu.services.water.billing.replay import Replay, replay
from dalgu.services.water.billing.words import ACCOUNT, BILL, BILLS, STANDINGS, STATUSES

SHOWN_BILLS = 300
SHOWN_FRAMES = 800  # an hourly telegram for each hour of a month, and some
SHOWN_BYTES = 400

LIST = "/center/water/bills"
ONE = "/center/water/bills/{bill}"
ACCOUNT_PATH = "/center/water/accounts/{account}"


async def bills_page(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the list of a month's bills."""
    month = _month_asked(clock, asked)
    q = f'period=="{month}"'
    page = await hub.query(Query(types=("WaterBill",), q=q, limit=SHOWN_BILLS, count=True))
    shown = [WaterBill.from_document(document) for document in page.entities]
    sum_won, disputed, drafts = 0, 0, 0
    async for document in hub.every("WaterBill", q=q):
        bill = WaterBill.from_document(document)
        sum_won += (bill.amount or 0) if bill.status in ("draft", *IN_FORCE) else 0
        disputed += bill.status == "disputed"
        drafts += bill.status == "draft"
    return {
        "words": BILLS,
        "period": str(month),
        "months": [str(_last_month(clock).before(n)) for n in range(13)],
        "accounts": await hub.count("WaterAccount"),
        "meters": await hub.count("WaterMeter", q="isActive==true"),
        "billed": page.total or len(shown),
        "sum_won": sum_won,
        "disputed": disputed,
        "drafts": drafts,
        "rows": [_row(bill) for bill in sorted(shown, key=lambda bill: bill.id)],
        "is_cut": (page.total or 0) > len(shown),
    }


async def bill_page(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of one bill, made again where that is asked for."""
    bill = await bill_of(hub, asked.path["bill"])
    made = None
    if asked.query.get("replay") == "yes":
        made = await replay(hub, bill.id, Decoding(city_decoders()))
    return {
        "words": BILLS,
        "bill_words": BILL,
        "bill": _row(bill) | _details(bill),
        "lines": [_line(line_from_json(line)) for line in bill.lines or []],
        "sheets": await _sheets(hub, bill),
        "tariff": await tariff_words(hub, bill),
        "replay": None if made is None else _replayed(made),
    }


async def account_page(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of one account; its link is shown before it is in force, never after."""
    account = await account_of(hub, asked.path["account"])
    return {
        "words": BILLS,
        "account_words": ACCOUNT,
        "account": account,
        "rows": [_row(bill) for bill in await bills_of(hub, account.id)],
        "secret": asked.sent.get("secret") or fresh_secret(),
    }


async def tariff_words(hub: Hub, bill: WaterBill) -> dict[str, JSON]:
    """Return how pages name the tariff of a bill, and whether it is an example."""
    try:
        tariff = await kept_tariff(hub, str(bill.tariff_digest))
        edition = tariff.edition(month_of(str(bill.period)).last)
    except DalguError:
        return {"title": Text(str(bill.tariff), str(bill.tariff)), "is_example": False}
    return {
        "title": tariff.title,
        "note": tariff.note,
        "is_example": edition.standing != "verified",
    }


async def take_run(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Draft the bills of the month that was sent."""
    await draft_bills(hub, clock, asked.sent.get("period", ""))


async def take_open(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Open accounts for the meters that have none, from the start of last month on."""
    await open_accounts(hub, _last_month(clock).first)


async def take_issue_month(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Issue all drafts of the month that was sent."""
    await issue_month(hub, clock, actor, asked.sent.get("period", ""))


async def take_issue(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Issue one bill."""
    await issue(hub, clock, actor, asked.path["bill"])


async def take_dispute(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Note a dispute."""
    await dispute(hub, actor, asked.path["bill"], asked.sent.get("reason", ""))


async def take_correct(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Make a bill again."""
    correction = Correction(asked.sent.get("reason", ""), asked.sent.get("leak") == "yes")
    await correct(hub, clock, actor, asked.path["bill"], correction)


async def take_withdraw(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Take a bill back."""
    await withdraw(hub, actor, asked.path["bill"], asked.sent.get("reason", ""))


async def take_link(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Put a customer's link in force."""
    await set_link(hub, clock, actor, asked.path["account"], asked.sent.get("secret", ""))


def _last_month(clock: Clock) -> Month:
    return month_of(f"{local(clock.now()).date():%Y-%m}").before()


def _month_asked(clock: Clock, asked: Asked) -> Month:
    text = asked.sent.get("period") or asked.query.get("period")
    try:
        return _last_month(clock) if not text else month_of(text)
    except DalguError:
        return _last_month(clock)


def _row(bill: WaterBill) -> dict[str, JSON]:
    return {
        "id": bill.id,
        "href": f"{LIST}/{bill.id}",
        "account": str(bill.account).split(":", 3)[-1],
        "account_href": ACCOUNT_PATH.format(account=bill.account),
        "period": bill.period,
        "use_m3": bill.consumption,
        "won": bill.amount,
        "status": bill.status,
        "status_words": STATUSES.get(bill.status or "", Text("", "")),
        "estimated_pct": round(100 * (bill.estimated_share or 0), 1),
        "origin": bill.origin,
    }


def _details(bill: WaterBill) -> dict[str, JSON]:
    return {
        "first": bill.period_from,
        "last": bill.period_to,
        "meter": str(bill.meter).split(":", 3)[-1],
        "meter_href": f"/center/water/meters/{bill.meter}",
        "register_from": bill.register_from,
        "register_to": bill.register_to,
        "tariff_digest": bill.tariff_digest,
        "replaces": bill.replaces,
        "replaced_by": bill.replaced_by,
        "reason": bill.reason,
        "changed_by": bill.changed_by,
        "issued_at": bill.issued_at,
        "leak": bill.leak_allowance,
    }


def _line(line: BillLine) -> dict[str, JSON]:
    days = f"{line.first} – {line.last}"
    return {
        "what": line.what,
        "days": days,
        "formula": line.formula,
        "won": line.won,
        "clause": line.clause,
        "is_told_only": line.kind == "difference",
    }


async def _sheets(hub: Hub, bill: WaterBill) -> list[dict[str, JSON]]:
    try:
        manifest = await manifest_of(hub, bill)
    except DalguError:
        return []
    return [
        {"day": ref.day.isoformat(), "version": ref.version, "digest": ref.digest}
        for ref in manifest.sheets
    ]


def _replayed(made: Replay) -> dict[str, JSON]:
    return {
        "verdict": made.verdict,
        "is_same": made.is_same,
        "won": made.recomputed_won,
        "checked": made.values,
        "imported": made.imported,
        "sealed": made.sealed,
        "closed": made.closed,
        "findings": made.findings,
        "days": [
            {
                "day": day.day.isoformat(),
                "is_sound": day.is_sound,
                "use_l": day.use_l,
                "standing": [STANDINGS[kind] for kind in day.standing],
            }
            for day in made.days
        ],
        "frames": [
            {
                "id": frame.message_id,
                "href": f"/center/messages/{frame.message_id}",
                "at": frame.received_at,
                "format": frame.format,
                "device": frame.device,
                "body": frame.body[:SHOWN_BYTES].decode("utf-8", "replace"),
                "registers": len(frame.registers_l),
                "newest_l": max(frame.registers_l.values(), default=None),
                "trouble": frame.unreadable or frame.closed,
            }
            for frame in made.frames[:SHOWN_FRAMES]
        ],
    }


PAGES = (
    Page(LIST, BILLS["title"], "bills.html", bills_page, Operation.BILL_READ),
    Page(ONE, BILLS["bill"], "bill.html", bill_page, Operation.BILL_READ),
    Page(ACCOUNT_PATH, BILLS["account"], "bill_account.html", account_page, Operation.BILL_READ),
    MY_PAGE,
)
FORMS = (
    Form(f"{LIST}/run", LIST, Operation.BILL_WRITE, take_run),
    Form(f"{LIST}/open", LIST, Operation.BILL_WRITE, take_open),
    Form(f"{LIST}/issue", LIST, Operation.BILL_WRITE, take_issue_month),
    Form(f"{ONE}/issue", ONE, Operation.BILL_WRITE, take_issue),
    Form(f"{ONE}/dispute", ONE, Operation.BILL_WRITE, take_dispute),
    Form(f"{ONE}/correct", ONE, Operation.BILL_WRITE, take_correct),
    Form(f"{ONE}/withdraw", ONE, Operation.BILL_WRITE, take_withdraw),
    Form(f"{ACCOUNT_PATH}/link", ACCOUNT_PATH, Operation.BILL_WRITE, take_link),
)
