"""From what a meter counted to won: tiers, days, households, leak, reductions, rounding.

Pure and exact: Decimal in, whole won out, nothing rounded but where the tariff says so. A
month in which the tariff or the account changes is charged stretch by stretch, base fee and
widths of the tiers by days (일할). Registers are cut to whole steps before they are
subtracted, so that no litre is billed twice or lost between two bills.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dalgu.kernel.text import Text
from dalgu.services.water.billing.errors import ReductionNotPriced
from dalgu.services.water.billing.lines import BillLine, LineKind, figure, total_won
from dalgu.services.water.billing.tariff import (
    Charge,
    LeakMethod,
    Prorate,
    ReductionKind,
    Tariff,
    UsageClass,
)
from dalgu.services.water.billing.use import EVERY_CHARGE, Stretch, Use, stretches
from dalgu.services.water.billing.words import CHARGES, LINES


@dataclass(frozen=True, slots=True)
class Charged:
    """A bill as thought: its lines, their sum, and what they speak of."""

    lines: list[BillLine]
    amount_won: int
    consumption_m3: Decimal
    estimated_share: Decimal  # 0 to 1, of the litres


def charge(
    tariff: Tariff, month_days: int, uses: Sequence[Use], *, usual_m3: Decimal | None = None
) -> Charged:
    """Return the bill of one account and month.

    Parameters
    ----------
    tariff
        Its editions hold for the days.
    month_days
        Days of the whole month, by which fees and tiers are cut.
    uses
        What was counted, oldest first, split where the tariff or the terms change; splits
        where nothing changes make no difference.
    usual_m3
        Usual use of a whole month, where the tariff's leak allowance is to be given.

    Raises
    ------
    UseInvalid
        When a register goes backwards, days overlap, or a use spans two editions.
    TariffNotInForce, ClassNotPriced, DiameterNotPriced, ReductionNotPriced
        When the tariff does not say what must be paid.
    """
    pieces = stretches(tariff, month_days, uses, usual_m3)
    lines: list[BillLine] = []
    for one in EVERY_CHARGE:
        lines += _charge_lines(one, pieces)
    lines += _vat(pieces[-1], lines)
    step = pieces[-1].edition.rounding.total_won
    lines += _cut(lines, step, None, pieces)
    litres = sum(use.end_l - use.start_l for use in uses)
    estimated_l = sum(use.estimated_l for use in uses)
    return Charged(
        lines=lines,
        amount_won=total_won(lines),
        consumption_m3=sum((piece.quantity_m3 for piece in pieces), Decimal(0)),
        estimated_share=Decimal(min(estimated_l, litres)) / litres if litres else Decimal(0),
    )


def _charge_lines(charge: Charge, pieces: list[Stretch]) -> list[BillLine]:
    lines: list[BillLine] = []
    for stretch in pieces:
        if charge not in stretch.use.terms.charges:
            continue
        own = _use_lines(stretch, charge)
        if charge is Charge.WATER:
            own = [*_base(stretch, is_last=stretch is pieces[-1]), *own]
            own += _minimum(stretch, own)
        lines += own
        for name in stretch.use.terms.reductions:
            lines += _reduction(stretch, charge, name, lines)
    if lines:
        lines += _cut(lines, pieces[-1].edition.rounding.charge_won, charge, pieces)
    return lines


def _base(stretch: Stretch, *, is_last: bool) -> list[BillLine]:
    """Return the base fee; where it is not cut by days, the last stretch bears it whole."""
    edition, use = stretch.edition, stretch.use
    fee = edition.base_fee(use.terms.diameter_mm)
    by_days = edition.base_fee_by is Prorate.DAYS
    if not by_days and not is_last:
        return []
    won = stretch.line_won(stretch.days_of(Decimal(fee), edition.base_fee_by))
    formula = f"{use.terms.diameter_mm} mm: {figure(fee)}{stretch.part() if by_days else ''}"
    line = BillLine(
        kind=LineKind.BASE,
        charge=Charge.WATER,
        what=LINES[LineKind.BASE],
        first=use.first,
        last=use.last,
        won=won,
        formula=f"{formula} = {figure(won)}",
        clause=edition.base_fee_clause,
    )
    return [line]


def _use_lines(stretch: Stretch, charge: Charge) -> list[BillLine]:
    """Return what the cubic metres cost, with a leak allowed for where there is one."""
    rule, usual = stretch.edition.leak, stretch.usual_m3
    leaked = Decimal(0) if usual is None else stretch.quantity_m3 - usual
    if rule is None or usual is None or leaked <= 0 or charge not in rule.charges:
        return _tiers(stretch, charge, stretch.quantity_m3)
    if rule.method is LeakMethod.FIRST_TIER:
        lines = _tiers(stretch, charge, usual)
        return [*lines, *_leak_at_first_tier(stretch, charge, leaked)]
    lines, as_usual = (_tiers(stretch, charge, m3) for m3 in (stretch.quantity_m3, usual))
    above = total_won(lines) - total_won(as_usual)
    off = stretch.line_won(above * (1 - rule.share_charged))
    formula = (
        f"({figure(total_won(lines))} − {figure(total_won(as_usual))}) "
        f"× {figure(1 - rule.share_charged)} = {figure(off)}"
    )
    return [*lines, _line(stretch, charge, LineKind.LEAK, -off, formula, rule.clause)]


def _leak_at_first_tier(stretch: Stretch, charge: Charge, leaked_m3: Decimal) -> list[BillLine]:
    rule, tiers = stretch.edition.leak, stretch.usage.tiers(charge)
    if rule is None or not tiers:
        return []
    rate = tiers[0].rate_won
    won = stretch.line_won(leaked_m3 * rule.share_charged * rate)
    formula = (
        f"{figure(leaked_m3)} m³ × {figure(rule.share_charged)} × {figure(rate)} = {figure(won)}"
    )
    return [_line(stretch, charge, LineKind.LEAK, won, formula, rule.clause)]


def _tiers(stretch: Stretch, charge: Charge, quantity_m3: Decimal) -> list[BillLine]:
    """Return the tier lines of a quantity; of a mixed use, the homes' part before the rest."""
    mixed = stretch.usage.mixed
    if mixed is None or charge is Charge.LEVY:  # which is one rate for all water
        return _class_tiers(stretch, charge, stretch.usage, quantity_m3)
    home = stretch.edition.usage_class(mixed.as_class)
    at_home_m3 = min(
        quantity_m3, stretch.width(mixed.m3_per_household, stretch.use.terms.households)
    )
    return [
        *_class_tiers(stretch, charge, home, at_home_m3),
        *_class_tiers(stretch, charge, stretch.usage, quantity_m3 - at_home_m3),
    ]


