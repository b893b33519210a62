"""A district's pipes as an EPANET file: what its waterworks would load.

Sections and units as the EPANET 2.2 User Manual, appendix C.2, has them; coordinates are (lon,
lat), so that the map draws the net where it lies.
"""

from collections.abc import Iterable, Iterator

import numpy as np

from dalgu.simulation.consumption import WORKDAY
from dalgu.simulation.water_network import (
    ROUGHNESS,
    TAP_L_PER_DAY,
    DistrictNetwork,
    Floats,
    junction_name,
)

RESERVOIR = "SOURCE"
NIGHT_EXCESS = 0.08  # pressure, and leakage with it, is higher while nobody draws (assumption)
BACKGROUND_SHARE = 0.14  # of the inflow, in the eyes of the model's author (assumption)
OPTIONS = (
    ("UNITS", "CMH"),
    ("HEADLOSS", "H-W"),
    ("TRIALS", "100"),
    ("ACCURACY", "0.0001"),
    ("PATTERN", "HOME"),
)
TIMES = (("DURATION", "24:00"), ("HYDRAULIC TIMESTEP", "1:00"), ("PATTERN TIMESTEP", "1:00"))


def home_pattern() -> Floats:
    """Return what homes draw in each hour of a working day, mean 1, shape (24,)."""
    pattern: Floats = WORKDAY / WORKDAY.mean()
    return pattern


def loss_pattern() -> Floats:
    """Return what leaks in each hour, mean 1, shape (24,): most while taps rest."""
    home = home_pattern()
    pattern: Floats = 1 + NIGHT_EXCESS * (home.mean() - home)
    return pattern


def pipe_name(pipe: int) -> str:
    """Return the name of a pipe in the network file.

    >>> pipe_name(0)
    'P001'
    """
    return f"P{pipe + 1:03d}"


def network_file(network: DistrictNetwork) -> bytes:
    """Return the text of a district's EPANET file."""
    return "".join(f"{line}\n" for line in _lines(network)).encode()


def _lines(network: DistrictNetwork) -> Iterator[str]:
    names = [junction_name(junction) for junction in range(network.junctions)]
    home = network.taps * TAP_L_PER_DAY / 24_000
    lost = network.leak_share * home.sum() * BACKGROUND_SHARE / (1 - BACKGROUND_SHARE)
    yield from _section("TITLE", [f"Synthetic network {network.name}: plausible, not surveyed"])
    yield from _section(
        "JUNCTIONS", (f"{n} {z:.2f}" for n, z in zip(names, network.elevation_m, strict=True))
    )
    yield from _section("RESERVOIRS", [f"{RESERVOIR} {network.supply_head_m:.2f}"])
    yield from _section("PIPES", _pipes(network, names))
    yield from _section(
        "DEMANDS",
        (
            f"{name} {value:.5f} {pattern}"
            for name, *values in zip(names, home, lost, strict=True)
            for value, pattern in zip(values, ("HOME", "LOSS"), strict=True)
        ),
    )
    yield from _section("PATTERNS", [*_pattern("HOME", home_pattern())])
    yield from _pattern("LOSS", loss_pattern())
    yield ""
    yield from _section("TIMES", (f"{key} {value}" for key, value in TIMES))
    yield from _section("OPTIONS", (f"{key} {value}" for key, value in OPTIONS))
    places = zip([*names, RESERVOIR], [*network.place, _source(network)], strict=True)
    yield from _section("COORDINATES", (f"{n} {lon:.6f} {lat:.6f}" for n, (lon, lat) in places))
    yield "[END]"


def _section(name: str, rows: Iterable[str]) -> Iterator[str]:
    yield f"[{name}]"
    yield from rows
    yield ""


def _pipes(network: DistrictNetwork, names: list[str]) -> Iterator[str]:
    rows = zip(network.start, network.end, network.length_m, network.diameter_mm, strict=True)
    for pipe, (start, end, length, diameter) in enumerate(rows):
        begin = RESERVOIR if start < 0 else names[start]
        yield f"{pipe_name(pipe)} {begin} {names[end]} {length:.1f} {diameter:.0f} {ROUGHNESS:.0f}"


def _pattern(name: str, factors: Floats) -> Iterator[str]:
    for begin in range(0, len(factors), 6):
        yield f"{name} " + " ".join(f"{factor:.4f}" for factor in factors[begin : begin + 6])


def _source(network: DistrictNetwork) -> Floats:
    """Return where the reservoir is drawn: a little north of the inlet."""
    place: Floats = network.place[network.inlet] + np.array([0.0, 0.0005])
    return place
