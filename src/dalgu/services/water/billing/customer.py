"""What a customer sees of their own water: found by a secret, compared, explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.access.secret import digest, is_plausible, is_same
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.hub import Hub, Query
from dalgu.hub.types import Alert
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.ids import EntityId
from dalgu.services.water.billing.entities import (
    TypicalWaterUse,
    WaterAccessLink,
    WaterAccount,
    WaterBill,
)
from dalgu.services.water.billing.errors import LinkUnknown
from dalgu.services.water.billing.ledger import IN_FORCE, bills_of
from dalgu.services.water.billing.links import link_id
from dalgu.services.water.billing.period import month_of
from dalgu.services.water.billing.typical import typical_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.metered import area_of
from dalgu.services.water.validation.held import read_meter
from dalgu.services.water.validation.reading import NOWHERE
from dalgu.services.water.validation.sheet import Standing

SHOWN_DAYS = 29  # of which the newest may not be validated yet
COMPARED_DAYS = 14  # the newest fortnight with the one before: as many weekends in each
HOURLY_DAYS = 7
SHOWN_MONTHS = 13  # a year, and the same month of the year before
LITRES_PER_M3 = 1000
OPEN_ALERTS = 20


@dataclass(frozen=True, slots=True)
class DayUse:
    """A customer's hours of one day: shape (24,), litres, -1 where unknown."""

    day: date
    hours_l: NDArray[np.int32]
    is_estimated: bool

    @property
    def use_l(self) -> int | None:
        """Litres of the whole day, `None` where an hour is unknown."""
        return None if (self.hours_l < 0).any() else int(self.hours_l.sum())


async def account_by_secret(hub: Hub, secret: str) -> WaterAccount:
    """Return the account a customer's link opens.

    Raises
    ------
    LinkUnknown
        When it opens none; the error is the same whatever the reason.
    """
    if not is_plausible(secret):
        raise LinkUnknown
    try:
        link = WaterAccessLink.from_document(await hub.retrieve(link_id(secret)))
        account = WaterAccount.from_document(await hub.retrieve(EntityId(str(link.account))))
    except EntityNotExisting:
        raise LinkUnknown from None
    if not is_same(account.access_digest or "", digest(secret)):
        raise LinkUnknown
    return account


async def days_of(hub: Hub, meter: EntityId, today: date) -> list[DayUse]:
    """Return the newest validated days of a meter, oldest first."""
    area = area_of(WaterMeter.from_document(await hub.retrieve(meter))) or NOWHERE
    read = await read_meter(hub, meter, area, today - timedelta(days=SHOWN_DAYS), today)
    estimated = np.isin(read.standing, (Standing.LINEAR, Standing.PROFILE)).sum(axis=1)
    return [DayUse(day, read.use_l[row], bool(estimated[row])) for row, day in enumerate(read.days)]


async def open_alerts(hub: Hub, meter: EntityId) -> list[Alert]:
    """Return what is suspected of a meter now, newest first."""
    q = f'alertSource=="{meter}";status!="closed"'
    page = await hub.query(Query(types=("Alert",), q=q, limit=OPEN_ALERTS))
    alerts = [Alert.from_document(document) for document in page.entities]
    return sorted(alerts, key=lambda alert: alert.date_issued or "", reverse=True)


async def issued_bills(hub: Hub, account: EntityId) -> list[WaterBill]:
    """Return an account's bills in force, newest month first."""
    return [bill for bill in await bills_of(hub, account) if bill.status in IN_FORCE]


async def similar(hub: Hub, account: WaterAccount, period: str) -> TypicalWaterUse | None:
    """Return what similar households used in a month; `None` where they are too few."""
    if account.district is None or (account.households or 1) > 1:
        return None
    wanted = typical_id(account.district, str(account.usage_class), month_of(period))
    try:
        return TypicalWaterUse.from_document(await hub.retrieve(wanted))
    except EntityNotExisting:
        return None


def compare(days: Sequence[DayUse]) -> tuple[int, int] | None:
    """Return litres of the newest fortnight and of the one before; `None` where a day is unknown.

    >>> week = [DayUse(date(2026, 3, 1), np.full(24, 10, dtype=np.int32), False)] * 28
    >>> compare(week)
    (3360, 3360)
    """
    newest = days[-2 * COMPARED_DAYS :]
    uses = [day.use_l for day in newest]
    known = [use for use in uses if use is not None]
    if len(known) < 2 * COMPARED_DAYS:
        return None
    return sum(known[COMPARED_DAYS:]), sum(known[:COMPARED_DAYS])


def hour_ends(day: date) -> list[datetime]:
    """Return the instants at which the hours of a local day end, UTC."""
    start = datetime.combine(day, time(), LOCAL).astimezone(UTC)
    return [start + timedelta(hours=hour + 1) for hour in range(24)]
