"""The month a bill is for, and which terms an account had on which of its days."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dalgu.services.water.billing.entities import WaterAccount
from dalgu.services.water.billing.errors import PeriodInvalid, UseInvalid
from dalgu.services.water.billing.tariff import Charge, Tariff
from dalgu.services.water.billing.use import EVERY_CHARGE, Terms

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of local days."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    def before(self, months: int = 1) -> "Month":
        """Return the month so many months before."""
        index = self.first.year * 12 + self.first.month - 1 - months
        return _month(index // 12, index % 12 + 1)


@dataclass(frozen=True, slots=True)
class TermDays:
    """Days on which rates and terms stay the same."""

    first: date
    last: date
    terms: Terms


def month_of(text: str, today: date | None = None) -> Month:
    """Return a month; raise `PeriodInvalid` when it is none, or not over by `today`.

    >>> month_of("2024-02").days
    29
    """
    match = _MONTH.fullmatch(text)
    if match is None:
        raise PeriodInvalid(text)
    month = _month(int(match[1]), int(match[2]))
    if today is not None and month.last >= today:
        raise PeriodInvalid(text)
    return month


def term_days(account: WaterAccount, tariff: Tariff, month: Month) -> list[TermDays]:
    """Return the days of a month an account pays for, split where terms or rates change.

    Raises
    ------
    UseInvalid
        When the account does not say what it pays by.
    TariffNotInForce
        When a day has no rates.
    """
    first = max(month.first, _day(account, account.opened_on) or month.first)
    last = min(month.last, _day(account, account.closed_on) or month.last)
    if last < first:
        return []
    found = []
    for start, end, terms in _terms(account, first, last):
        found += [TermDays(a, b, terms) for a, b, _ in tariff.stretches(start, end)]
    return found


def _terms(account: WaterAccount, first: date, last: date) -> list[tuple[date, date, Terms]]:
    found = []
    earlier = account.earlier_terms if isinstance(account.earlier_terms, list) else []
    for past in sorted(earlier, key=lambda past: str(past.get("until"))):
        until = _day(account, past.get("until"))
        if until is not None and first <= until:
            found.append((first, min(until, last), _past_terms(account, past)))
            first = until + ONE_DAY
        if last < first:
            return found
    return [*found, (first, last, _present_terms(account))]


def _present_terms(account: WaterAccount) -> Terms:
    if account.usage_class is None or account.diameter is None:
        raise UseInvalid(f"account {account.id} has no class of use or no diameter")
    return Terms(
        usage_class=account.usage_class,
        diameter_mm=round(account.diameter),
        households=account.households or 1,
        charges=_charges(account.id, account.charges),
        reductions=tuple(account.reductions or ()),
    )


def _past_terms(account: WaterAccount, past: dict[str, Any]) -> Terms:
    now = _present_terms(account)
    try:
        return Terms(
            usage_class=str(past.get("usageClass", now.usage_class)),
            diameter_mm=round(float(past.get("diameter", now.diameter_mm))),
            households=int(past.get("households", now.households)),
            charges=_charges(account.id, past.get("charges", [*now.charges])),
            reductions=tuple(past.get("reductions", now.reductions)),
        )
    except (TypeError, ValueError):
        raise UseInvalid(f"earlier terms of {account.id} are no terms") from None


def _charges(account: str, names: list[str] | None) -> tuple[Charge, ...]:
    if names is None:
        return EVERY_CHARGE
    try:
        return tuple(one for one in EVERY_CHARGE if one in {Charge(name) for name in names})
    except ValueError:
        raise UseInvalid(f"account {account} names a charge that does not exist") from None


def _day(account: WaterAccount, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UseInvalid(f"'{text[:20]}' of account {account.id} is no day") from None


def _month(year: int, month: int) -> Month:
    return Month(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