def _class_tiers(
    stretch: Stretch, charge: Charge, usage: UsageClass, quantity_m3: Decimal
) -> list[BillLine]:
    households = stretch.use.terms.households if usage.by_household else 1
    lines = []
    for number, tier in enumerate(usage.tiers(charge), start=1):
        start = stretch.width(tier.over_m3, households)
        end = quantity_m3
        if tier.to_m3 is not None:
            end = min(end, stretch.width(tier.to_m3, households))
        if end <= start:
            continue
        m3 = end - start
        won = stretch.line_won(m3 * tier.rate_won)
        lines.append(
            BillLine(
                kind=LineKind.TIER,
                charge=charge,
                what=_tier_name(charge, usage, number),
                first=stretch.use.first,
                last=stretch.use.last,
                won=won,
                formula=f"{figure(m3)} m³ × {figure(tier.rate_won)} = {figure(won)}",
                clause=usage.clause,
                quantity_m3=m3,
                rate_won=tier.rate_won,
            )
        )
    return lines


def _tier_name(charge: Charge, usage: UsageClass, number: int) -> Text:
    of_charge, tier = CHARGES[charge], LINES[LineKind.TIER]
    ko = f"{of_charge.ko} {usage.name.ko}"
    en = f"{of_charge.en}, {usage.name.en.lower()}"
    if len(usage.tiers(charge)) == 1:
        return Text(ko, en)
    return Text(f"{ko} {number}{tier.ko}", f"{en}, {tier.en} {number}")


