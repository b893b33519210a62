"""The steps of a bill after its draft: issue, dispute, correct, withdraw.

Who takes a step names a reason where it changes what somebody owes. A bill that was issued is
never written over: a correction is a new bill that replaces it, with the difference as a line.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from dalgu.access.actor import Actor
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import Clock, iso
from dalgu.kernel.ids import EntityId
from dalgu.services.water.billing.adopted import tariff_of
from dalgu.services.water.billing.drafting import LeakAllowance, bill_id, draft
from dalgu.services.water.billing.entities import WaterAccount, WaterBill
from dalgu.services.water.billing.errors import (
    BillNotInState,
    BillOutOfDate,
    LeakAllowanceSpent,
    ReasonTooShort,
)
from dalgu.services.water.billing.ledger import (
    IN_FORCE,
    account_of,
    bill_of,
    bills_of,
    manifest_of,
)
from dalgu.services.water.billing.lines import BillLine, LineKind, figure
from dalgu.services.water.billing.period import month_of
from dalgu.services.water.billing.sealing import sealed
from dalgu.services.water.billing.tariff import Tariff
from dalgu.services.water.billing.validated import manifest_now, read_area_month
from dalgu.services.water.billing.words import LINES
from dalgu.services.water.validation.entities import ValidatedDay

SHORTEST_REASON = 10
YEAR_MONTHS = 12
CUBIC = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a bill is made again, and whether a leak is to be allowed for."""

    reason: str
    allow_leak: bool = False


async def issue(hub: Hub, clock: Clock, actor: Actor, bill: str) -> WaterBill:
    """Issue a draft and make its days final; a bill that is issued stays as it is.

    Raises
    ------
    BillNotInState
        When it is neither a draft nor issued.
    BillOutOfDate
        When the hours behind it have changed since.
    """
    found = await bill_of(hub, bill)
    if found.status == "issued":
        return found
    if found.status != "draft":
        raise BillNotInState(found.id, str(found.status), "issued")
    await _finalise(hub, clock, found)
    change = WaterBill(
        id=found.id,
        evidence=(await sealed(hub, found)).evidence,
        status="issued",
        issued_at=iso(clock.now()),
        changed_by=actor.id,
    )
    return await _step(hub, change)


async def issue_month(hub: Hub, clock: Clock, actor: Actor, period: str) -> tuple[int, list[str]]:
    """Issue all drafts of a month; return how many, and why any was left.

    Their messages are sealed by the nightly job, as there may be millions.
    """
    month = month_of(period)
    drafts = [
        WaterBill.from_document(document)
        async for document in hub.every("WaterBill", q=f'period=="{month}";status=="draft"')
    ]
    final: dict[str, BillOutOfDate | None] = {}
    issued, left = [], []
    for found in drafts:
        manifest = str((found.evidence or {}).get("manifest"))
        if manifest not in final:
            final[manifest] = await _finalised(hub, clock, found)
        refused = final[manifest]
        if refused is None:
            issued.append(found)
        else:
            left.append(BillOutOfDate(found.id, str(refused.parts["day"])).detail)
    now = iso(clock.now())
    await hub.upsert(
        WaterBill(id=one.id, status="issued", issued_at=now, changed_by=actor.id) for one in issued
    )
    return len(issued), left


async def dispute(hub: Hub, actor: Actor, bill: str, reason: str) -> WaterBill:
    """Note that a bill is disputed; doing it again changes the reason."""
    found = await bill_of(hub, bill)
    if found.status not in IN_FORCE:
        raise BillNotInState(found.id, str(found.status), "disputed")
    return await _step(
        hub, WaterBill(id=found.id, status="disputed", reason=_reason(reason), changed_by=actor.id)
    )


async def withdraw(hub: Hub, actor: Actor, bill: str, reason: str) -> WaterBill:
    """Take a bill back without another in its place; withdrawing twice changes nothing."""
    found = await bill_of(hub, bill)
    if found.status == "withdrawn":
        return found
    if found.status == "corrected":
        raise BillNotInState(found.id, "corrected", "withdrawn")
    return await _step(
        hub, WaterBill(id=found.id, status="withdrawn", reason=_reason(reason), changed_by=actor.id)
    )


