"""What a push says of water: the OBIS codes of media 8 (cold water) and 9 (hot water).

DLMS UA Blue Book, value groups A = 8 and 9: C = 1 is accumulated volume, C = 2 flow rate; the
present value has D = 0, E = 0, F = 255.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from dalgu.devices.dlms.errors import DlmsPushInvalid
from dalgu.devices.dlms.push import Push, PushedValue

VOLUME = tuple(f"{medium}-{channel}:1.0.0.255" for medium in (8, 9) for channel in (0, 1))
FLOW = tuple(f"{medium}-{channel}:2.0.0.255" for medium in (8, 9) for channel in (0, 1))
M3_PER_UNIT = {13: 1.0, 14: 1.0, 19: 0.001}  # Blue Book, table of units: m³, corrected, litre
M3H_PER_UNIT = {15: 1.0, 16: 1.0, 17: 1 / 24, 18: 1 / 24}


@dataclass(frozen=True, slots=True)
class DlmsWater:
    """Register and flow of a push, and when the meter says it was."""

    volume_m3: float | None
    flow_m3h: float | None
    at: datetime | None


def read_water(push: Push) -> DlmsWater:
    """Return what a push says of water.

    Raises
    ------
    DlmsPushInvalid
        When a value is no number or lacks its unit: a litre read as a cubic metre is a leak
        that nobody has.
    """
    volume, flow = push.first(*VOLUME), push.first(*FLOW)
    return DlmsWater(
        None if volume is None else _scaled(volume, M3_PER_UNIT),
        None if flow is None else _scaled(flow, M3H_PER_UNIT),
        push.at,
    )


def _scaled(pushed: PushedValue, factors: dict[int, float]) -> float:
    if isinstance(pushed.value, str | bytes | bool) or not math.isfinite(pushed.value):
        raise DlmsPushInvalid(f"the value of {pushed.obis} is no number")
    factor = factors.get(-1 if pushed.unit is None else pushed.unit)
    if factor is None or pushed.scaler is None:
        raise DlmsPushInvalid(f"the value of {pushed.obis} has no unit of its quantity")
    return round(pushed.value * 10.0**pushed.scaler * factor, 6)
