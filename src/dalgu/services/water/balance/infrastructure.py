"""The infrastructure leakage index: real losses against the least that could be reached.

Lambert, Brown, Takizawa & Weimer, *A review of performance indicators for real losses from
water supply systems*, AQUA 48(6), 1999: unavoidable annual real losses in litres a day are
(18 Lm + 0.8 Nc + 25 Lp) P, with mains Lm and private pipes Lp in km, Nc connections and P the
mean pressure in metres. Valid from some 3,000 connections, or 25 m and 20 connections a km
on; below that it is an indication (Liemberger & McKenzie, 2005).
"""

from dataclasses import dataclass

L_PER_KM_MAINS = 18.0
L_PER_CONNECTION = 0.8
L_PER_KM_PRIVATE = 25.0
LEAST_CONNECTIONS = 3_000
LEAST_PRESSURE_M = 25.0
M_PER_KM = 1_000.0
LITRES_PER_M3 = 1_000.0


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """What a district is built of; `private_m` is pipe between the street and the meters."""

    mains_m: float
    connections: int
    mean_pressure_m: float
    private_m: float = 0.0


@dataclass(frozen=True, slots=True)
class LeakageIndex:
    """`unavoidable_m3d` and the index, `None` where the network is not known.

    `is_indication` where the district is smaller or softer than the formula was fitted on.
    """

    unavoidable_m3d: float | None
    index: float | None
    is_indication: bool


def unavoidable_m3d(built: Infrastructure) -> float:
    """Return the unavoidable real losses (UARL), m³ a day.

    >>> unavoidable_m3d(Infrastructure(mains_m=50_000, connections=2_000, mean_pressure_m=40))
    100.0
    """
    litres = (
        L_PER_KM_MAINS * built.mains_m / M_PER_KM
        + L_PER_CONNECTION * built.connections
        + L_PER_KM_PRIVATE * built.private_m / M_PER_KM
    )
    return litres * built.mean_pressure_m / LITRES_PER_M3


def leakage_index(real_losses_m3d: float, built: Infrastructure | None) -> LeakageIndex:
    """Return current over unavoidable real losses (ILI).

    >>> built = Infrastructure(mains_m=50_000, connections=2_000, mean_pressure_m=40)
    >>> leakage_index(250.0, built).index
    2.5
    """
    if built is None:
        return LeakageIndex(None, None, is_indication=True)
    least = unavoidable_m3d(built)
    is_indication = (
        built.connections < LEAST_CONNECTIONS or built.mean_pressure_m < LEAST_PRESSURE_M
    )
    return LeakageIndex(least, real_losses_m3d / least if least > 0 else None, is_indication)
