"""One line of a bill: what, how much of it, at which rate, by which clause, and its formula."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from dalgu.hub.model import JSON
from dalgu.kernel.text import Text
from dalgu.services.water.billing.tariff import Charge


class LineKind(StrEnum):
    """What a line is for."""

    BASE = "base"
    TIER = "tier"
    MINIMUM = "minimum"
    LEAK = "leak"
    REDUCTION = "reduction"
    VAT = "vat"
    ROUNDING = "rounding"
    DIFFERENCE = "difference"  # to the bill it replaces; told, no part of the sum


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line with its formula in figures; `won` is negative where it takes away.

    `charge` is `None` on lines that speak of the whole bill; `first` and `last` are the days
    it speaks of.
    """

    kind: LineKind
    charge: Charge | None
    what: Text
    first: date
    last: date
    won: int
    formula: str
    clause: str = ""
    quantity_m3: Decimal | None = None
    rate_won: Decimal | None = None

    def to_json(self) -> dict[str, JSON]:
        """Return the line as a bill keeps it: figures as text, so that none is bent."""
        kept = {
            "kind": self.kind.value,
            "charge": None if self.charge is None else self.charge.value,
            "what": {"ko": self.what.ko, "en": self.what.en},
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "won": self.won,
            "formula": self.formula,
            "clause": self.clause,
            "quantityM3": None if self.quantity_m3 is None else str(self.quantity_m3),
            "rateWon": None if self.rate_won is None else str(self.rate_won),
        }
        return {name: value for name, value in kept.items() if value is not None}


def line_from_json(kept: dict[str, JSON]) -> BillLine:
    """Return a line as a bill keeps it; the inverse of `to_json`."""
    quantity, rate = kept.get("quantityM3"), kept.get("rateWon")
    return BillLine(
        kind=LineKind(kept["kind"]),
        charge=None if "charge" not in kept else Charge(kept["charge"]),
        what=Text(kept["what"]["ko"], kept["what"]["en"]),
        first=date.fromisoformat(kept["first"]),
        last=date.fromisoformat(kept["last"]),
        won=int(kept["won"]),
        formula=kept["formula"],
        clause=kept["clause"],
        quantity_m3=None if quantity is None else Decimal(quantity),
        rate_won=None if rate is None else Decimal(rate),
    )


def total_won(lines: list[BillLine]) -> int:
    """Return what the lines add up to; the difference to another bill is no part of it."""
    return sum(line.won for line in lines if line.kind is not LineKind.DIFFERENCE)


def figure(number: Decimal | int) -> str:
    """Return a number as a bill writes it: thousands apart, no needless zeros.

    >>> figure(Decimal("1234.500")), figure(Decimal("20.000"))
    ('1,234.5', '20')
    """
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