def _minimum(stretch: Stretch, lines: list[BillLine]) -> list[BillLine]:
    households = stretch.households
    whole = stretch.usage.minimum_won * households
    least = stretch.line_won(stretch.days_of(whole, Prorate.DAYS))
    missing = least - total_won(lines)
    if missing <= 0:
        return []
    formula = (
        f"{figure(stretch.usage.minimum_won)} × {households}{stretch.part()} "
        f"− {figure(total_won(lines))} = {figure(missing)}"
    )
    clause = stretch.usage.clause
    return [_line(stretch, Charge.WATER, LineKind.MINIMUM, missing, formula, clause)]


def _reduction(
    stretch: Stretch, charge: Charge, name: str, before: list[BillLine]
) -> list[BillLine]:
    """Return what a reduction takes off a charge; never more than is there."""
    known = stretch.edition.reductions
    if name not in known:
        raise ReductionNotPriced(name, tuple(known))
    rule = known[name]
    if charge not in rule.charges:
        return []
    own = [line for line in before if line.first == stretch.use.first]
    if rule.kind is ReductionKind.SHARE:
        off = stretch.line_won(total_won(own) * rule.amount)
        formula = f"{figure(total_won(own))} × {figure(rule.amount)} = {figure(off)}"
    else:
        free_m3 = min(stretch.quantity_m3, stretch.width(rule.amount, 1))
        off = total_won(_tiers(stretch, charge, free_m3))
        formula = f"{figure(free_m3)} m³ = {figure(off)}"
    off = min(off, total_won(own))
    if off <= 0:
        return []
    line = _line(stretch, charge, LineKind.REDUCTION, -off, formula, rule.clause)
    name_of = rule.name.text
    what = Text(f"{line.what.ko}: {name_of.ko}", f"{line.what.en}: {name_of.en}")
    return [
        BillLine(line.kind, charge, what, line.first, line.last, line.won, formula, rule.clause)
    ]


def _vat(stretch: Stretch, lines: list[BillLine]) -> list[BillLine]:
    """Return value-added tax on the water charge, where the tariff has one."""
    share = stretch.edition.vat_share
    water = total_won([line for line in lines if line.charge is Charge.WATER])
    won = stretch.line_won(water * share)
    if won <= 0:
        return []
    formula = f"{figure(water)} × {figure(share)} = {figure(won)}"
    return [_line(stretch, None, LineKind.VAT, won, formula, stretch.edition.vat_clause)]


def _cut(
    lines: list[BillLine], step: int, charge: Charge | None, pieces: list[Stretch]
) -> list[BillLine]:
    """Return the line that cuts a sum down to whole steps, none where it is whole."""
    whole = total_won(lines)
    cut = whole % step
    if not cut:
        return []
    formula = f"{figure(whole)} → {figure(whole - cut)}"
    clause = pieces[-1].edition.rounding.clause
    line = _line(pieces[-1], charge, LineKind.ROUNDING, -cut, formula, clause)
    first = pieces[0].use.first
    return [BillLine(line.kind, charge, line.what, first, line.last, -cut, formula, clause)]


def _line(  # noqa: PLR0913 - a line of a bill has as many parts
    stretch: Stretch, charge: Charge | None, kind: LineKind, won: int, formula: str, clause: str
) -> BillLine:
    name, of_charge = LINES[kind], None if charge is None else CHARGES[charge]
    what = name
    if of_charge is not None:
        what = Text(f"{of_charge.ko} {name.ko}", f"{of_charge.en}: {name.en}")
    return BillLine(kind, charge, what, stretch.use.first, stretch.use.last, won, formula, clause)
