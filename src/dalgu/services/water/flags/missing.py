"""Why a meter is not read: its gateway, its radio path, or the meter itself.

One silent meter among heard neighbours speaks of itself; a gateway whose meters fell silent
together speaks of the gateway. What lies between follows from the last signal and the cell.
The limits are ours, from the sensitivities of common receivers (LoRa SF12 at 125 kHz about
-137 dBm, wireless M-Bus T1 about -105 dBm) less a margin for fading.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SILENT_H = 36.0  # a day's frame and half a day of patience
GATEWAY_METERS = 4  # fewer do not tell a gateway's silence from their own
GATEWAY_SILENT_SHARE = 0.8
WEAK_LORA_DBM = -117.0
WEAK_WMBUS_DBM = -95.0
LOW_BATTERY_PCT = 15.0


class Cause(StrEnum):
    """Where the reads are lost."""

    GATEWAY = "gateway"
    RADIO = "radio"
    METER = "meter"
    UNKNOWN = "unknown"


CAUSES = tuple(Cause)


@dataclass(frozen=True, slots=True)
class Heard:
    """How n meters were last heard, arrays of shape (n,).

    `silent_h` since the last read, infinite for a meter never read; `gateway` the position of
    the gateway that heard it best, -1 where not known; `signal_dbm` and `weak_dbm` the last
    signal and what is weak for its radio; `battery_pct`; `has_error` as the meter told; NaN
    where not known.
    """

    silent_h: Array
    gateway: NDArray[np.int64]
    signal_dbm: Array
    weak_dbm: Array
    battery_pct: Array
    has_error: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`cause` is shape (n,), places in `CAUSES`, -1 for a meter that is heard.

    `silent` and `meters`, shape (gateways,), count what hangs on each gateway; `is_down` tells
    a gateway whose meters fell silent.
    """

    cause: NDArray[np.int64]
    is_down: NDArray[np.bool_]
    silent: NDArray[np.int64]
    meters: NDArray[np.int64]


def diagnose(heard: Heard, gateways: int) -> Diagnosis:
    """Return why each silent meter is not read.

    Examples
    --------
    >>> nan = np.full(5, np.nan)
    >>> heard = Heard(np.array([50.0, 1, 1, 2, 3]), np.zeros(5, int), np.full(5, -90.0),
    ...               np.full(5, WEAK_LORA_DBM), nan, np.zeros(5, bool))
    >>> CAUSES[diagnose(heard, 1).cause[0]]
    <Cause.METER: 'meter'>

    """
    is_silent = heard.silent_h > SILENT_H
    known = heard.gateway >= 0
    meters = np.bincount(heard.gateway[known], minlength=gateways)
    silent = np.bincount(heard.gateway[known & is_silent], minlength=gateways)
    is_down = (meters >= GATEWAY_METERS) & (silent >= GATEWAY_SILENT_SHARE * meters)
    behind = known & is_down[np.maximum(heard.gateway, 0)] if gateways else known & False
    worn = (heard.battery_pct < LOW_BATTERY_PCT) | heard.has_error
    weak = heard.signal_dbm <= heard.weak_dbm
    strong = heard.signal_dbm > heard.weak_dbm
    cause = np.select(
        [~is_silent, behind, worn, weak, strong],
        [-1, *(CAUSES.index(c) for c in (Cause.GATEWAY, Cause.METER, Cause.RADIO, Cause.METER))],
        CAUSES.index(Cause.UNKNOWN),
    )
    return Diagnosis(cause, is_down, silent, meters)
