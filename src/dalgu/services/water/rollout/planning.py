"""Which area next: the won a roll-out saves against the won it costs, until the money is spent.

A ranking by benefit over cost, as far as the budget reaches; each figure stands beside the
rank, so that a reader can disagree with an assumption and see what changes.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from math import ceil

import msgspec

DAYS = 365
MONTHS = 12
METERS_PER_GATEWAY = 2_000  # a day's frame each at mixed data rates, with room for repeats


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number that the plan stands on, and where it comes from."""

    value: float
    ko: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class Area:
    """What is known of one area; `remote` meters are read already."""

    key: str
    connections: int
    remote: int
    unread_share: float
    losses_m3d: float
    covered_share: float

    @property
    def missing(self) -> int:
        """Connections without remote reading."""
        return max(self.connections - self.remote, 0)


@dataclass(frozen=True, slots=True)
class Planned:
    """One area with its figures in won; `year` of the roll-out, 0 where the money ends before."""

    area: Area
    terminals_won: int
    gateways: int
    gateways_won: int
    leakage_won_y: int
    unread_won_y: int
    reading_won_y: int
    year: int = 0

    @property
    def cost_won(self) -> int:
        """All that is spent once."""
        return self.terminals_won + self.gateways_won

    @property
    def saved_won_y(self) -> int:
        """All that is saved or earned in a year."""
        return self.leakage_won_y + self.unread_won_y + self.reading_won_y

    @property
    def ratio(self) -> float:
        """Won saved in a year for each won spent; 0 where nothing is left to do."""
        return self.saved_won_y / self.cost_won if self.cost_won else 0.0

    @property
    def payback_y(self) -> float | None:
        """Years until it has paid for itself; `None` where it never does."""
        return self.cost_won / self.saved_won_y if self.saved_won_y > 0 else None


@cache
def assumptions() -> dict[str, Assumption]:
    """Return the shipped assumptions by name."""
    text = resources.files(__package__).joinpath("assumptions.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Assumption])


def plan(
    areas: Sequence[Area],
    budget_won_y: int,
    assumed: dict[str, Assumption] | None = None,
) -> list[Planned]:
    """Return the areas in the order in which they are fitted out, with the year of each.

    Parameters
    ----------
    areas
        All that are looked at; those without a missing meter come last, at no cost.
    budget_won_y
        Won that may be spent in each year; what a year leaves is spent in the next.
    assumed
        Numbers to stand on, the shipped ones by default.
    """
    known = assumptions() if assumed is None else assumed
    figures = sorted((_figures(area, known) for area in areas), key=_order)
    planned, spent = [], 0
    years = int(known["years"].value)
    for one in figures:
        spent += one.cost_won
        year = ceil(spent / budget_won_y) if budget_won_y > 0 and one.cost_won else 0
        planned.append(replace(one, year=year if year <= years else 0))
    return planned


def _order(one: Planned) -> tuple[float, str]:
    return -one.ratio, one.area.key


def _figures(area: Area, known: dict[str, Assumption]) -> Planned:
    value = {name: one.value for name, one in known.items()}
    uncovered = area.missing * (1 - area.covered_share)
    gateways = ceil(uncovered / METERS_PER_GATEWAY)
    unread = area.missing * area.unread_share
    share = area.missing / area.connections if area.connections else 0.0
    return Planned(
        area=area,
        terminals_won=round(area.missing * value["terminal_won"]),
        gateways=gateways,
        gateways_won=round(gateways * value["gateway_won"]),
        leakage_won_y=round(
            area.losses_m3d * share * DAYS * value["found_share"] * value["water_won_m3"]
        ),
        unread_won_y=round(unread * value["unread_m3"] * MONTHS * value["tariff_won_m3"]),
        reading_won_y=round(area.missing * value["reads_per_year"] * value["read_won"]),
    )
