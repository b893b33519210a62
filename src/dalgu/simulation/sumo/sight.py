"""What an area detector above a stop line sees upstream, and where its traffic goes next."""

from collections import defaultdict, deque
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from dalgu.services.traffic.signals.layout import Floats, Ints
from dalgu.services.traffic.signals.sums import sum_by
from dalgu.simulation.sumo.net import Connection, Net


@dataclass(frozen=True, slots=True)
class Sight:
    """Which lanes are watched, and for which stop lines their vehicles count by what share.

    Entries of watched lane w are `first[w]` to `first[w + 1]`.
    """

    lanes: tuple[str, ...]  # (W,) watched, also those inside junctions
    length_m: Floats  # (W,)
    speed_mps: Floats  # (W,) allowed
    first: Ints  # (W + 1,)
    stop: Ints  # (entries,) detected lane
    share: Floats  # (entries,) of the vehicles there that come to that stop line
    ahead_m: Floats  # (entries,) from the watched lane's end to the stop line
    reach_m: Floats  # (L,) seen
    storage_m: Floats  # (L,) lane metres seen


def look_upstream(net: Net, stops: tuple[str, ...], controlled: set[str], reach_m: float) -> Sight:
    """Follow connections upstream from each stop line, not past a signal, as far as `reach_m`."""
    ways = _ways(net, controlled)
    share_of: dict[str, dict[int, float]] = defaultdict(dict)
    ahead: dict[tuple[str, int], float] = {}
    for stop, lane in enumerate(stops):
        _walk(net, ways, (lane, stop, reach_m), share_of, ahead)
    _normalise(share_of)
    return _packed(net, share_of, ahead, (len(stops), reach_m))


def _ways(net: Net, controlled: set[str]) -> dict[str, list[tuple[str, float]]]:
    """Return for each lane from which lanes it is entered, and by what share of those."""
    leaving: dict[str, list[Connection]] = defaultdict(list)
    for c in net.connections:
        if not c.origin.startswith(":") and c.origin not in controlled:
            leaving[c.origin].append(c)
    ways: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for origin, connections in leaving.items():
        for c in connections:
            part = 1.0 / len(connections)
            if c.via:
                ways[c.target].append((c.via, 1.0))
                ways[c.via].append((origin, part))
            else:
                ways[c.target].append((origin, part))
    return ways


def _walk(
    net: Net,
    ways: dict[str, list[tuple[str, float]]],
    start: tuple[str, int, float],
    share_of: dict[str, dict[int, float]],
    ahead: dict[tuple[str, int], float],
) -> None:
    lane, stop, reach_m = start
    todo = deque([(lane, 0.0, 1.0)])
    seen = set()
    while todo:
        lane, distance_m, share = todo.popleft()
        if distance_m >= reach_m or lane in seen:
            continue
        seen.add(lane)
        share_of[lane][stop] = share_of[lane].get(stop, 0.0) + share
        ahead[lane, stop] = distance_m
        length_m = net.lanes[lane].length_m
        todo.extend((o, distance_m + length_m, share * part) for o, part in ways[lane])


def _normalise(share_of: dict[str, dict[int, float]]) -> None:
    """Let no vehicle count for more than one."""
    for shares in share_of.values():
        total = sum(shares.values())
        if total > 1.0:
            shares.update({stop: share / total for stop, share in shares.items()})


def _packed(
    net: Net,
    share_of: dict[str, dict[int, float]],
    ahead: dict[tuple[str, int], float],
    size: tuple[int, float],
) -> Sight:
    lanes = tuple(share_of)
    entries = [(lane, stop, share) for lane in lanes for stop, share in share_of[lane].items()]
    ahead_m = np.array([ahead[lane, stop] for lane, stop, _ in entries])
    stop = np.array([stop for _, stop, _ in entries], np.int64)
    length_m = np.array([net.lanes[lane].length_m for lane, _, _ in entries])
    share = np.array([share for _, _, share in entries])
    seen_m = np.clip(size[1] - ahead_m, 0.0, length_m)
    reach_m = np.zeros(size[0])
    np.maximum.at(reach_m, stop, ahead_m + seen_m)
    counts = [len(share_of[lane]) for lane in lanes]
    return Sight(
        lanes,
        np.array([net.lanes[lane].length_m for lane in lanes]),
        np.array([net.lanes[lane].speed_mps for lane in lanes]),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        stop,
        share,
        ahead_m,
        reach_m,
        sum_by(stop, share * seen_m, size[0]),
    )


def look_downstream(
    net: Net, targets: list[str], stops: dict[str, int], furthest_m: float
) -> tuple[Ints, Floats]:
    """Return which detected lane each exit lane leads to first (-1: none), and in what time."""
    following: dict[str, list[str]] = defaultdict(list)
    for c in net.connections:
        if not c.origin.startswith(":"):
            following[c.origin].append(c.target)
    found: dict[str, tuple[int, float]] = {}
    for target in targets:
        if target not in found:
            found[target] = _first_stop(net, target, following, (stops, furthest_m))
    lanes = np.array([found[t][0] for t in targets], np.int64)
    return lanes, np.array([found[t][1] for t in targets])


def _first_stop(
    net: Net, lane: str, following: dict[str, list[str]], goal: tuple[dict[str, int], float]
) -> tuple[int, float]:
    """Search the nearest stop line by free-flow time."""
    stops, furthest_m = goal
    queue, done = [(0.0, 0.0, lane)], set()
    while queue:
        time_s, way_m, lane = heappop(queue)
        if lane in done or way_m > furthest_m:
            continue
        done.add(lane)
        length_m, speed_mps = net.lanes[lane].length_m, net.lanes[lane].speed_mps
        if lane in stops:
            return stops[lane], time_s + length_m / speed_mps
        for after in following[lane]:
            heappush(queue, (time_s + length_m / speed_mps, way_m + length_m, after))
    return -1, 0.0
