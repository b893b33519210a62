"""Tariffs as data: who pays what for a cubic metre, since when, by which clause.

A tariff is a TOML file of editions, one for each change of the rates. All figures are Decimal:
a levy of 117.5 won is written as text. What cannot be a tariff is refused by name at loading,
so that charging may trust it.
"""

import re
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise

import msgspec

from dalgu.kernel.text import Text
from dalgu.kernel.toml import read_toml
from dalgu.services.water.billing.errors import (
    ClassNotPriced,
    DiameterNotPriced,
    EditionsApart,
    EditionsOverlap,
    TariffInvalid,
    TariffNotInForce,
    TiersApart,
    TiersOverlap,
)

LARGEST_TARIFF_BYTES = 1_000_000
ONE_DAY = timedelta(days=1)
_ID = re.compile(r"[a-z0-9-]{1,60}")


class Charge(StrEnum):
    """What a bill is made of; each is rounded for itself."""

    WATER = "water"
    SEWERAGE = "sewerage"
    LEVY = "levy"


class Prorate(StrEnum):
    """What is taken by days where only a part of the month counts."""

    DAYS = "days"  # 일할: as many of the month's days
    WHOLE = "whole"  # the whole month's, however few the days


class LeakMethod(StrEnum):
    """How water that leaked is charged."""

    SHARE = "share"  # the charge of what is above the usual is reduced to a share
    FIRST_TIER = "first-tier"  # the charged share of what is above costs the first tier's rate


class ReductionKind(StrEnum):
    """How a reduction is counted."""

    VOLUME = "volume"  # the first cubic metres of the month are free
    SHARE = "share"  # a share of the charge


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a table of a tariff file has in common: no word it does not know."""


class Words(Struct, frozen=True):
    """A phrase in Korean and English."""

    ko: str
    en: str

    @property
    def text(self) -> Text:
        """The phrase as pages say it."""
        return Text(self.ko, self.en)


class Tier(Struct, frozen=True):
    """What a cubic metre costs above `over_m3` up to `to_m3` a month and household."""

    over_m3: Decimal
    rate_won: Decimal
    to_m3: Decimal | None = None


class Mixed(Struct, frozen=True):
    """A home and a business on one meter: so much for each household at a home's rates."""

    as_class: str
    m3_per_household: Decimal


class UsageClass(Struct, frozen=True):
    """One class of use with its rates; a charge without tiers is not levied."""

    name: Words
    clause: str
    water: tuple[Tier, ...] = ()
    sewerage: tuple[Tier, ...] = ()
    levy_won: Decimal = Decimal(0)
    minimum_won: Decimal = Decimal(0)  # of the water charge, a month and household
    by_household: bool = False  # 가구분할: tiers are as wide as there are households
    mixed: Mixed | None = None

    def tiers(self, charge: Charge) -> tuple[Tier, ...]:
        """Return the tiers of a charge; the levy is one rate for all."""
        if charge is Charge.LEVY:
            return (Tier(Decimal(0), self.levy_won),) if self.levy_won else ()
        return self.water if charge is Charge.WATER else self.sewerage


class Reduction(Struct, frozen=True):
    """What some customers need not pay."""

    name: Words
    kind: ReductionKind
    amount: Decimal  # m³ a month, or a share 0 to 1
    charges: tuple[Charge, ...]
    clause: str


class LeakRule(Struct, frozen=True):
    """옥내누수 감면: what of a hidden leak is not charged."""

    method: LeakMethod
    share_charged: Decimal
    charges: tuple[Charge, ...]
    mean_months: int  # the usual is the mean of so many bills before
    most_months: int  # in twelve
    clause: str


class Rounding(Struct, frozen=True):
    """What is cut off: all of it downwards (국고금 관리법 제47조, 10원 미만 절사)."""

    quantity_m3: Decimal = Decimal(1)
    line_won: int = 1
    charge_won: int = 1
    total_won: int = 10
    clause: str = ""


class Edition(Struct, frozen=True):
    """The rates of one stretch of time."""

    effective_from: date
    source: str
    standing: str  # verified, recalled, example
    base_fee_won: dict[str, int]  # by nominal diameter in mm
    classes: dict[str, UsageClass]
    base_fee_clause: str = ""
    effective_to: date | None = None
    base_fee_by: Prorate = Prorate.DAYS
    tiers_by: Prorate = Prorate.DAYS
    rounding: Rounding = Rounding()
    reductions: dict[str, Reduction] = {}
    leak: LeakRule | None = None
    vat_share: Decimal = Decimal(0)
    vat_clause: str = ""

    def usage_class(self, name: str) -> UsageClass:
        """Return a class of use; raise `ClassNotPriced`."""
        if name not in self.classes:
            raise ClassNotPriced(name, tuple(self.classes))
        return self.classes[name]

    def base_fee(self, diameter_mm: int) -> int:
        """Return the base fee of a month in won; raise `DiameterNotPriced`."""
        fee = self.base_fee_won.get(str(diameter_mm))
        if fee is None:
            raise DiameterNotPriced(diameter_mm, tuple(self.base_fee_won))
        return fee


def is_tariff_id(name: str) -> bool:
    """Tell whether a text can be the id of a tariff."""
    return _ID.fullmatch(name) is not None


