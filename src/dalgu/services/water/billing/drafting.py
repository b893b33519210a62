"""From a month's validated hours to a draft bill, with all that is needed to make it again."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dalgu.hub.model import JSON
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.billing.charging import Charged, charge
from dalgu.services.water.billing.entities import WaterAccount, WaterBill
from dalgu.services.water.billing.errors import RegisterUnread, UseInvalid
from dalgu.services.water.billing.period import Month, TermDays, term_days
from dalgu.services.water.billing.tariff import Charge, Tariff
from dalgu.services.water.billing.use import ONE_DAY, Terms, Use
from dalgu.services.water.billing.validated import AreaMonth

LITRES_PER_M3 = 1000


@dataclass(frozen=True, slots=True)
class LeakAllowance:
    """A leak that a person allowed for: the usual use it is measured by, and why."""

    usual_m3: Decimal
    reason: str
    allowed_by: str

    def to_json(self) -> dict[str, JSON]:
        """Return it as a bill keeps it."""
        return {
            "usualM3": str(self.usual_m3),
            "reason": self.reason,
            "allowedBy": self.allowed_by,
        }


def bill_id(account: EntityId, month: Month, number: int = 1) -> EntityId:
    """Return the id of an account's bill of a month; a correction has the next number.

    >>> from dalgu.services.water.billing.period import month_of
    >>> bill_id(entity_id("WaterAccount", "a1"), month_of("2026-03"), 2)
    'urn:ngsi-ld:WaterBill:a1:2026-03:2'
    """
    local = account.split(":", 3)[-1]
    parts = (local, str(month)) if number == 1 else (local, str(month), str(number))
    return entity_id("WaterBill", *parts)


def draft(
    account: WaterAccount,
    tariff: Tariff,
    hours: AreaMonth,
    *,
    leak: LeakAllowance | None = None,
) -> WaterBill | None:
    """Return the draft of an account's month, `None` where it pays for no day of it.

    Raises
    ------
    RegisterUnread
        When no sheet tells a register that the bill needs.
    UseInvalid, TariffNotInForce, ClassNotPriced, DiameterNotPriced, ReductionNotPriced
        When account or tariff do not say what must be paid.
    """
    days = term_days(account, tariff, hours.month)
    if not days:
        return None
    uses = [use_of(account.meter, hours, one) for one in days]
    usual = None if leak is None else leak.usual_m3
    charged = charge(tariff, hours.month.days, uses, usual_m3=usual)
    return _bill(account, tariff, hours, uses, charged, leak)


def use_of(meter: EntityId | None, hours: AreaMonth, days: TermDays) -> Use:
    """Return what a meter counted on days of the same terms; raise `RegisterUnread`."""
    if meter is None or meter not in hours.row:
        raise RegisterUnread(str(meter), str(days.first))
    row = hours.row[meter]
    start, end = hours.midnight(days.first), hours.midnight(days.last) + 1
    for column, day in ((start, days.first), (end, days.last + ONE_DAY)):
        if hours.counted_l[row, column] < 0:
            raise RegisterUnread(meter, str(day))
    return Use(
        first=days.first,
        last=days.last,
        terms=days.terms,
        start_l=int(hours.counted_l[row, start]),
        end_l=int(hours.counted_l[row, end]),
        estimated_l=int(hours.estimated_l[row, start:end].sum()),
    )


def _bill(  # noqa: PLR0913 - a bill names all it stands on
    account: WaterAccount,
    tariff: Tariff,
    hours: AreaMonth,
    uses: list[Use],
    charged: Charged,
    leak: LeakAllowance | None,
) -> WaterBill:
    month = hours.month
    row = hours.row[account.meter] if account.meter is not None else 0
    first, last = uses[0].first, uses[-1].last
    registers = [
        int(hours.register_l[row, column]) / LITRES_PER_M3
        for column in (hours.midnight(first), hours.midnight(last) + 1)
    ]
    return WaterBill(
        id=bill_id(account.id, month),
        account=account.id,
        meter=account.meter,
        district=account.district,
        period=str(month),
        period_from=first.isoformat(),
        period_to=last.isoformat(),
        register_from=registers[0],
        register_to=registers[1],
        consumption=float(charged.consumption_m3),
        amount=charged.amount_won,
        lines=[line.to_json() for line in charged.lines],
        tariff=tariff.id,
        tariff_digest=tariff.digest,
        status="draft",
        evidence={
            "area": hours.manifest.area,
            "manifest": hours.manifest.digest,
            "days": len(hours.manifest.sheets),
            "monthDays": month.days,
            "uses": [use_to_json(use) for use in uses],
        },
        estimated_share=round(float(charged.estimated_share), 6),
        leak_allowance=None if leak is None else leak.to_json(),
        origin=account.origin,
    )


def use_to_json(use: Use) -> dict[str, JSON]:
    """Return a use with its terms as the evidence of a bill keeps it."""
    return {
        "first": use.first.isoformat(),
        "last": use.last.isoformat(),
        "startL": use.start_l,
        "endL": use.end_l,
        "estimatedL": use.estimated_l,
        "usageClass": use.terms.usage_class,
        "diameterMm": use.terms.diameter_mm,
        "households": use.terms.households,
        "charges": [one.value for one in use.terms.charges],
        "reductions": list(use.terms.reductions),
    }


def use_from_json(kept: dict[str, JSON]) -> Use:
    """Return a use as the evidence keeps it; raise `UseInvalid` for anything else."""
    try:
        terms = Terms(
            usage_class=str(kept["usageClass"]),
            diameter_mm=int(kept["diameterMm"]),
            households=int(kept["households"]),
            charges=tuple(Charge(name) for name in kept["charges"]),
            reductions=tuple(kept["reductions"]),
        )
        return Use(
            first=date.fromisoformat(kept["first"]),
            last=date.fromisoformat(kept["last"]),
            terms=terms,
            start_l=int(kept["startL"]),
            end_l=int(kept["endL"]),
            estimated_l=int(kept["estimatedL"]),
        )
    except (KeyError, TypeError, ValueError):
        raise UseInvalid("the evidence of the bill is damaged") from None