async def correct(
    hub: Hub, clock: Clock, actor: Actor, bill: str, correction: Correction
) -> WaterBill:
    """Make an issued bill again from the hours as they stand now, and issue that in its place.

    Where nothing differs the bill stands and is no longer disputed. Where a leak is to be allowed
    for, what the account used above its usual months is charged by the tariff's leak rule.

    Raises
    ------
    BillNotInState, ReasonTooShort, LeakAllowanceSpent
        When the step is not open.
    RegisterUnread, UseInvalid
        When the month cannot be charged any more.
    """
    old = await bill_of(hub, bill)
    why = _reason(correction.reason)
    if old.status not in IN_FORCE:
        raise BillNotInState(old.id, str(old.status), "corrected")
    account = await account_of(hub, str(old.account))
    month = month_of(str(old.period))
    tariff = await tariff_of(hub, account.tariff)
    leak = await _leak(hub, old, tariff, why, actor) if correction.allow_leak else _leak_of(old)
    area = EntityId(str((old.evidence or {}).get("area")))
    manifest = await manifest_now(hub, area, month)
    hours = await read_area_month(hub, manifest, month)
    await hub.keep(manifest.encode())
    new = draft(account, tariff, hours, leak=leak)
    if new is None:
        return await withdraw(hub, actor, old.id, why)
    if _without_difference(old.lines) == new.lines and old.register_to == new.register_to:
        return await _step(
            hub, WaterBill(id=old.id, status="issued", reason=why, changed_by=actor.id)
        )
    new = _replacement(account, old, new, why)
    new = replace(new, issued_at=iso(clock.now()), changed_by=actor.id)
    await _finalise(hub, clock, new)
    new = await sealed(hub, new)
    gone = WaterBill(
        id=old.id, status="corrected", replaced_by=new.id, reason=why, changed_by=actor.id
    )
    await hub.upsert([new, gone])
    return new


def _replacement(account: WaterAccount, old: WaterBill, new: WaterBill, reason: str) -> WaterBill:
    number = int(old.id.rsplit(":", 1)[-1]) + 1 if old.replaces is not None else 2
    before, after = old.amount or 0, new.amount or 0
    line = BillLine(
        kind=LineKind.DIFFERENCE,
        charge=None,
        what=LINES[LineKind.DIFFERENCE],
        first=date.fromisoformat(str(new.period_from)),
        last=date.fromisoformat(str(new.period_to)),
        won=after - before,
        formula=f"{figure(after)} − {figure(before)} = {figure(after - before)}",
        clause=reason,
    )
    return replace(
        new,
        id=bill_id(account.id, month_of(str(old.period)), number),
        lines=[*(new.lines or []), line.to_json()],
        status="issued",
        replaces=old.id,
        reason=reason,
    )


async def _leak(
    hub: Hub, bill: WaterBill, tariff: Tariff, reason: str, actor: Actor
) -> LeakAllowance:
    """Return the allowance by the months before, if the tariff has one left for the account."""
    month = month_of(str(bill.period))
    rule = tariff.edition(month.last).leak
    if rule is None:
        raise LeakAllowanceSpent(f"tariff '{tariff.id}' has no such rule")
    before = [
        one
        for one in await bills_of(hub, EntityId(str(bill.account)))
        if one.status in IN_FORCE and str(one.period) < str(month)
    ]
    year = [one for one in before if str(one.period) >= str(month.before(YEAR_MONTHS - 1))]
    if sum(one.leak_allowance is not None for one in year) >= rule.most_months:
        raise LeakAllowanceSpent(f"{rule.most_months} months of the last twelve had one already")
    usual = [one for one in before if one.leak_allowance is None and one.consumption is not None]
    usual = usual[: rule.mean_months]
    if not usual:
        raise LeakAllowanceSpent("the account has no month before to tell its usual use by")
    mean = sum((Decimal(str(one.consumption)) for one in usual), Decimal(0)) / len(usual)
    return LeakAllowance(mean.quantize(CUBIC), reason, actor.id)


def _leak_of(bill: WaterBill) -> LeakAllowance | None:
    kept = bill.leak_allowance
    if not kept:
        return None
    return LeakAllowance(Decimal(kept["usualM3"]), kept["reason"], kept["allowedBy"])


async def _finalised(hub: Hub, clock: Clock, bill: WaterBill) -> BillOutOfDate | None:
    try:
        await _finalise(hub, clock, bill)
    except BillOutOfDate as refused:
        return refused
    return None


async def _finalise(hub: Hub, clock: Clock, bill: WaterBill) -> None:
    """Mark the days a bill stands on as final; raise `BillOutOfDate` when one has changed."""
    refs = (await manifest_of(hub, bill)).sheets
    stale = []
    for ref in refs:
        day = ValidatedDay.from_document(await hub.retrieve(ref.entity))
        if day.sheet != ref.digest:
            raise BillOutOfDate(bill.id, ref.day.isoformat())
        if not day.is_final:
            stale.append(ValidatedDay(id=ref.entity, observed_at=clock.now(), is_final=True))
    if stale:
        await hub.upsert(stale)


async def _step(hub: Hub, change: WaterBill) -> WaterBill:
    await hub.upsert([change])
    return await bill_of(hub, change.id)


def _without_difference(lines: JSON) -> list[JSON]:
    return [line for line in lines or [] if line["kind"] != LineKind.DIFFERENCE]


def _reason(text: str) -> str:
    reason = " ".join(text.split())
    if len(reason) < SHORTEST_REASON:
        raise ReasonTooShort(SHORTEST_REASON)
    return reason[:1000]
