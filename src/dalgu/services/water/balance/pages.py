"""What a district's page shows of its water balance and its leakage index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import LOCAL, local
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.water.balance.infrastructure import Infrastructure, leakage_index
from dalgu.services.water.balance.period import FIGURES, PeriodUnbalanced, period_balance
from dalgu.services.water.balance.water_balance import Figure, WaterBalance, assumptions

WEEK = "7d"
WEEK_DAYS = 7
SHOWN_MONTHS = 12
PER_CENT = 100
UNBILLED = Text("무수 유효 사용량", "Unbilled authorised consumption")
REVENUE = Text("유수수량", "Revenue water")
THIS_WEEK = Text("최근 7일(어제 제외)", "7 days up to the day before yesterday")

# The standard table row by row: a figure, and how many of seven rows and five columns it spans.
LAYOUT: tuple[tuple[tuple[str, int, int], ...], ...] = (
    (("system_input", 7, 1), ("authorised", 3, 1), ("billed", 1, 2), ("revenue", 1, 1)),
    (("unbilled", 2, 1), ("unbilled_metered", 1, 1), ("non_revenue", 6, 1)),
    (("unbilled_unmetered", 1, 1),),
    (("losses", 4, 1), ("apparent_losses", 3, 1), ("unauthorised", 1, 1)),
    (("under_registration", 1, 1),),
    (("data_handling", 1, 1),),
    (("real_losses", 1, 2),),
)


class BalancePeriodInvalid(InvalidInput):
    """The period asked for is no month and no week."""

    slug = "water-balance-period-invalid"
    title = "The period is invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"'period' is '{text[:20]}'; it must be a month that has begun, as 2026-03, or 7d.",
            period=text[:20],
        )


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days: from the first until before the end."""

    key: str
    first: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.first).days

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Its start and end."""
        return _midnight(self.first), _midnight(self.end)


async def district_balance(
    hub: Hub, area: EntityId, now: datetime, asked: str, built: Infrastructure | None
) -> Mapping[str, JSON]:
    """Return the balance of a period, `why_not` where too few hours are known.

    Keys: `period` with `key`, `first`, `last`; `choices`; `rows` of the standard table, each a
    list of cells with `name`, `m3`, `limit_m3`, `share_pct`, and the `rows` and `columns` it
    spans; `assumptions` of `name`, `value_pct`, `limit_pct`, `source`; `index` of `ili`,
    `unavoidable_m3d`, `real_m3d` and `is_indication`, or None.

    Raises
    ------
    BalancePeriodInvalid
        When the asked period is none.
    """
    today = local(now).date()
    tried = [period_of(asked, today)] if asked else [_month(today, 1), _week(today)]
    balance, refused, period = None, None, tried[0]
    for period in tried:
        try:
            balance = await period_balance(hub, area, *period.span)
            break
        except PeriodUnbalanced as unbalanced:
            refused = unbalanced
    return {
        "period": {"key": period.key, "first": period.first, "last": period.end - timedelta(1)},
        "choices": _choices(today),
        "why_not": None if balance is not None else _why_not(refused),
        "rows": [] if balance is None else table(balance),
        "assumptions": _assumed(),
        "index": None if balance is None else _index(balance, period.days, built),
    }


def period_of(text: str, today: date) -> Period:
    """Return the asked period: a month, up to yesterday where it runs, or the settled week.

    Raises
    ------
    BalancePeriodInvalid
        When it is no month, or one of which no day is over.

    Examples
    --------
    >>> period_of("2026-02", date(2026, 2, 11)).days
    10
    """
    if text == WEEK:
        return _week(today)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise BalancePeriodInvalid(text) from None
    if not 1970 < first.year < 9000 or first >= today:
        raise BalancePeriodInvalid(text)
    return Period(text, first, min(_next_month(first), today))


def table(balance: WaterBalance) -> list[list[dict[str, JSON]]]:
    """Return the standard table row by row, each cell with its figure and the rows it spans."""
    figures: dict[str, Figure] = {name: getattr(balance, name) for name in FIGURES}
    figures["unbilled"] = balance.unbilled_metered + balance.unbilled_unmetered
    figures["revenue"] = balance.billed
    names = FIGURES | {"unbilled": UNBILLED, "revenue": REVENUE}
    entered = balance.system_input.m3
    return [
        [
            {
                "key": name,
                "name": names[name],
                "m3": round(figures[name].m3, 1),
                "limit_m3": round(figures[name].limit_m3, 1),
                "share_pct": round(PER_CENT * figures[name].m3 / entered, 1) if entered else None,
                "rows": rows,
                "columns": columns,
            }
            for name, rows, columns in cells
        ]
        for cells in LAYOUT
    ]


def _index(balance: WaterBalance, days: int, built: Infrastructure | None) -> dict[str, JSON]:
    real_m3d = balance.real_losses.m3 / days
    found = leakage_index(real_m3d, built)
    least = found.unavoidable_m3d
    return {
        "real_m3d": round(real_m3d, 1),
        "unavoidable_m3d": None if least is None else round(least, 1),
        "ili": None if found.index is None else round(found.index, 1),
        "is_indication": found.is_indication,
        "mains_km": None if built is None else round(built.mains_m / 1000, 1),
        "connections": None if built is None else built.connections,
        "pressure_m": None if built is None else round(built.mean_pressure_m, 1),
    }


def _assumed() -> list[dict[str, JSON]]:
    return [
        {
            "name": Text(one.ko, one.en),
            "value_pct": round(PER_CENT * one.share, 2),
            "limit_pct": round(PER_CENT * one.limit, 1),
            "source": one.source,
        }
        for one in assumptions().values()
    ]


def _why_not(refused: PeriodUnbalanced | None) -> Text:
    parts = {} if refused is None else refused.parts
    what, known, hours = parts.get("what"), parts.get("known", 0), parts.get("hours", 0)
    ko = "유입량" if what == "inflow" else "사용량"
    en = "inflow" if what == "inflow" else "metered use"
    return Text(
        f"{hours}시간 가운데 {known}시간의 {ko}만 알려져 있습니다. 95 %가 있어야 수지를 셈합니다. "
        "다른 기간을 고르거나 유입량계의 통신을 확인하십시오.",
        f"Of {hours} hours the {en} of {known} is known; a balance needs 95 %. "
        "Choose another period, or see whether the inlet meters report.",
    )


def _choices(today: date) -> list[dict[str, JSON]]:
    months = [_month(today, back) for back in range(SHOWN_MONTHS + 1)]
    named = [{"key": one.key, "name": Text(one.key, one.key)} for one in months if one.days > 0]
    return [{"key": WEEK, "name": THIS_WEEK}, *named]


def _week(today: date) -> Period:
    end = today - timedelta(days=1)  # meters tell of yesterday in the course of today
    return Period(WEEK, end - timedelta(days=WEEK_DAYS), end)


def _month(today: date, back: int) -> Period:
    index = today.year * 12 + today.month - 1 - back
    first = date(index // 12, index % 12 + 1, 1)
    return Period(f"{first:%Y-%m}", first, min(_next_month(first), today))


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)
