"""The water balance of an area over a period, from its inflow and its validated hours."""

from datetime import datetime, timedelta

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import local
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.water.balance.water_balance import Supplied, WaterBalance, water_balance
from dalgu.services.water.hourly import HOUR_S

FIGURES = {
    "system_input": Text("총 유입량", "System input volume"),
    "billed": Text("유수량(요금 부과)", "Billed authorised consumption"),
    "unbilled_metered": Text("무수계량(계량)", "Unbilled metered"),
    "unbilled_unmetered": Text("무수계량(미계량)", "Unbilled unmetered"),
    "authorised": Text("유효 사용량", "Authorised consumption"),
    "unauthorised": Text("부정 사용", "Unauthorised consumption"),
    "under_registration": Text("계량기 불감", "Customer meter inaccuracies"),
    "data_handling": Text("자료 처리 오류", "Data handling errors"),
    "apparent_losses": Text("명목 손실", "Apparent losses"),
    "real_losses": Text("실손실(누수)", "Real losses"),
    "losses": Text("총 손실", "Water losses"),
    "non_revenue": Text("무수수량", "Non-revenue water"),
}
ENOUGH = 0.95  # of the hours: the rest stands for itself at the mean


class PeriodUnbalanced(NotExisting):
    """Too few hours of an area's inflow or use are known to balance a period."""

    slug = "water-period-unbalanced"
    title = "The period cannot be balanced"

    def __init__(self, area: EntityId, what: str, known: int, hours: int) -> None:
        super().__init__(
            f"Of {hours} hours of area '{area}' the {what} of {known} is known; 95 % are needed. "
            "Choose another period, or register the area's inlet meters.",
            area=area,
            what=what,
            known=known,
            hours=hours,
        )


async def period_balance(
    hub: Hub, area: EntityId, since: datetime, until: datetime
) -> WaterBalance:
    """Return the balance of [since, until), hours that are not known at the mean of the others.

    Raises
    ------
    PeriodUnbalanced
        When under 95 % of the hours of inflow or use are known.
    """
    entered = await _volume(hub, area, "inflow", since, until)
    metered = await _volume(hub, area, "consumption", since, until)
    return water_balance(Supplied(system_input=entered, billed_metered=metered))


async def _volume(
    hub: Hub, area: EntityId, attribute: str, since: datetime, until: datetime
) -> float:
    second = timedelta(seconds=1)
    series = await hub.series(area, attribute, since + second, until + second)
    hours = round((until - since).total_seconds() / HOUR_S)
    fullest: dict[int, float] = {}
    for at_s, value in zip(series.at_s.tolist(), series.value.tolist(), strict=True):
        hour = round(at_s / HOUR_S)
        fullest[hour] = max(fullest.get(hour, 0.0), value)
    if len(fullest) < ENOUGH * hours:
        raise PeriodUnbalanced(area, attribute, len(fullest), hours)
    return float(np.mean(list(fullest.values()))) * hours


def month_before(now: datetime) -> tuple[datetime, datetime]:
    """Return the start and the end of the last local month that is over.

    >>> from datetime import UTC
    >>> [f"{at:%F}" for at in month_before(datetime(2026, 3, 4, tzinfo=UTC))]
    ['2026-02-01', '2026-03-01']
    """
    today = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    end = today.replace(day=1)
    start = (end - timedelta(days=1)).replace(day=1)
    return start, end
