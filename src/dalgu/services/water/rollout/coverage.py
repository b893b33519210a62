"""How far a gateway reaches, and which part of an area is in reach.

Hata, *Empirical formula for propagation loss in land mobile radio services*, IEEE Trans. VT 29(3),
1980: median loss at 150 to 1,500 MHz, 1 to 20 km. A planner's first answer, not a survey.
"""

from dataclasses import dataclass
from math import log10

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

EARTH_M = 6_371_000.0
LONGEST_KM = 20.0  # the formula's range
URBAN, SUBURBAN, OPEN = "urban", "suburban", "open"


@dataclass(frozen=True, slots=True)
class LinkBudget:
    """A meter in its pit and the gateway that is to hear it.

    KR920: 14 dBm; sensitivity of a common LoRa receiver at SF12 and 125 kHz; the loss of a pit
    with an iron cover and the margin for fading are assumptions.
    """

    frequency_mhz: float = 922.0
    power_dbm: float = 14.0
    sensitivity_dbm: float = -137.0
    gateway_height_m: float = 30.0
    meter_height_m: float = 1.0
    pit_loss_db: float = 20.0
    fading_margin_db: float = 10.0

    @property
    def allowed_loss_db(self) -> float:
        """Path loss between antennas at which the meter is still heard."""
        lost = self.pit_loss_db + self.fading_margin_db
        return self.power_dbm - self.sensitivity_dbm - lost


def path_loss_db(distance_km: float, budget: LinkBudget, ground: str = URBAN) -> float:
    """Return Hata's median path loss.

    >>> budget = LinkBudget(frequency_mhz=900, gateway_height_m=30, meter_height_m=1.5)
    >>> round(path_loss_db(1.0, budget), 1), round(path_loss_db(5.0, budget), 1)
    (126.4, 151.0)
    """
    f, high, low = budget.frequency_mhz, budget.gateway_height_m, budget.meter_height_m
    correction = (1.1 * log10(f) - 0.7) * low - (1.56 * log10(f) - 0.8)
    loss = 69.55 + 26.16 * log10(f) - 13.82 * log10(high) - correction
    loss += (44.9 - 6.55 * log10(high)) * log10(distance_km)
    if ground == SUBURBAN:
        loss -= 2 * log10(f / 28) ** 2 + 5.4
    if ground == OPEN:
        loss -= 4.78 * log10(f) ** 2 - 18.33 * log10(f) + 40.94
    return loss


def reach_km(budget: LinkBudget, ground: str = URBAN) -> float:
    """Return the distance at which the loss is what the link allows, at most 20 km."""
    slope = 44.9 - 6.55 * log10(budget.gateway_height_m)
    spare_db = budget.allowed_loss_db - path_loss_db(1.0, budget, ground)
    return float(min(10 ** (spare_db / slope), LONGEST_KM))


def covered_share(points: Array, gateways: Array, reach_m: float) -> float:
    """Return which share of points lies in reach of a gateway; 0 where there are no points.

    Parameters
    ----------
    points, gateways
        Shape (n, 2) and (m, 2), longitude and latitude in degrees.
    reach_m
        Metres.
    """
    if len(points) == 0 or len(gateways) == 0:
        return 0.0
    return float(np.mean(np.min(distances_m(points, gateways), axis=1) <= reach_m))


def distances_m(points: Array, others: Array) -> Array:
    """Return distances over the ground, shape (n, m): exact enough within a city.

    >>> from_to = distances_m(np.array([[128.6, 35.87]]), np.array([[128.6, 35.88]]))
    >>> round(float(from_to[0, 0]))
    1112
    """
    mean_lat = np.radians(points[:, 1].mean())
    scale = np.array([np.cos(mean_lat), 1.0]) * np.radians(1.0) * EARTH_M
    apart = (points[:, None, :] - others[None, :, :]) * scale
    found: Array = np.hypot(apart[..., 0], apart[..., 1])
    return found
