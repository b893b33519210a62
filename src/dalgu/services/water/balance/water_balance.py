"""The water balance of IWA and AWWA: where all the water that entered an area went.

Alegre et al., *Performance Indicators for Water Supply Services*, 3rd ed., IWA Publishing,
2016; AWWA Manual M36, 4th ed., 2016. System input is authorised consumption plus losses;
losses are apparent (counted wrong, taken) and real (leaked). Each figure carries its 95 %
limits, errors taken as independent (M36, appendix A).
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import hypot

import msgspec


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share of another figure of the balance, with the half-width of its 95 % interval."""

    ko: str
    en: str
    share: float
    of: str
    limit: float
    source: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A volume in m³ with the half-width of its 95 % interval."""

    m3: float
    limit_m3: float = 0.0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.m3 + other.m3, hypot(self.limit_m3, other.limit_m3))

    def __sub__(self, other: "Figure") -> "Figure":
        return Figure(self.m3 - other.m3, hypot(self.limit_m3, other.limit_m3))


@dataclass(frozen=True, slots=True)
class Supplied:
    """What is measured in a period, m³; `unbilled_metered` is counted and given away."""

    system_input: float
    billed_metered: float
    billed_unmetered: float = 0.0
    unbilled_metered: float = 0.0


@dataclass(frozen=True, slots=True)
class WaterBalance:
    """The standard table, top to bottom."""

    system_input: Figure
    billed: Figure
    unbilled_metered: Figure
    unbilled_unmetered: Figure
    authorised: Figure
    unauthorised: Figure
    under_registration: Figure
    data_handling: Figure
    apparent_losses: Figure
    real_losses: Figure
    losses: Figure
    non_revenue: Figure

    @property
    def revenue_water_ratio(self) -> float:
        """Billed share of the system input (유수율), 0 to 1; NaN where nothing entered."""
        return self.billed.m3 / self.system_input.m3 if self.system_input.m3 > 0 else float("nan")


@cache
def assumptions() -> dict[str, Assumption]:
    """Return the shipped assumptions by name."""
    text = resources.files(__package__).joinpath("assumptions.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Assumption])


def water_balance(supplied: Supplied, assumed: dict[str, Assumption] | None = None) -> WaterBalance:
    """Return the balance of a period.

    Examples
    --------
    >>> balance = water_balance(Supplied(system_input=1000.0, billed_metered=800.0))
    >>> round(balance.real_losses.m3, 2), balance.revenue_water_ratio
    (177.5, 0.8)

    """
    assumed = assumptions() if assumed is None else assumed
    metered = supplied.billed_metered + supplied.unbilled_metered
    billed_m3 = supplied.billed_metered + supplied.billed_unmetered
    bases = {"system_input": supplied.system_input, "billed": billed_m3, "metered": metered}

    def share(name: str) -> Figure:
        one = assumed[name]
        m3 = one.share * bases[one.of]
        return Figure(m3, one.limit * m3)

    system = Figure(supplied.system_input, assumed["measured"].limit * supplied.system_input)
    billed, unbilled = Figure(billed_m3), Figure(supplied.unbilled_metered)
    authorised = billed + unbilled + share("unbilled_unmetered")
    apparent = share("unauthorised") + share("under_registration") + share("data_handling")
    losses = system - authorised
    return WaterBalance(
        system_input=system,
        billed=billed,
        unbilled_metered=unbilled,
        unbilled_unmetered=share("unbilled_unmetered"),
        authorised=authorised,
        unauthorised=share("unauthorised"),
        under_registration=share("under_registration"),
        data_handling=share("data_handling"),
        apparent_losses=apparent,
        real_losses=losses - apparent,
        losses=losses,
        non_revenue=system - billed,
    )
