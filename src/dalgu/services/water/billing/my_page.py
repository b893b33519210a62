"""The customer's own page: hours, days, months, comparison, leak, bill; opened by a secret."""

from collections.abc import Mapping, Sequence

from dalgu.access.policy import Operation
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.hub.types import Alert
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.errors import DalguError
from dalgu.kernel.text import Text
from dalgu.service import Asked, Page
from dalgu.services.water.billing.adopted import kept_tariff
from dalgu.services.water.billing.customer import (
    COMPARED_DAYS,
    HOURLY_DAYS,
    SHOWN_MONTHS,
    DayUse,
    account_by_secret,
    compare,
    days_of,
    hour_ends,
    issued_bills,
    open_alerts,
    similar,
)
from dalgu.services.water.billing.entities import TypicalWaterUse, WaterBill
from dalgu.services.water.billing.lines import LineKind, figure, line_from_json
from dalgu.services.water.billing.period import month_of
from dalgu.services.water.billing.words import MINE

LEAKS = frozenset({"continuousFlow", "intermittentFlow", "burst"})  # `subCategory` of alerts
EVEN_PCT = 5  # less than this is no change that means anything


async def my_water(hub: Hub, clock: Clock, asked: Asked) -> Mapping[str, JSON]:
    """Return the data of the customer's page; raise `LinkUnknown` for a secret that opens none."""
    account = await account_by_secret(hub, asked.path["secret"])
    days: list[DayUse] = []
    alerts: list[Alert] = []
    if account.meter is not None:
        days = await days_of(hub, account.meter, local(clock.now()).date())
        alerts = await open_alerts(hub, account.meter)
    bills = await issued_bills(hub, account.id)
    newest = bills[0] if bills else None
    peers = None if newest is None else await similar(hub, account, str(newest.period))
    return {
        "words": MINE,
        "origin": account.origin,
        "hours": _hours(days[-HOURLY_DAYS:]),
        "days": [_day(day) for day in days],
        "months": _months(bills[:SHOWN_MONTHS]),
        "newest_day": _day(days[-1]) if days else None,
        "fortnight_l": sum(day.use_l or 0 for day in days[-COMPARED_DAYS:]),
        "change": change_in_words(compare(days)),
        "peers": _peers(newest, peers),
        "leaks": [_alert(alert) for alert in alerts if alert.sub_category in LEAKS],
        "others": [_alert(alert) for alert in alerts if alert.sub_category not in LEAKS],
        "bill": None if newest is None else await _bill(hub, newest),
    }


def change_in_words(compared: tuple[int, int] | None) -> Text | None:
    """Return how a fortnight stands to the one before, in words.

    >>> change_in_words((120, 100)).en
    '20 % more than the 14 days before.'
    """
    if compared is None or compared[1] == 0:
        return None
    pct = round(100 * (compared[0] - compared[1]) / compared[1])
    if abs(pct) < EVEN_PCT:
        return MINE["even"]
    return _filled("more" if pct > 0 else "less", n=str(abs(pct)))


def _filled(name: str, **values: str) -> Text:
    words = MINE[name]
    return Text(words.ko.format(**values), words.en.format(**values))


def _hours(days: Sequence[DayUse]) -> list[dict[str, JSON]]:
    points = [
        {"at": iso(at), "value": None if litres < 0 else int(litres)}
        for day in days
        for at, litres in zip(hour_ends(day.day), day.hours_l.tolist(), strict=True)
    ]
    return [{"name": MINE["use"], "unit": "L", "points": points}] if points else []


def _day(day: DayUse) -> dict[str, JSON]:
    return {"name": day.day.isoformat(), "value": day.use_l, "is_estimated": day.is_estimated}


def _months(bills: Sequence[WaterBill]) -> list[dict[str, JSON]]:
    return [
        {
            "name": bill.period,
            "value": bill.consumption,
            "is_estimated": (bill.estimated_share or 0) > 0,
        }
        for bill in reversed(bills)
    ]


def _peers(bill: WaterBill | None, typical: TypicalWaterUse | None) -> Text | None:
    if bill is None or typical is None or typical.median_use is None:
        return None
    return _filled(
        "peers_note",
        period=str(bill.period),
        own=f"{bill.consumption:g}",
        n=str(typical.account_count),
        typical=f"{typical.median_use:g}",
    )


def _alert(alert: Alert) -> dict[str, JSON]:
    return {"name": alert.name, "description": alert.description, "issued": alert.date_issued}


async def _bill(hub: Hub, bill: WaterBill) -> dict[str, JSON]:
    lines = [line_from_json(line) for line in bill.lines or []]
    share = round(100 * (bill.estimated_share or 0))
    return {
        "period": bill.period,
        "days": _filled("bill_for", first=str(bill.period_from), last=str(bill.period_to)),
        "won": bill.amount,
        "use_m3": bill.consumption,
        "lines": [
            {"what": line.what, "formula": line.formula, "won": figure(line.won)}
            for line in lines
            if line.kind is not LineKind.DIFFERENCE
        ],
        "estimated": _filled("estimated_note", n=str(share)) if share else None,
        "is_example": await _is_example(hub, bill),
    }


async def _is_example(hub: Hub, bill: WaterBill) -> bool:
    try:
        tariff = await kept_tariff(hub, str(bill.tariff_digest))
        return tariff.edition(month_of(str(bill.period)).last).standing != "verified"
    except DalguError:
        return False


MY_PAGE = Page(
    "/water/my/{secret}", MINE["title"], "my_water.html", my_water, Operation.PUBLIC_READ
)
