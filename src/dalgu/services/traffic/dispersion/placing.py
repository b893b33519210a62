"""Where message signs would serve most: busy approaches of arterials, well apart."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.geo import distance_m
from dalgu.services.traffic.network.model import Link, Network

Array = NDArray[np.float64]

ARTERIAL = ("motorway", "primary", "secondary")
APART_M = 900.0  # drivers read one sign, decide, and drive on (assumption)
LEAST_LENGTH_M = 200.0  # to read it and change lanes


def sign_places(network: Network, flow_vph: Array, most: int) -> list[str]:
    """Return links to put signs over, the busiest first, none within 900 m of another.

    `flow_vph` has shape (links,).
    """
    at = {node.id: (node.lon, node.lat) for node in network.nodes}
    found: list[Link] = []
    for n in np.argsort(-flow_vph, kind="stable").tolist():
        link = network.links[n]
        if len(found) >= most:
            break
        if link.road_class not in ARTERIAL or link.length_m < LEAST_LENGTH_M:
            continue
        if _is_apart(link, found, at):
            found.append(link)
    return [link.id for link in found]


def _is_apart(link: Link, others: Sequence[Link], at: dict[str, tuple[float, float]]) -> bool:
    return all(
        distance_m(at[link.start], at[one.start]) >= APART_M or link.end == one.start
        for one in others
    )
