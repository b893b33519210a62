"""The monthly drafting run: read each day sheet once, charge every account, write what changed."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import NamedTuple

import msgspec

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.billing.adopted import CITY_TARIFF, tariff_of
from dalgu.services.water.billing.drafting import draft
from dalgu.services.water.billing.entities import WaterAccount, WaterBill
from dalgu.services.water.billing.period import Month, month_of
from dalgu.services.water.billing.sealing import seal_issued
from dalgu.services.water.billing.tariff import Tariff
from dalgu.services.water.billing.typical import Peers
from dalgu.services.water.billing.validated import AreaMonth, manifest_now, read_area_month
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.metered import area_of
from dalgu.services.water.validation.reading import NOWHERE

log = logging.getLogger(__name__)

BATCH = 500  # bills to a commit
HELD_TOLD = 100  # accounts without a bill that a run names; it counts the others


@dataclass(slots=True)
class Run:
    """What became of a month's accounts: how many, and those that could not be billed."""

    period: str
    drafted: int = 0  # new, or changed since the last run
    unchanged: int = 0
    settled: int = 0  # issued already, or beyond
    outside: int = 0  # not open on any day of the month
    held: int = 0
    held_accounts: list[tuple[EntityId, str]] = field(default_factory=list)

    def hold(self, account: EntityId, reason: str) -> None:
        """Count an account that could not be billed, and name it while there is room."""
        self.held += 1
        if len(self.held_accounts) < HELD_TOLD:
            self.held_accounts.append((account, reason))


async def draft_last_month(hub: Hub, clock: Clock) -> None:
    """Draft the bills of the month before this one, as far as its hours are validated."""
    today = local(clock.now()).date()
    month = month_of(f"{today:%Y-%m}").before()
    run = await draft_bills(hub, clock, str(month))
    log.info("water.bills.drafted period=%s drafted=%d held=%d", run.period, run.drafted, run.held)


async def draft_bills(hub: Hub, clock: Clock, period: str) -> Run:
    """Draft the bills of all accounts for a month; what is issued stays.

    Raises
    ------
    PeriodInvalid
        When the period is no month that is over.
    """
    month = month_of(period, local(clock.now()).date())
    run, peers = Run(str(month)), Peers(month)
    accounts = await _accounts_by_area(hub, month)
    bills = await _bills(hub, month)
    tariffs = await _tariffs(hub, accounts)
    for area, own in accounts.items():
        listed = await manifest_now(hub, area, month)
        hours = await read_area_month(hub, listed, month)
        await hub.keep(listed.encode())
        await _write(hub, _drafts(own, tariffs, hours, Tally(run, peers, bills)))
    await hub.upsert(peers.typical())
    return run


class HeldBill(NamedTuple):
    """A bill of the month as the hub holds it: its status, and the mark of what it says."""

    status: str
    mark: bytes


def mark_of_draft(bill: WaterBill) -> bytes:
    """Return the SHA-256 of what a draft says and stands on."""
    said = (bill.lines, bill.evidence, bill.tariff_digest, bill.register_from, bill.register_to)
    return sha256(msgspec.json.encode(said, order="sorted")).digest()


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a run counts, and the bills that the hub holds of its month."""

    run: Run
    peers: Peers
    bills: dict[EntityId, HeldBill]

    def take(self, account: WaterAccount, new: WaterBill | None) -> bool:
        """Count a bill that was thought; tell whether it is to be written."""
        if new is None:
            self.run.outside += 1
            return False
        self.peers.add(account, new)
        held = self.bills.get(new.id)
        if held is not None and held.status != "draft":
            self.run.settled += 1
            return False
        if held is not None and held.mark == mark_of_draft(new):
            self.run.unchanged += 1
            return False
        self.run.drafted += 1
        return True


def _drafts(
    accounts: list[WaterAccount],
    tariffs: dict[str, Tariff | DalguError],
    hours: AreaMonth,
    tally: Tally,
) -> list[WaterBill]:
    """Return the drafts of an area that are new or differ from what the hub holds."""
    changed = []
    for account in accounts:
        try:
            new = _draft(account, tariffs, hours)
        except DalguError as refused:
            tally.run.hold(account.id, refused.detail)
            continue
        if tally.take(account, new) and new is not None:
            changed.append(new)
    return changed


def _draft(
    account: WaterAccount, tariffs: dict[str, Tariff | DalguError], hours: AreaMonth
) -> WaterBill | None:
    tariff = tariffs[account.tariff or CITY_TARIFF]
    if isinstance(tariff, DalguError):
        raise tariff
    return draft(account, tariff, hours)


async def _write(hub: Hub, bills: list[WaterBill]) -> None:
    for start in range(0, len(bills), BATCH):
        await hub.upsert(bills[start : start + BATCH])


async def _accounts_by_area(hub: Hub, month: Month) -> dict[EntityId, list[WaterAccount]]:
    """Return the accounts that may pay for the month, by the area of their meter."""
    areas = {}
    async for document in hub.every("WaterMeter"):
        meter = WaterMeter.from_document(document)
        areas[meter.id] = area_of(meter)
    found: dict[EntityId, list[WaterAccount]] = defaultdict(list)
    async for document in hub.every("WaterAccount"):
        account = WaterAccount.from_document(document)
        if _may_pay(account, month):
            area = None if account.meter is None else areas.get(account.meter)
            found[area or NOWHERE].append(account)
    return dict(found)


def _may_pay(account: WaterAccount, month: Month) -> bool:
    """Tell whether an account is open in a month; one that says it badly is looked at too."""
    try:
        opened = date.fromisoformat(account.opened_on or "2000-01-01")
        closed = date.fromisoformat(account.closed_on or "2999-12-31")
    except ValueError:
        return True
    return opened <= month.last and closed >= month.first


async def _bills(hub: Hub, month: Month) -> dict[EntityId, HeldBill]:
    """Return what the hub holds of the month's bills, without their lines: there are many."""
    q = f'period=="{month}"'
    return {
        bill.id: HeldBill(bill.status or "draft", mark_of_draft(bill))
        async for document in hub.every("WaterBill", q=q)
        for bill in [WaterBill.from_document(document)]
    }


async def _tariffs(
    hub: Hub, accounts: dict[EntityId, list[WaterAccount]]
) -> dict[str, Tariff | DalguError]:
    """Return each tariff that an account names, or why there is none."""
    names = {account.tariff or CITY_TARIFF for own in accounts.values() for account in own}
    found: dict[str, Tariff | DalguError] = {}
    for name in names:
        try:
            found[name] = await tariff_of(hub, name)
        except DalguError as refused:
            found[name] = refused
    return found


JOBS = (
    Job(
        "water.draft-bills",
        Text("지난달 수도 요금 산정", "Last month's water bills, drafted"),
        daily("05:40"),
        draft_last_month,
    ),
    Job(
        "water.seal-bills",
        Text("고지한 요금의 원문 봉인", "Messages behind issued bills, sealed"),
        daily("06:20"),
        seal_issued,
    ),
)
