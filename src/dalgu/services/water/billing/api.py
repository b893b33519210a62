"""HTTP of bills: what an account owes, why, made again, and the steps of a bill.

`GET /api/water/accounts/{account}/bills`, `GET /api/water/bills/{bill}` and its `/replay`;
`POST /api/water/bills/run?period=2026-03`, `POST …/{bill}/issue`, `/dispute`, `/correct`.
"""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import InvalidInput
from dalgu.services.water.billing.entities import WaterBill
from dalgu.services.water.billing.frames import Decoding, Frame, city_decoders
from dalgu.services.water.billing.issuing import Correction, correct, dispute, issue
from dalgu.services.water.billing.jobs import draft_bills
from dalgu.services.water.billing.ledger import account_of, bill_of, bills_of
from dalgu.services.water.billing.replay import Replay, replay
from dalgu.web.answer import json_answer
from dalgu.web.frame import actor_of

LARGEST_BODY = 10_000  # bytes; a reason has at most a thousand signs


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """What a step on a bill is asked with."""

    reason: str
    allow_leak: bool = msgspec.field(default=False, name="allowLeak")


class StepUnreadable(InvalidInput):
    """The body of a step is no reason."""

    slug = "water-bill-step-unreadable"
    title = "The body is unreadable"

    def __init__(self, why: str) -> None:
        super().__init__(
            f'The body must be JSON as {{"reason": "…", "allowLeak": false}}: {why[:200]}.'
        )


async def get_bills(request: Request) -> Response:
    """Answer `GET /api/water/accounts/{account}/bills`: newest month first."""
    hub = request.app.state.hub
    account = await account_of(hub, request.path_params["account"])
    bills = await bills_of(hub, account.id)
    return json_answer({"account": account.id, "bills": [bill_json(bill) for bill in bills]})


async def get_bill(request: Request) -> Response:
    """Answer `GET /api/water/bills/{bill}`."""
    return json_answer(bill_json(await bill_of(request.app.state.hub, request.path_params["bill"])))


async def get_replay(request: Request) -> Response:
    """Answer `GET /api/water/bills/{bill}/replay`."""
    hub, bill = request.app.state.hub, request.path_params["bill"]
    return json_answer(replay_json(await replay(hub, bill, Decoding(city_decoders()))))


async def post_run(request: Request) -> Response:
    """Answer `POST /api/water/bills/run?period=2026-03`."""
    state = request.app.state
    run = await draft_bills(state.hub, state.clock, request.query_params.get("period", ""))
    held = [{"account": account, "reason": why} for account, why in run.held_accounts]
    told = {
        "period": run.period,
        "drafted": run.drafted,
        "unchanged": run.unchanged,
        "settled": run.settled,
        "outside": run.outside,
        "held": run.held,
        "heldAccounts": held,
    }
    return json_answer(told)


async def post_issue(request: Request) -> Response:
    """Answer `POST /api/water/bills/{bill}/issue`."""
    state, bill = request.app.state, request.path_params["bill"]
    return json_answer(bill_json(await issue(state.hub, state.clock, actor_of(request), bill)))


async def post_dispute(request: Request) -> Response:
    """Answer `POST /api/water/bills/{bill}/dispute`."""
    asked = await _reason(request)
    hub, bill = request.app.state.hub, request.path_params["bill"]
    return json_answer(bill_json(await dispute(hub, actor_of(request), bill, asked.reason)))


async def post_correct(request: Request) -> Response:
    """Answer `POST /api/water/bills/{bill}/correct` with the bill that then holds."""
    asked = await _reason(request)
    state, bill = request.app.state, request.path_params["bill"]
    correction = Correction(asked.reason, asked.allow_leak)
    held = await correct(state.hub, state.clock, actor_of(request), bill, correction)
    return json_answer(bill_json(held))


def bill_json(bill: WaterBill) -> Document:
    """Return a bill as plain JSON, without the envelope of NGSI-LD."""
    named: Document = {"id": bill.id}
    for attribute in bill.attributes:
        value = getattr(bill, attribute.field)
        if value is not None:
            named[attribute.name] = value
    return named


def replay_json(made: Replay) -> Document:
    """Return a replay as plain JSON: verdict, findings, days, messages with their raw bytes."""
    return {
        "bill": made.bill.id,
        "isSame": made.is_same,
        "verdict": {"ko": made.verdict.ko, "en": made.verdict.en},
        "billedWon": made.bill.amount,
        "recomputedWon": made.recomputed_won,
        "values": made.values,
        "imported": made.imported,
        "sealed": made.sealed,
        "closed": made.closed,
        "findings": [
            {
                "where": one.where,
                "what": {"ko": one.what.ko, "en": one.what.en},
                "expected": one.expected,
                "found": one.found,
            }
            for one in made.findings
        ],
        "days": [
            {
                "day": day.day.isoformat(),
                "version": day.version,
                "sheet": day.digest,
                "isSound": day.is_sound,
                "litres": [None if litres < 0 else litres for litres in day.use_l],
                "standing": list(day.standing),
            }
            for day in made.days
        ],
        "messages": [_message(frame) for frame in made.frames],
    }


def _message(frame: Frame) -> JSON:
    return {
        "id": frame.message_id,
        "receivedAt": iso(frame.received_at),
        "format": frame.format,
        "device": frame.device,
        "body": frame.body.hex(),
        "registers": len(frame.registers_l),
        "newestL": max(frame.registers_l.values(), default=None),
        "trouble": frame.unreadable or frame.closed,
    }


async def _reason(request: Request) -> Reason:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise StepUnreadable(f"it has more than {LARGEST_BODY} bytes")
    try:
        return msgspec.json.decode(body, type=Reason)
    except msgspec.MsgspecError as broken:
        raise StepUnreadable(str(broken)) from None


_READ, _WRITE = Operation.BILL_READ, Operation.BILL_WRITE
_BILL = "/api/water/bills/{bill}"
ROUTES = (
    Route("/api/water/accounts/{account}/bills", get_bills, methods=["GET"], name=_READ),
    Route("/api/water/bills/run", post_run, methods=["POST"], name=_WRITE),
    Route(_BILL, get_bill, methods=["GET"], name=_READ),
    Route(f"{_BILL}/replay", get_replay, methods=["GET"], name=_READ),
    Route(f"{_BILL}/issue", post_issue, methods=["POST"], name=_WRITE),
    Route(f"{_BILL}/dispute", post_dispute, methods=["POST"], name=_WRITE),
    Route(f"{_BILL}/correct", post_correct, methods=["POST"], name=_WRITE),
)
