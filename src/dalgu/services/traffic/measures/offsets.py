"""Offsets that make the green bands of a corridor as wide as they can be: exact, by HiGHS.

The mixed-integer programme of MAXBAND (Little, Kelson & Gartner, *MAXBAND: A Program for Setting
Signals on Arterials and Triangular Networks*, Transportation Research Record 795, 1981) with the
cycle and speeds given: what is free are the offsets.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import Floats, Ints
from dalgu.services.traffic.measures.progression import Direction
from dalgu.services.traffic.measures.refusals import CorridorInvalid

TIME_LIMIT_S: Final = 20.0  # of the solver; the best found so far is taken then
_START, _WIDTH, _THERE = 0, 1, 2  # variables of a band; `there` is 1 or 0
_INBOUND: Final = 3  # the same of the inbound band
_NARROWER: Final = 6  # of both widths
_BANDS: Final = 7
FAIR: Final = 100.0  # how much more a second of the narrower band is worth


@dataclass(frozen=True, slots=True)
class Coordinated:
    """Offsets that were found. `offset_s` is added to every green of a signal, the first 0."""

    offset_s: Floats  # shape (signals,), in the order of the outbound direction
    outbound_s: float  # widths of the bands
    inbound_s: float
    proven: bool  # no offsets make the weighted sum larger


@dataclass(frozen=True, slots=True)
class Worth:
    """How much a second of each band is worth; flows are good weights.

    The widest sum often leaves one direction no band at all. Fair offsets make the narrower
    band as wide as it can be first.
    """

    outbound: float = 1.0
    inbound: float = 1.0
    is_fair: bool = False

    @property
    def narrower(self) -> float:
        """How much more a second of the narrower band is worth."""
        return (self.outbound + self.inbound) * FAIR if self.is_fair else 0.0


def best_offsets(
    outbound: Direction, inbound: Direction, cycle_s: float, worth: Worth | None = None
) -> Coordinated:
    """Return the offsets with the bands that are worth most.

    Parameters
    ----------
    outbound, inbound
        Greens without offsets (`start_s` from the controller's own zero), each in the order
        it is driven: the last signal outbound is the first inbound.
    cycle_s
        The common cycle.
    worth
        Of a second of each band; the sum of both where not told.

    Raises
    ------
    CorridorInvalid
        When the directions have not the same signals, or the greens do not fit the cycle.

    """
    signals = len(outbound.travel_s)
    if signals == 0 or signals != len(inbound.travel_s):
        raise CorridorInvalid("both directions must have the same signals, one at least")
    if max(outbound.green_s.max(), inbound.green_s.max()) > cycle_s:
        raise CorridorInvalid("a green is longer than the cycle")
    return _solved(outbound, inbound, cycle_s, worth or Worth())


def _solved(outbound: Direction, inbound: Direction, cycle_s: float, worth: Worth) -> Coordinated:
    from scipy.optimize import (  # type: ignore[import-untyped]  # ships no types
        Bounds,
        LinearConstraint,
        milp,
    )

    signals = len(outbound.travel_s)
    offsets = slice(_BANDS, _BANDS + signals)
    cost = np.zeros(_BANDS + 3 * signals)
    cost[[_WIDTH, _WIDTH + _INBOUND, _NARROWER]] = -worth.outbound, -worth.inbound, -worth.narrower
    low, high, whole = _limits(outbound, inbound, cycle_s)
    left, right = zip(
        *_held(outbound, cycle_s, np.arange(signals), at=0),
        *_held(inbound, cycle_s, np.arange(signals)[::-1], at=_INBOUND),
        *_narrower(signals),
        strict=True,
    )
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(low, high),
        constraints=[LinearConstraint(np.array(left), -np.inf, right)],
        options={"time_limit": TIME_LIMIT_S, "mip_rel_gap": 0.0},
    )
    if found.x is None:
        raise CorridorInvalid("no offsets were found in time")
    offset_s = found.x[offsets] - found.x[offsets][0]
    return Coordinated(
        np.mod(np.round(offset_s, 6), cycle_s),
        float(found.x[_WIDTH]),
        float(found.x[_WIDTH + _INBOUND]),
        found.status == 0,
    )


def _narrower(signals: int) -> list[tuple[Floats, float]]:
    """Rows that keep one variable within both widths."""
    rows = []
    for width in (_WIDTH, _WIDTH + _INBOUND):
        row = np.zeros(_BANDS + 3 * signals)
        row[_NARROWER], row[width] = 1.0, -1.0
        rows.append((row, 0.0))
    return rows


def _limits(
    outbound: Direction, inbound: Direction, cycle_s: float
) -> tuple[Floats, Floats, Floats]:
    """Least and largest of each variable, and which are whole numbers.

    The outbound band starts at 0: only where signals stand to each other counts.
    """
    signals = len(outbound.travel_s)
    low, high = np.zeros(_BANDS + 3 * signals), np.full(_BANDS + 3 * signals, cycle_s)
    high[[_START, _THERE, _THERE + _INBOUND]] = 0.0, 1.0, 1.0
    for number, one in enumerate((outbound, inbound)):
        cycles = slice(_BANDS + (1 + number) * signals, _BANDS + (2 + number) * signals)
        most = np.ceil((np.abs(one.travel_s).max() + np.abs(one.start_s).max()) / cycle_s) + 2
        low[cycles], high[cycles] = -most, most
    whole = np.zeros(len(low))
    whole[[_THERE, _THERE + _INBOUND]] = 1
    whole[_BANDS + signals :] = 1
    return low, high, whole


def _held(
    direction: Direction, cycle_s: float, signals: Ints, *, at: int
) -> list[tuple[Floats, float]]:
    """Rows (a, b) of a x <= b: the band starts after each green does, and ends before it.

    With band start B, width w, offset f and whole cycles n of a signal, and z, 1 where there
    is a band at all:
    f + start + n C - B <= travel, B + w - f - n C + z C <= start + green - travel + C,
    w <= z C.
    """
    count = len(signals)
    exists = np.zeros(_BANDS + 3 * count)
    exists[at + _WIDTH], exists[at + _THERE] = 1.0, -cycle_s
    rows = [(exists, 0.0)]
    for position, signal in enumerate(signals):
        begin = np.zeros(_BANDS + 3 * count)
        begin[at + _START] = -1.0
        begin[_BANDS + signal] = 1.0
        begin[_BANDS + (1 + (at > 0)) * count + signal] = cycle_s
        lead = direction.travel_s[position] - direction.start_s[position]
        rows.append((begin, float(lead)))
        end = -begin
        end[at + _WIDTH] = 1.0
        end[at + _THERE] = cycle_s
        rows.append((end, float(direction.green_s[position] - lead + cycle_s)))
    return rows


def shifted(direction: Direction, offset_s: Floats, cycle_s: float) -> Direction:
    """Return the greens of a direction with offsets added, in the order it is driven."""
    start_s = np.mod(direction.start_s + offset_s, cycle_s)
    return Direction(direction.travel_s, start_s, direction.green_s)
