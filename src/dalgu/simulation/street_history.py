"""What the busiest links did before the city came up: a past for forecasts and travel times.

Flows are those that the network's own demand makes in each hour, with the weekday and some noise of
the usual size (assumption); speeds follow by the Bureau of Public Roads' curve over what a lane
passes in its share of green (assumption: 0.4). From the start on detectors tell.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.clock import local
from dalgu.kernel.ids import entity_id
from dalgu.services.traffic.control.flows import INTERVAL_S, KMH
from dalgu.services.traffic.dispersion.city_demand import usual_counts
from dalgu.services.traffic.entities import TrafficFlowObserved
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.simulation.chance import stream

BUSIEST: Final = 160  # links
HOURS: Final = 24
RUSH_HOUR: Final = 8
HOUR_S: Final = 3_600.0
DAY_OF_WEEK: Final = (1.0, 1.01, 1.02, 1.02, 1.06, 0.94, 0.80)
GREEN_SHARE: Final = 0.4
BPR_ALPHA, BPR_BETA = 0.9, 4.0
NOISE: Final = 0.07
STEP: Final = timedelta(seconds=INTERVAL_S)

Floats = NDArray[np.float64]


def observed_links(compiled: Compiled) -> NDArray[np.int64]:
    """Return the links before signals that carry the most in the morning, the busiest first."""
    streets = compiled.streets
    signalled = np.unique(streets.lane_link[streets.detected])
    flow = usual_counts(streets, RUSH_HOUR)[0][signalled]
    return signalled[np.argsort(-flow, kind="stable")][:BUSIEST]


def observations(
    compiled: Compiled, since: datetime, until: datetime, seed: int
) -> Iterator[list[TrafficFlowObserved]]:
    """Yield what the busiest links did, five minutes after five minutes, of (since, until]."""
    links = observed_links(compiled)
    usual = usual_counts(compiled.streets, *range(HOURS))[:, links]
    free_kmh = compiled.streets.link_free_mps[links] * KMH
    capacity = _capacity_veh_h(compiled)[links]
    names = [compiled.streets.links[link] for link in links.tolist()]
    at = _next_step(since)
    while at <= until:
        chance = stream(seed, "streets", int(at.timestamp()) // INTERVAL_S)
        flow = _usual(usual, at) * chance.lognormal(0.0, NOISE, len(links))
        load = flow / capacity
        speed = free_kmh / (1 + BPR_ALPHA * load**BPR_BETA) + chance.normal(0.0, 1.0, len(links))
        yield [
            TrafficFlowObserved(
                id=entity_id("TrafficFlowObserved", f"link-{name}"),
                observed_at=at,
                origin="synthetic",
                vehicle_count=round(float(flow[row]) * INTERVAL_S / HOUR_S),
                intensity=round(float(flow[row]), 1),
                average_speed=round(float(np.clip(speed[row], 5.0, 80.0)), 1),
            )
            for row, name in enumerate(names)
        ]
        at += STEP


def _usual(usual: Floats, at: datetime) -> Floats:
    """Return the flows of an instant, between the middles of hours."""
    here = local(at)
    hour = here.hour + here.minute / 60 - 0.5
    low, part = int(np.floor(hour)), hour % 1
    mixed = (1 - part) * usual[low % HOURS] + part * usual[(low + 1) % HOURS]
    return np.asarray(mixed * DAY_OF_WEEK[here.weekday()])


def _capacity_veh_h(compiled: Compiled) -> Floats:
    streets = compiled.streets
    lanes = np.bincount(
        streets.lane_link, weights=streets.lane_saturation_veh_s, minlength=len(streets.links)
    )
    return np.asarray(lanes * HOUR_S * GREEN_SHARE, np.float64)


def _next_step(since: datetime) -> datetime:
    step = int(since.timestamp()) // INTERVAL_S + 1
    return datetime.fromtimestamp(step * INTERVAL_S, since.tzinfo)
