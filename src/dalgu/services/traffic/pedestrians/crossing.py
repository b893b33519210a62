"""Green for walkers: how long it must be, how long to extend it, who must stop when turning.

Walking speeds: adults' slow 15 % walk at 1.01 m/s, the elderly's at 0.85 m/s, and with a cane
or wheelchair at 0.73 m/s (Han et al., *Improvement of pedestrian speed criteria for the
pedestrian green interval at silver zone*, Journal of the Korea Institute of ITS 19(4), 2020);
Korean police set greens by 1.0 m/s and by 0.8 m/s in protection zones.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dalgu.services.traffic.network.model import Zone
from dalgu.services.traffic.pedestrians.layout import Floats

DESIGN_MPS = {
    Zone.NONE: 1.0,
    Zone.SCHOOL: 0.8,
    Zone.SILVER: 0.8,
}
SLOWEST_MPS = 0.5  # slower is standing: an extension cannot wait for it
ENTRY_S = 7.0  # Seoul, 2024: time to step off the kerb, before the walk itself
STEP_S = 0.5  # extensions are given in halves of a second


@dataclass(frozen=True, slots=True)
class ExtensionBounds:
    """How far a green for walkers may be stretched: once, and in all of one cycle.

    The default is what Seoul adds at crossings that many frail people use (October 2024).
    """

    cycle_max_s: float = 6.0
    margin_s: float = 1.0


def green_needed_s(length_m: float, zone: Zone) -> float:
    """Return the least green and flashing green of a crossing.

    Examples
    --------
    >>> green_needed_s(14.0, Zone.NONE)
    21.0
    >>> green_needed_s(14.0, Zone.SILVER)
    24.5
    """
    return ENTRY_S + length_m / DESIGN_MPS[zone]


def time_to_clear_s(to_go_m: Floats, pace_mps: Floats, zone: Zone) -> Floats:
    """Return shape (n,): seconds until walkers have left the crossing.

    `to_go_m` and `pace_mps` shape (n,): metres to the far kerb, speed towards it. Nobody is
    taken to be faster than the zone's design speed: the extension must not gamble.
    """
    pace = np.clip(pace_mps, SLOWEST_MPS, DESIGN_MPS[zone])
    return np.asarray(np.maximum(to_go_m, 0.0) / pace)


def extension_s(
    clear_in_s: Floats, clearance_left_s: float, given_s: float, bounds: ExtensionBounds
) -> float:
    """Return how much longer walkers need their light, within the bounds.

    Parameters
    ----------
    clear_in_s
        Shape (n,), seconds until each walker on the crossing has left it.
    clearance_left_s
        Seconds until the light turns red and conflicting traffic may be released.
    given_s
        What this cycle has been extended by already.
    bounds
        How far it may be extended.

    Examples
    --------
    >>> extension_s(np.array([4.0, 9.2]), 6.0, 0.0, ExtensionBounds())
    4.5
    >>> extension_s(np.array([30.0]), 6.0, 4.0, ExtensionBounds())
    2.0
    >>> extension_s(np.array([]), 6.0, 0.0, ExtensionBounds())
    0.0
    """
    if not len(clear_in_s):
        return 0.0
    lacking = float(np.max(clear_in_s)) + bounds.margin_s - clearance_left_s
    if lacking <= 0:
        return 0.0
    steps = np.ceil(lacking / STEP_S) * STEP_S
    return float(min(steps, max(bounds.cycle_max_s - given_s, 0.0)))


def demand_per_hour(begun_s: Floats, until_s: float, window_s: float = 900.0) -> float:
    """Return crossings begun per hour in a window that ends at `until_s`.

    Examples
    --------
    >>> demand_per_hour(np.array([10.0, 100.0, 700.0]), 900.0)
    12.0
    """
    inside = (begun_s > until_s - window_s) & (begun_s <= until_s)
    return float(np.count_nonzero(inside) * 3600.0 / window_s)


class TurnDuty(StrEnum):
    """What a driver who turns right owes, gravest first (Road Traffic Act, articles 25 and 27)."""

    WAIT = "wait"
    STOP = "stop"
    YIELD = "yield"
    SLOW = "slow"


def right_turn_duty(
    *, facing_red: bool, somebody_crossing: bool, has_arrow: bool = False
) -> TurnDuty:
    """Return the duty of a driver about to turn right.

    Since 22 January 2023 a driver who faces red stops before the stop line, whoever walks, and
    where right turns have an arrow of their own waits for its green (Enforcement Rule of the Road
    Traffic Act, table 2); since 12 July 2022 one who meets somebody crossing, or about to cross,
    stops before the crossing (Act, article 27 (1)), whatever the light.
    """
    if facing_red and has_arrow:
        return TurnDuty.WAIT
    if facing_red:
        return TurnDuty.STOP
    return TurnDuty.YIELD if somebody_crossing else TurnDuty.SLOW


STOPPED_MPS = 0.8  # a track's noise at standstill
STOP_REACH_M = 6.0  # one car before the line counts as at the line


def stopped_before_line(to_line_m: Floats, speed_mps: Floats) -> bool:
    """Return whether a track came to a stop within the last metres before the stop line.

    `to_line_m` and `speed_mps` shape (n,): metres left to the line, negative past it.
    """
    before = (to_line_m >= 0) & (to_line_m < STOP_REACH_M)
    return bool(np.any(speed_mps[before] < STOPPED_MPS))
