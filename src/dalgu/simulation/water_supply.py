"""What flows into each district: what its taps draw, what seeps away, and what bursts."""

import numpy as np
from numpy.typing import NDArray

from dalgu.simulation.chance import stream
from dalgu.simulation.consumption import FIRST_DAY, Households
from dalgu.simulation.network_file import loss_pattern
from dalgu.simulation.pipe_leaks import PipeLeaks
from dalgu.simulation.water_network import DistrictNetwork

Litres = NDArray[np.int64]
LEAST_BACKGROUND, MOST_BACKGROUND = 0.10, 0.18  # share of the inflow (assumption)
LITRES_PER_M3 = 1_000


class Supply:
    """The water of all districts, to the litre: inflow is use, background leakage and leaks."""

    def __init__(
        self, households: Households, networks: tuple[DistrictNetwork, ...], seed: int
    ) -> None:
        chance = stream(seed, "water.supply")
        self.networks = networks
        self.leaks = PipeLeaks(tuple(len(network.start) for network in networks), seed)
        self._households = households
        share = chance.uniform(LEAST_BACKGROUND, MOST_BACKGROUND, size=len(networks))
        drawn_l = np.array([households.mean_l[network.meters].sum() for network in networks])
        self.background_l_per_day = np.rint(drawn_l * share / (1 - share)).astype(np.int64)
        until = np.concatenate([[0.0], np.cumsum(loss_pattern())])
        self._until = until / until[-1]

    def use_l(self, day: int) -> Litres:
        """Return all that has passed the taps of each district at each full hour, (n, 25)."""
        drawn = self._households.drawn_l(day)
        return np.stack([drawn[network.meters].sum(axis=0) for network in self.networks])

    def background_l(self, day: int) -> Litres:
        """Return what has seeped away since the meters were built in, shape (n, 25)."""
        rate = self.background_l_per_day[:, None]
        today: Litres = np.rint(rate * self._until).astype(np.int64)
        return rate * (day - FIRST_DAY) + today

    def burst_l(self, day: int) -> Litres:
        """Return what has run from leaks of the mains, shape (n, 25)."""
        districts = range(len(self.networks))
        return np.stack([self.leaks.until_l(district, day) for district in districts])

    def inflow_l(self, day: int) -> Litres:
        """Return the registers of the inlet meters at each full hour, shape (n, 25)."""
        return self.use_l(day) + self.background_l(day) + self.burst_l(day)

    def demand_m3h(self, district: int, day: int) -> NDArray[np.float64]:
        """Return what leaves a district at each junction in each hour, shape (24, junctions)."""
        network = self.networks[district]
        drawn = np.diff(self._households.drawn_l(day)[network.meters], axis=1)
        demand = np.zeros((network.junctions, 24))
        np.add.at(demand, network.tap, drawn)
        demand += np.outer(network.leak_share, np.diff(self.background_l(day)[district]))
        leaking_lph = self.leaks.flow_lph(district, day)
        if leaking_lph.any():
            pipe = self.leaks.leak(district, self.leaks.turn(district, day)).pipe
            demand[[network.start[pipe], network.end[pipe]]] += leaking_lph / 2
        return demand.T / LITRES_PER_M3
