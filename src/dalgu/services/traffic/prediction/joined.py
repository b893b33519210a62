"""Which observed links feed which: turns of the network, past links that none observes."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.network.model import Network
from dalgu.services.traffic.prediction.history import Steps

MOST_BETWEEN = 3  # unobserved links from one observed link to the next


def joined(network: Network, links: Sequence[str]) -> Steps:
    """Return pairs of positions in `links`, shape (pairs, 2): the first feeds the second.

    Links between that nobody observes are passed, up to MOST_BETWEEN of them.
    """
    position = {link: row for row, link in enumerate(links)}
    onward = _onward(network)
    pairs = set()
    for link, row in position.items():
        front, passed = set(onward[link]), {link}
        for _ in range(MOST_BETWEEN + 1):
            pairs |= {(row, position[one]) for one in front if one in position}
            passed |= front
            unseen = (one for one in front if one not in position)
            front = {further for one in unseen for further in onward[one]} - passed
    return np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)


def _onward(network: Network) -> dict[str, set[str]]:
    link_of = {lane.id: lane.link for lane in network.lanes}
    onward: dict[str, set[str]] = defaultdict(set)
    for movement in network.movements:
        onward[link_of[movement.lane]].add(movement.exit)
    return onward


def lane_inflow(
    network: Network, lanes: Sequence[str], flow_veh_h: dict[str, float]
) -> NDArray[np.float64]:
    """Return each lane's part of its link's flow in veh/h, NaN where the link has none.

    Shape (lanes,). A lane's part is its share of the link's vehicles; where no lane of a link
    has one, all have equal parts.
    """
    by_link = defaultdict(list)
    for lane in network.lanes:
        by_link[lane.link].append(lane)
    part = {}
    for members in by_link.values():
        total = sum(lane.share for lane in members)
        for lane in members:
            part[lane.id] = lane.share / total if total else 1 / len(members)
    link_of = {lane.id: lane.link for lane in network.lanes}
    flows = (flow_veh_h.get(link_of[lane], np.nan) * part[lane] for lane in lanes)
    return np.fromiter(flows, dtype=np.float64, count=len(lanes))
