"""What similar households of a district use in a month: a median, never of fewer than ten."""

from collections import defaultdict
from dataclasses import dataclass, field
from statistics import median

from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.billing.entities import TypicalWaterUse, WaterAccount, WaterBill
from dalgu.services.water.billing.period import Month

FEWEST = 10  # below, a median would speak of a few neighbours


def typical_id(district: str, usage_class: str, month: Month) -> EntityId:
    """Return the id of a district's typical use of a month.

    >>> from dalgu.services.water.billing.period import month_of
    >>> typical_id("2771031000", "household", month_of("2026-03"))
    'urn:ngsi-ld:TypicalWaterUse:2771031000:household:2026-03'
    """
    return entity_id("TypicalWaterUse", district, usage_class, str(month))


@dataclass(slots=True)
class Peers:
    """What the single households of each district and class used in a whole month, in m³."""

    month: Month
    uses_m3: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(self, account: WaterAccount, bill: WaterBill) -> None:
        """Count an account in, where it is one household that was billed for the whole month."""
        is_whole = bill.period_from == self.month.first.isoformat()
        is_whole &= bill.period_to == self.month.last.isoformat()
        if not is_whole or (account.households or 1) > 1 or bill.consumption is None:
            return
        if account.district is not None and account.usage_class is not None:
            self.uses_m3[account.district, account.usage_class].append(bill.consumption)

    def typical(self) -> list[TypicalWaterUse]:
        """Return the median of each group of at least `FEWEST`."""
        return [
            TypicalWaterUse(
                id=typical_id(district, usage_class, self.month),
                district=district,
                usage_class=usage_class,
                period=str(self.month),
                median_use=round(median(uses), 3),
                account_count=len(uses),
            )
            for (district, usage_class), uses in self.uses_m3.items()
            if len(uses) >= FEWEST
        ]
