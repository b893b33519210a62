"""Green bands along a corridor: their width both ways, and how good it is.

Everything is seen from a platoon that drives at the design speed: a green that starts at `t` at a
signal `travel_s` down the road is met by who passed the first signal at `t - travel_s`.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.measures.events import Floats, Ints
from dalgu.services.traffic.measures.refusals import CorridorInvalid


@dataclass(frozen=True, slots=True)
class Direction:
    """The greens of one direction at each signal, in the order it is driven; shape (signals,).

    `travel_s` is from the first signal's stop line, the first 0. `start_s` is the begin of
    green in the common cycle, offset included; `green_s` its length, at most the cycle.
    """

    travel_s: Floats
    start_s: Floats
    green_s: Floats


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the cycle in which the first signal sends vehicles that stop nowhere."""

    start_s: float  # at the first signal, in the cycle
    width_s: float


@dataclass(frozen=True, slots=True)
class Progression:
    """Bands both ways. `efficiency` and `attainability` are 0 to 1."""

    cycle_s: float
    outbound: Band
    inbound: Band
    efficiency: float  # share of the cycle that both bands take, on average
    attainability: float  # bands over the shortest greens: 1 when they could not be wider


def green_band(direction: Direction, cycle_s: float) -> Band:
    """Return the widest band of a direction; of equals the one that starts first.

    The widest band starts with some signal's green, so those starts are tried, each cut off by
    the green that ends first.

    Raises
    ------
    CorridorInvalid
        When there is no signal, or a green is longer than the cycle.

    """
    _check(direction, cycle_s)
    opens = (direction.start_s - direction.travel_s) % cycle_s
    since = (opens[:, None] - opens[None, :]) % cycle_s  # (candidate, signal)
    # rounding may turn a start at the very begin of green into one a cycle later
    since = np.where(np.isclose(since, cycle_s, rtol=0.0, atol=1e-9), 0.0, since)
    left = np.where(direction.green_s >= cycle_s, cycle_s, direction.green_s - since)
    width = np.maximum(left.min(axis=1), 0.0)
    best = int(np.lexsort((opens, -width))[0])
    return Band(float(opens[best]), float(width[best]))


def progression(outbound: Direction, inbound: Direction, cycle_s: float) -> Progression:
    """Return the bands of a corridor both ways, and how good they are.

    References
    ----------
    Koonce et al., *Traffic Signal Timing Manual*, FHWA-HOP-08-024, 2008, section 6.6.

    """
    out, back = green_band(outbound, cycle_s), green_band(inbound, cycle_s)
    both = out.width_s + back.width_s
    shortest = float(outbound.green_s.min() + inbound.green_s.min())
    return Progression(
        cycle_s, out, back, both / (2 * cycle_s), both / shortest if shortest > 0 else 0.0
    )


def _check(direction: Direction, cycle_s: float) -> None:
    if not len(direction.travel_s):
        raise CorridorInvalid("it has no signal")
    if not cycle_s > 0:
        raise CorridorInvalid("its cycle is not above 0 s")
    if np.any(direction.green_s > cycle_s) or np.any(direction.green_s < 0):
        raise CorridorInvalid("a green is not between 0 s and the cycle")


@dataclass(frozen=True, slots=True)
class Greens:
    """Greens as they were: begin and end at each signal; arrays of shape (n,).

    `signal` counts along the direction driven. Greens of one signal do not overlap.
    """

    signal: Ints
    start_s: Floats
    end_s: Floats