class _File(Struct, frozen=True):
    id: str
    title: Words
    note: Words
    editions: tuple[Edition, ...]


class Tariff(msgspec.Struct, frozen=True):
    """A tariff with the bytes it was read from, whose SHA-256 names this very version."""

    id: str
    title: Text
    note: Text
    editions: tuple[Edition, ...]
    body: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the file."""
        return sha256(self.body).hexdigest()

    def edition(self, day: date) -> Edition:
        """Return the rates of a day; raise `TariffNotInForce`."""
        for edition in reversed(self.editions):
            if edition.effective_from <= day and (
                edition.effective_to is None or day <= edition.effective_to
            ):
                return edition
        raise TariffNotInForce(self.id, str(day))

    def stretches(self, first: date, last: date) -> list[tuple[date, date, Edition]]:
        """Return the editions of the days from `first` to `last`, each with its days."""
        found = []
        while first <= last:
            edition = self.edition(first)
            later = [e.effective_from for e in self.editions if e.effective_from > first]
            ends = [day - ONE_DAY for day in later]
            ends += [edition.effective_to] if edition.effective_to else []
            end = min([*ends, last])
            found.append((first, end, edition))
            first = end + ONE_DAY
        return found


def read_tariff(body: bytes) -> Tariff:
    """Return a tariff from the bytes of its file.

    Raises
    ------
    TariffInvalid
        When it is no TOML, too large, or a field is wrong or unknown.
    TiersOverlap, TiersApart, EditionsOverlap, EditionsApart
        When a cubic metre or a day would have two rates, or none.
    """
    if len(body) > LARGEST_TARIFF_BYTES:
        raise TariffInvalid(f"it has {len(body)} bytes; {LARGEST_TARIFF_BYTES} are the most")
    try:
        file = msgspec.convert(read_toml(body.decode("utf-8")), _File, strict=False)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as broken:
        raise TariffInvalid(str(broken)) from None
    if not is_tariff_id(file.id):
        raise TariffInvalid(f"its id '{file.id[:40]}' is not made of a-z, 0-9 and '-'")
    _check_editions(file)
    for edition in file.editions:
        _check_edition(file.id, edition)
    return Tariff(file.id, file.title.text, file.note.text, file.editions, body)


def _check_editions(file: _File) -> None:
    if not file.editions:
        raise TariffInvalid("it has no edition")
    for before, after in pairwise(file.editions):
        if after.effective_from <= (before.effective_to or before.effective_from):
            raise EditionsOverlap(file.id, str(after.effective_from))
        if before.effective_to and before.effective_to + ONE_DAY < after.effective_from:
            raise EditionsApart(file.id, str(before.effective_to), str(after.effective_from))


def _check_edition(tariff: str, edition: Edition) -> None:
    where = f"{tariff} {edition.effective_from}"
    if edition.effective_to is not None and edition.effective_to < edition.effective_from:
        raise TariffInvalid(f"the edition of {edition.effective_from} ends before it begins")
    if not edition.base_fee_won or not all(mm.isdigit() for mm in edition.base_fee_won):
        raise TariffInvalid(f"'base_fee_won' of {where} must name diameters in mm")
    for name, usage in edition.classes.items():
        for charge in Charge:
            _check_tiers(f"{where} {name} {charge}", usage.tiers(charge))
        if usage.mixed is not None:
            edition.usage_class(usage.mixed.as_class)
    _check_amounts(where, edition)


def _check_tiers(where: str, tiers: tuple[Tier, ...]) -> None:
    if not tiers:
        return
    if tiers[0].over_m3 != 0 or tiers[-1].to_m3 is not None:
        raise TiersApart(where, "the first must begin at 0 and the last have no end")
    for before, after in pairwise(tiers):
        if before.to_m3 is None or after.over_m3 < before.to_m3:
            raise TiersOverlap(where, str(after.over_m3))
        if after.over_m3 > before.to_m3:
            raise TiersApart(where, f"nothing is said of {before.to_m3} to {after.over_m3} m³")
        if after.to_m3 is not None and after.to_m3 <= after.over_m3:
            raise TiersOverlap(where, str(after.to_m3))


def _check_amounts(where: str, edition: Edition) -> None:
    figures = [Decimal(fee) for fee in edition.base_fee_won.values()]
    for usage in edition.classes.values():
        figures += [usage.minimum_won, usage.levy_won]
        figures += [tier.rate_won for charge in Charge for tier in usage.tiers(charge)]
    if not all(figure.is_finite() and figure >= 0 for figure in figures):
        raise TariffInvalid(f"a rate of {where} is no amount of won")
    shares = [one.amount for one in edition.reductions.values() if one.kind == "share"]
    shares += [edition.leak.share_charged] if edition.leak else []
    if not all(0 <= share <= 1 for share in [*shares, edition.vat_share]):
        raise TariffInvalid(f"a share of {where} is not between 0 and 1")
    rounding = edition.rounding
    steps = (rounding.quantity_m3, rounding.line_won, rounding.charge_won, rounding.total_won)
    if not all(step > 0 for step in steps):
        raise TariffInvalid(f"a step of rounding of {where} is not above 0")
