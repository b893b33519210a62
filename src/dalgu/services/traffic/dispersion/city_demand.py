"""Who drives through the city's streets in an hour: entries and exits, brought to link flows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.dispersion.bushes import summed
from dalgu.services.traffic.dispersion.equilibrium import Demand, Settings
from dalgu.services.traffic.dispersion.estimation import Counts, Estimate, estimate_demand
from dalgu.services.traffic.dispersion.graph import distances_to
from dalgu.services.traffic.dispersion.gravity import gravity
from dalgu.services.traffic.dispersion.streets_graph import StreetGraph
from dalgu.services.traffic.queues.streets import HOURS, Streets

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

SCALE_S = 60.0  # spread of perceived times (assumption: a tenth of a trip through the city)
MEAN_TRIP_S = 900.0  # deterrence of the prior (assumption)
LEAST_TRIPS_VPH = 0.05  # thinner pairs of the prior are left out
QUICK_GAP = 1e-4  # while demand is sought


@dataclass(frozen=True, slots=True)
class Hour:
    """What is known of an hour: flows by link, shape (links,), NaN where nobody counts."""

    entering_vph: Array  # (links,) what enters the network there
    leaving_vph: Array  # (links,) what leaves it there
    counted_vph: Array  # (links,)


def usual_hour(streets: Streets, hour: int) -> Hour:
    """Return the flows that the network's own inflows and turn shares make, as if counted.

    The flow of a link is what enters there and what turns into it: one sparse system.
    """
    flow = usual_counts(streets, hour)[0]
    link, staying = _staying(streets)
    outside = streets.movement_exit < 0
    out = np.bincount(link[outside], weights=staying[outside], minlength=len(streets.links))
    return Hour(_entering(streets, hour), flow * out, flow)


def usual_counts(streets: Streets, *hours: int) -> Array:
    """Return what each link carries in each of the hours, shape (hours, links), veh/h.

    One system for all of them: only what enters differs.
    """
    from scipy.sparse import csr_array, eye_array  # type: ignore[import-untyped]  # ships no types
    from scipy.sparse.linalg import splu  # type: ignore[import-untyped]  # ships no types

    links = len(streets.links)
    link, staying = _staying(streets)
    inside = streets.movement_exit >= 0
    into = csr_array(
        (staying[inside], (streets.movement_exit[inside], link[inside])), shape=(links, links)
    )
    entering = np.array([_entering(streets, hour) for hour in hours])
    return np.asarray(splu((eye_array(links) - into).tocsc()).solve(entering.T).T)


def _staying(streets: Streets) -> tuple[Ints, Array]:
    """Return each movement's link, and its share of those whose trip does not end there."""
    link = streets.lane_link[streets.movement_lane]
    return link, streets.movement_share * (1 - streets.link_ends_share[link])


def _entering(streets: Streets, hour: int) -> Array:
    return summed(streets.source_link, streets.source_veh_h[hour % HOURS], len(streets.links))


def city_site(streets: StreetGraph, hour: Hour, *, scale_s: float = SCALE_S) -> Estimate:
    """Return the demand of an hour that explains its flows, with its equilibrium.

    Raises
    ------
    DestinationUnreachable
        When a pair of the prior has no open way.

    """
    prior = prior_demand(streets, hour)
    links = np.flatnonzero(np.isfinite(hour.counted_vph))
    place = np.full(len(streets.links), -1)
    place[links] = np.arange(len(links))
    arcs = np.flatnonzero(place[streets.approach_link] >= 0)
    counts = Counts(arcs, place[streets.approach_link[arcs]], hour.counted_vph[links])
    settings = Settings(scale_s, relative_gap=QUICK_GAP, rounds=3)
    return estimate_demand(streets.graph, streets.costs, prior, counts, settings)


def prior_demand(streets: StreetGraph, hour: Hour) -> Demand:
    """Return demand from entries to exits by gravity, shape (destinations, nodes)."""
    entries = np.flatnonzero(hour.entering_vph > 0)
    exits = np.array([n for n in range(len(streets.links)) if not _goes_on(streets, n)])
    exits = exits[hour.leaving_vph[exits] > 0]
    ends = np.array([streets.end_of(int(link)) for link in exits], dtype=np.int64)
    free = streets.costs.time_s(np.zeros(streets.graph.arcs))
    cost = distances_to(streets.graph, free, ends)[:, entries].T
    trips = gravity(hour.entering_vph[entries], hour.leaving_vph[exits], cost, mean_s=MEAN_TRIP_S)
    vph = np.zeros((len(ends), streets.graph.nodes))
    vph[:, entries] = np.where(trips.T >= LEAST_TRIPS_VPH, trips.T, 0.0)
    return Demand(ends, vph, np.zeros(streets.graph.arcs))


def _goes_on(streets: StreetGraph, link: int) -> bool:
    return bool(streets.approach[int(np.flatnonzero(streets.approach_link == link)[0])].exits)
