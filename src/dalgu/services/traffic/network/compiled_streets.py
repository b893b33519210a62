"""The `Streets` of a network: what the queue simulation runs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.network.compiled_layout import JAM_SPACING_M, Index
from dalgu.services.traffic.network.model import Lane, Link, Movement, Network, Turn, Zone
from dalgu.services.traffic.queues.streets import HOURS, WIDEST_YIELD, Floats, Ints, Streets

# Vehicles an hour and lane of a link that begins at the edge, where the network tells no inflows,
# in the day's shape of a Korean working day (assumption, as `simulation.traffic`).
ASSUMED_INFLOW_VEH_H = 250.0
DAY_SHAPE = np.array([1.6, 1.0, 0.7, 0.6, 0.8, 1.8, 3.9, 6.3, 6.9, 5.6, 5.1, 5.1, 4.9, 5.2, 5.3,
                      5.5, 5.9, 6.7, 7.0, 5.6, 4.7, 4.0, 3.2, 2.4]) / 7.0  # fmt: skip
# Pedestrians pressing for a crossing in an hour (assumption).
CALLS_H = {Zone.NONE: 30.0, Zone.SCHOOL: 60.0, Zone.SILVER: 45.0}
RANK = ("motorway", "primary", "secondary", "tertiary", "residential")


@dataclass(frozen=True)
class Row:
    """One movement of the streets; `exit` and `movement` are None where it leaves the network."""

    lane: Lane
    share: float  # of the link's vehicles
    movement: Movement | None


def streets_of(index: Index, groups: Mapping[str, int], layout_lanes: Sequence[str]) -> Streets:
    """Return the streets of a network.

    Parameters
    ----------
    index
        The network.
    groups
        First group of each signal among all groups, and under "" their number.
    layout_lanes
        Lanes of the layout, in its order.

    """
    network = index.parts.network
    link_at = {link.id: n for n, link in enumerate(network.links)}
    lanes = [lane for link in network.links for lane in index.parts.lanes_of.get(link.id, ())]
    lane_at = {lane.id: n for n, lane in enumerate(lanes)}
    rows = street_rows(index)
    group = [_group(row, groups) for row in rows]
    source_link, source_veh_h = _sources(index, link_at)
    return Streets(
        links=tuple(link_at),
        link_length_m=np.array([link.length_m for link in network.links], float),
        link_free_mps=np.array([link.free_speed_kmh / 3.6 for link in network.links], float),
        link_ends_share=np.zeros(len(link_at)),
        lanes=tuple(lane_at),
        lane_link=np.array([link_at[lane.link] for lane in lanes], np.int64),
        lane_saturation_veh_s=np.array([lane.saturation_veh_h / 3600 for lane in lanes], float),
        lane_storage_veh=np.array([_storage_veh(index, lane) for lane in lanes], float),
        movement_lane=np.array([lane_at[row.lane.id] for row in rows], np.int64),
        movement_exit=np.array(
            [link_at[row.movement.exit] if row.movement else -1 for row in rows], np.int64
        ),
        movement_share=np.array([row.share for row in rows], float),
        movement_group=np.array(group, np.int64),
        movement_yields=_yields(index, rows),
        source_link=source_link,
        source_veh_h=source_veh_h,
        detected=np.array([lane_at[lane] for lane in layout_lanes], np.int64),
        call_h=_calls(network, groups),
    )


def street_rows(index: Index) -> list[Row]:
    """Return the movements of the streets, link after link and lane after lane."""
    rows = []
    for link in index.parts.network.links:
        lanes = index.parts.lanes_of.get(link.id, ())
        used = [lane for lane in lanes if index.parts.movements_of.get(lane.id)]
        if not used:
            rows += [Row(lane, 1.0 / len(lanes), None) for lane in lanes]
            continue
        told = sum(lane.share for lane in used)
        for lane in used:
            share = lane.share / told if told > 0 else 1.0 / len(used)
            own = index.parts.movements_of[lane.id]
            total = sum(movement.share for movement in own)
            rows += [
                Row(lane, share * (one.share / total if total > 0 else 1 / len(own)), one)
                for one in own
            ]
    return rows


def _group(row: Row, groups: Mapping[str, int]) -> int:
    movement = row.movement
    if movement is None or not movement.signal or movement.group < 0:
        return -1
    return groups[movement.signal] + movement.group


def _storage_veh(index: Index, lane: Lane) -> float:
    """Return how many fit; who wants into a full pocket waits on the way to it."""
    return max(index.parts.links[lane.link].length_m, lane.length_m, JAM_SPACING_M) / JAM_SPACING_M


def _sources(index: Index, link_at: Mapping[str, int]) -> tuple[Ints, Floats]:
    network = index.parts.network
    if network.inflows:
        at = [link_at[inflow.link] for inflow in network.inflows]
        veh_h = np.array([inflow.veh_h for inflow in network.inflows], float).T
        return np.array(at, np.int64), veh_h.reshape(HOURS, len(at))
    fed = {movement.exit for movement in network.movements}
    entries = [link for link in network.links if link.id not in fed]
    lanes = np.array([link.lanes for link in entries], float)
    at = [link_at[link.id] for link in entries]
    return np.array(at, np.int64), DAY_SHAPE[:, None] * ASSUMED_INFLOW_VEH_H * lanes[None, :]


def _calls(network: Network, groups: Mapping[str, int]) -> Floats:
    calls = np.zeros(groups[""])
    for crossing in network.crossings:
        if crossing.signal and crossing.group >= 0:
            calls[groups[crossing.signal] + crossing.group] += CALLS_H[crossing.zone]
    return calls


def _yields(index: Index, rows: Sequence[Row]) -> Ints:
    """Return whom each movement gives way to: at most the four with most vehicles."""
    by_node: dict[str, list[int]] = {}
    for n, row in enumerate(rows):
        if row.movement is not None:
            by_node.setdefault(index.parts.links[row.lane.link].end, []).append(n)
    together = _greens_together(index.parts.network)
    yields = np.full((len(rows), WIDEST_YIELD), -1, np.int64)
    for near in by_node.values():
        for n in near:
            first = [m for m in near if _gives_way(index, rows[n], rows[m], together)]
            first.sort(key=lambda m: (-rows[m].share, m))
            yields[n, : len(first[:WIDEST_YIELD])] = first[:WIDEST_YIELD]
    return yields


def _greens_together(network: Network) -> set[tuple[str, int, int]]:
    return {
        (signal.id, one, other)
        for signal in network.signals
        for stage in signal.stages
        for one in stage.groups
        for other in stage.groups
    }


def _gives_way(index: Index, row: Row, other: Row, together: set[tuple[str, int, int]]) -> bool:
    """Return whether a movement gives way to another one of its node."""
    own, theirs = row.movement, other.movement
    if own is None or theirs is None or row.lane.link == other.lane.link:
        return False
    if not own.signal:
        return _is_minor(index.parts.links[row.lane.link], index.parts.links[other.lane.link]) and (
            theirs.turn is Turn.THROUGH or theirs.exit == own.exit
        )
    if not own.permissive or theirs.permissive:
        return False
    if own.turn is Turn.RIGHT:
        return theirs.exit == own.exit
    return theirs.turn is Turn.THROUGH and (own.signal, own.group, theirs.group) in together


def _is_minor(link: Link, other: Link) -> bool:
    return _rank(link) > _rank(other)


def _rank(link: Link) -> int:
    return RANK.index(link.road_class) if link.road_class in RANK else len(RANK)