def repeated_greens(
    direction: Direction, cycle_s: float, *, from_s: float, until_s: float
) -> Greens:
    """Return every green of a plan that touches a stretch of time."""
    first = np.floor((from_s - direction.start_s - direction.green_s) / cycle_s)
    cycles = np.arange(int((until_s - from_s) // cycle_s) + 3)
    start = direction.start_s[:, None] + (first[:, None] + cycles[None, :]) * cycle_s
    end = start + direction.green_s[:, None]
    signal = np.repeat(np.arange(len(direction.travel_s)), len(cycles))
    kept = ((end > from_s) & (start < until_s)).reshape(-1)
    return Greens(signal[kept], start.reshape(-1)[kept], end.reshape(-1)[kept])


def open_ways(greens: Greens, travel_s: Floats) -> tuple[Floats, Floats]:
    """Return when the first signal sent vehicles that met no red: (begins, ends) at it.

    Greens are moved back by the travel time; open is where as many as there are signals meet.
    """
    start = greens.start_s - travel_s[greens.signal]
    end = greens.end_s - travel_s[greens.signal]
    at = np.concatenate([start, end])
    step = np.concatenate([np.ones(len(start), int), -np.ones(len(end), int)])
    order = np.lexsort((step, at))  # an end before a begin at the same time
    at, met = at[order], np.cumsum(step[order])
    every = met == len(travel_s)
    begins = np.flatnonzero(every)
    begins = begins[begins + 1 < len(at)]
    wide = at[begins + 1] > at[begins]
    return at[begins][wide], at[begins + 1][wide]


@dataclass(frozen=True, slots=True)
class Trajectories:
    """Vehicles through a corridor; arrays of shape (vehicles, signals), seconds.

    A vehicle that meets red, or has no green left in the window, waits: `leave_s` is after
    `arrive_s`, NaN from the signal on that it does not leave.
    """

    arrive_s: Floats
    leave_s: Floats

    @property
    def stops(self) -> Ints:
        """How often each vehicle had to wait, shape (vehicles,)."""
        waits = ~np.isnan(self.arrive_s) & ~(self.leave_s <= self.arrive_s)
        stops: Ints = waits.sum(axis=1)
        return stops


def trajectories(
    start_s: Floats, greens: Greens, travel_s: Floats, *, headway_s: float = 0.0
) -> Trajectories:
    """Drive vehicles of one lane through the greens.

    Parameters
    ----------
    start_s
        When each comes to the first signal, shape (vehicles,), ascending.
    greens, travel_s
        What they meet, and how long they drive to each signal from the first.
    headway_s
        The least time between two that leave a signal; 0: they do not hinder each other.

    """
    vehicles, signals = len(start_s), len(travel_s)
    arrive = np.full((vehicles, signals), np.nan)
    leave = np.full((vehicles, signals), np.nan)
    at = np.array(start_s, dtype=np.float64)
    for signal in range(signals):
        arrive[:, signal] = at
        leave[:, signal] = _in_line(at, greens, signal, headway_s)
        if signal + 1 < signals:
            at = leave[:, signal] + (travel_s[signal + 1] - travel_s[signal])
    return Trajectories(arrive, leave)


def _in_line(at: Floats, greens: Greens, signal: int, headway_s: float) -> Floats:
    """Return when vehicles leave a signal, one behind the other where there is a headway."""
    own = greens.signal == signal
    order = np.argsort(greens.start_s[own])
    start, end = greens.start_s[own][order], greens.end_s[own][order]
    if headway_s <= 0:
        return _next_green(at, start, end)
    return _one_by_one(at, start.tolist(), end.tolist(), headway_s)


def _one_by_one(at: Floats, start: list[float], end: list[float], headway_s: float) -> Floats:
    leave, ready, upcoming = np.full(len(at), np.nan), -np.inf, 0
    for vehicle, comes in enumerate(at.tolist()):
        if np.isnan(comes):
            continue
        earliest = max(comes, ready)
        while upcoming < len(end) and end[upcoming] <= earliest:
            upcoming += 1
        if upcoming == len(end):
            break  # who is behind does not leave, either
        leave[vehicle] = max(earliest, start[upcoming])
        ready = float(leave[vehicle]) + headway_s
    return leave


def _next_green(at: Floats, start: Floats, end: Floats) -> Floats:
    if not len(start):
        return np.full(len(at), np.nan)
    upcoming = np.searchsorted(end, at, side="right")  # first green that is not over
    known = (upcoming < len(start)) & ~np.isnan(at)
    opens = start[np.minimum(upcoming, len(start) - 1)]
    return np.where(known, np.maximum(at, opens), np.nan)
