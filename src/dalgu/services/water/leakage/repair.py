"""The order of repairs: won that a repair saves against won that it costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec

from dalgu.kernel.toml import read_toml

HOURS_PER_DAY = 24


class DiameterCost(msgspec.Struct, frozen=True):
    """What a repair of a pipe up to a diameter costs."""

    up_to_mm: float
    won: int
    source: str


class RepairPrices(msgspec.Struct, frozen=True):
    """The figures of `repair.toml`, each beside its source."""

    marginal_won_per_m3: int
    marginal_source: str
    search_won: int
    search_source: str
    dry_hole_share: float
    dry_hole_source: str
    horizon_days: int
    horizon_source: str
    diameters: tuple[DiameterCost, ...]

    def repair_won(self, diameter_mm: float) -> int:
        """Return what a repair costs; a pipe wider than all takes the price of the widest."""
        fitting = [price.won for price in self.diameters if diameter_mm <= price.up_to_mm]
        return fitting[0] if fitting else self.diameters[-1].won


@dataclass(frozen=True, slots=True)
class Candidate:
    """A leak that might be repaired; `certainty` is 0 to 1 that it is within a crew's walk."""

    id: str
    flow_m3h: float
    certainty: float
    diameter_mm: float


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair in its place of the order; won are expected values.

    `saved_won_per_day` once it is repaired, `cost_won` of the search and the digging,
    `payback_days` until one has paid for the other.
    """

    id: str
    priority: int
    saved_won_per_day: int
    cost_won: int
    payback_days: float
    pays: bool


@cache
def prices() -> RepairPrices:
    """Return the prices that ship with the service."""
    text = Path(__file__).with_name("repair.toml").read_text("utf-8")
    return msgspec.convert(read_toml(text), RepairPrices)


def repair_order(candidates: Iterable[Candidate], price: RepairPrices) -> list[Repair]:
    """Return the repairs, those first that pay for themselves soonest.

    A repair pays where what it saves within the horizon is more than it costs. Where nothing
    is found, with the chance that the certainty leaves, a dry hole is paid for and nothing saved.

    Examples
    --------
    >>> leak = Candidate("a", flow_m3h=10.0, certainty=1.0, diameter_mm=100)
    >>> repair_order([leak], prices())[0].saved_won_per_day  # 240 m³ at 433 won
    103920

    """
    judged = [(*_judged(candidate, price), candidate.id) for candidate in candidates]
    ordered = sorted(judged, key=lambda one: (_payback(one[0], one[1]), one[2]))
    return [
        Repair(
            id=name,
            priority=place,
            saved_won_per_day=saved,
            cost_won=cost,
            payback_days=_payback(saved, cost),
            pays=saved * price.horizon_days > cost,
        )
        for place, (saved, cost, name) in enumerate(ordered, start=1)
    ]


def _judged(candidate: Candidate, price: RepairPrices) -> tuple[int, int]:
    """Return won saved a day and won spent, both expected."""
    sure = min(max(candidate.certainty, 0.0), 1.0)
    lost_m3 = max(candidate.flow_m3h, 0.0) * HOURS_PER_DAY
    repair = price.repair_won(candidate.diameter_mm)
    digging = repair * (sure + (1 - sure) * price.dry_hole_share)
    return round(lost_m3 * price.marginal_won_per_m3 * sure), round(price.search_won + digging)


def _payback(saved_won_per_day: int, cost_won: int) -> float:
    return cost_won / saved_won_per_day if saved_won_per_day > 0 else float("inf")
