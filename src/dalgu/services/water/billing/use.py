"""What a meter counted on days of the same rates and terms: the pieces a bill is charged by."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from dalgu.services.water.billing.errors import UseInvalid
from dalgu.services.water.billing.tariff import Charge, Edition, Prorate, Tariff, UsageClass

LITRES_PER_M3 = 1000
LITRE_M3 = Decimal("0.001")  # widths of tiers that days have cut are rounded to the litre
ONE_DAY = timedelta(days=1)
EVERY_CHARGE = (Charge.WATER, Charge.SEWERAGE, Charge.LEVY)


@dataclass(frozen=True, slots=True)
class Terms:
    """What an account pays by: class of use, meter, households, charges, reductions."""

    usage_class: str
    diameter_mm: int
    households: int = 1
    charges: tuple[Charge, ...] = EVERY_CHARGE
    reductions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Use:
    """What one meter counted from the start of `first` to the end of `last`, in litres."""

    first: date
    last: date
    terms: Terms
    start_l: int
    end_l: int
    estimated_l: int = 0

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of one edition and the same terms, with what they are to be charged by."""

    use: Use
    edition: Edition
    usage: UsageClass
    quantity_m3: Decimal
    month_days: int
    usual_m3: Decimal | None  # of these days, where a leak is allowed for

    @property
    def households(self) -> int:
        """By how many its tiers and its minimum are widened."""
        return self.use.terms.households if self.usage.by_household else 1

    def days_of(self, amount: Decimal, by: Prorate) -> Decimal:
        """Return these days' part of a month's amount, unrounded."""
        return amount if by is Prorate.WHOLE else amount * self.use.days / self.month_days

    def width(self, m3: Decimal, households: int) -> Decimal:
        """Return a month's cubic metres for these days and households, to the litre."""
        part = self.days_of(m3 * households, self.edition.tiers_by)
        return part.quantize(LITRE_M3, ROUND_HALF_UP)

    def part(self) -> str:
        """Return these days' part of the month as a formula has it, nothing for the whole."""
        return "" if self.use.days == self.month_days else f" × {self.use.days}/{self.month_days}"

    def line_won(self, exact: Decimal) -> int:
        """Return an exact amount cut to the tariff's step of a line."""
        step = self.edition.rounding.line_won
        return int((exact / step).to_integral_value(ROUND_DOWN)) * step


def stretches(
    tariff: Tariff, month_days: int, uses: Sequence[Use], usual_m3: Decimal | None
) -> list[Stretch]:
    """Return uses as they are charged; neighbours of the same rates and terms become one.

    Raises
    ------
    UseInvalid
        When a register goes backwards, days overlap, or a use spans two editions.
    """
    return [_stretch(tariff, month_days, use, usual_m3) for use in _merged(tariff, uses)]


def _merged(tariff: Tariff, uses: Sequence[Use]) -> list[Use]:
    """Return the uses with neighbours of the same rates and terms made one."""
    if not uses:
        raise UseInvalid("it has no day")
    merged: list[Use] = []
    for use in uses:
        _check(tariff, use)
        before = merged[-1] if merged else None
        if before is not None and before.last >= use.first:
            raise UseInvalid(f"{use.first} is counted twice")
        if before is None or not _goes_on(tariff, before, use):
            merged.append(use)
            continue
        estimated_l = before.estimated_l + use.estimated_l
        merged[-1] = Use(before.first, use.last, use.terms, before.start_l, use.end_l, estimated_l)
    return merged


def _check(tariff: Tariff, use: Use) -> None:
    if use.last < use.first:
        raise UseInvalid(f"it ends on {use.last}, before it begins")
    if use.end_l < use.start_l or use.start_l < 0:
        raise UseInvalid(f"the register goes from {use.start_l} to {use.end_l} l by {use.last}")
    if use.terms.households < 1:
        raise UseInvalid("an account has at least one household")
    if tariff.edition(use.first) is not tariff.edition(use.last):
        raise UseInvalid(f"the tariff changes between {use.first} and {use.last}; split it there")


def _goes_on(tariff: Tariff, before: Use, use: Use) -> bool:
    same_rates = tariff.edition(before.first) is tariff.edition(use.first)
    is_next = before.last + ONE_DAY == use.first and before.end_l == use.start_l
    return same_rates and is_next and before.terms == use.terms


def _stretch(tariff: Tariff, month_days: int, use: Use, usual_m3: Decimal | None) -> Stretch:
    edition = tariff.edition(use.first)
    step = edition.rounding.quantity_m3
    start, end = (
        Decimal(litres) / LITRES_PER_M3 // step * step for litres in (use.start_l, use.end_l)
    )
    usual = None if usual_m3 is None else usual_m3 * use.days / month_days
    return Stretch(
        use=use,
        edition=edition,
        usage=edition.usage_class(use.terms.usage_class),
        quantity_m3=end - start,
        month_days=month_days,
        usual_m3=None if usual is None else usual.quantize(LITRE_M3, ROUND_HALF_UP),
    )
