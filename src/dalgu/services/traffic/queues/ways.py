"""What a vehicle can do on streets, indexed for stepping all of them at once.

Real lanes are followed by two sorts of made-up lanes that behave alike: one per link on which
trips end (its vehicles vanish after the free-flow time), and one per source (vehicles that wait
outside until there is room). So one rule moves everybody.
"""

from dataclasses import dataclass

import numpy as np

from dalgu.services.traffic.queues.streets import (
    HOURS,
    JAM_SPACING_M,
    WIDEST_YIELD,
    Floats,
    Ints,
    Streets,
)

ENTRY_VEH_S = 0.9  # a source or a car park lets out at most so many; below one a step
UNBOUNDED = 1e9  # storage of a made-up lane


@dataclass(frozen=True, slots=True)
class Turns:
    """What is drawn when a link is entered: the link to be taken at its end, or that it ends there.

    T turns, in the order of their links; each served by up to W lanes, by one movement each.
    """

    link: Ints  # (T,) ascending
    exit: Ints  # (T,)
    share: Floats  # (T,) sums to 1 in a link
    lanes: Ints  # (T, W) -1 none
    movement: Ints  # (T, W)


@dataclass(frozen=True, slots=True)
class Ways:
    """Derived arrays: Q lanes with the made-up ones, R movements with theirs."""

    lane_link: Ints  # (Q,) -1 of a source
    lane_headway_s: Floats  # (Q,)
    lane_storage_veh: Floats  # (Q,)
    lane_wave_steps: Ints  # (Q,) a gap at the stop line reaches the entry so much later
    lane_wave_mps: Floats  # (Q,) speed of the starting wave
    movement_lane: Ints  # (R,)
    movement_exit: Ints  # (R,)
    movement_group: Ints  # (R,)
    movement_yields: Ints  # (R, WIDEST_YIELD)
    turns: Turns
    source_lane: Ints  # (S,)
    free_s: Floats  # (K,) free-flow time of a link


def ways(streets: Streets) -> Ways:
    """Return the derived arrays of streets."""
    ending = np.flatnonzero(streets.link_ends_share > 0)
    count, parks, sources = len(streets.lanes), len(ending), len(streets.source_link)
    made_up = count + np.arange(parks + sources)
    movement_lane = np.concatenate([streets.movement_lane, made_up])
    movement_exit = np.concatenate(
        [streets.movement_exit, np.full(parks, -1), streets.source_link]
    ).astype(np.int64)
    unsignalled = np.full(parks + sources, -1)
    nobody = np.full((parks + sources, WIDEST_YIELD), -1)
    lane_link = np.concatenate([streets.lane_link, ending, np.full(sources, -1)]).astype(np.int64)
    wave_mps, steps = _waves(streets, parks + sources)
    return Ways(
        lane_link=lane_link,
        lane_headway_s=1
        / np.concatenate([streets.lane_saturation_veh_s, np.full(parks + sources, ENTRY_VEH_S)]),
        lane_storage_veh=np.concatenate(
            [streets.lane_storage_veh, np.full(parks + sources, UNBOUNDED)]
        ),
        lane_wave_steps=steps,
        lane_wave_mps=wave_mps,
        movement_lane=movement_lane.astype(np.int64),
        movement_exit=movement_exit,
        movement_group=np.concatenate([streets.movement_group, unsignalled]).astype(np.int64),
        movement_yields=np.concatenate([streets.movement_yields, nobody]).astype(np.int64),
        turns=_turns(streets, ending),
        source_lane=made_up[parks:].astype(np.int64),
        free_s=streets.link_length_m / streets.link_free_mps,
    )


def _waves(streets: Streets, made_up: int) -> tuple[Floats, Ints]:
    """Return the speed of the backward wave of each lane's triangular diagram, and its steps.

    Newell (1993): w = q / (k_jam - q / v), with q the saturation flow and v the free speed.
    """
    flow = streets.lane_saturation_veh_s
    free = streets.link_free_mps[streets.lane_link]
    wave = flow / np.maximum(1 / JAM_SPACING_M - flow / free, 0.02)
    steps = np.floor(streets.link_length_m[streets.lane_link] / wave)
    return (
        np.concatenate([wave, np.ones(made_up)]),
        np.concatenate([steps, np.zeros(made_up)]).astype(np.int64),
    )


def _turns(streets: Streets, ending: Ints) -> Turns:
    """Return the turn arrays: movements grouped by link and exit, and trip ends."""
    link = streets.lane_link[streets.movement_lane]
    staying = 1 - streets.link_ends_share[link]
    key = np.stack([link, streets.movement_exit], axis=1)
    pairs, at = np.unique(key, axis=0, return_inverse=True)
    at = at.reshape(-1)
    share = np.bincount(at, weights=streets.movement_share * staying, minlength=len(pairs))
    lanes, movements = _padded(at, streets.movement_lane, len(pairs))
    parks = np.arange(len(ending))
    ends = np.full((len(ending), lanes.shape[1]), -1)
    end_lanes, end_movements = ends.copy(), ends
    end_lanes[:, 0] = len(streets.lanes) + parks
    end_movements[:, 0] = len(streets.movement_lane) + parks
    turn_link = np.concatenate([pairs[:, 0], ending])
    order = np.argsort(turn_link, kind="stable")
    exits = np.concatenate([pairs[:, 1], np.full(len(ending), -1)])
    return Turns(
        link=turn_link[order].astype(np.int64),
        exit=exits[order].astype(np.int64),
        share=np.concatenate([share, streets.link_ends_share[ending]])[order],
        lanes=np.concatenate([lanes, end_lanes])[order].astype(np.int64),
        movement=np.concatenate([movements, end_movements])[order].astype(np.int64),
    )


def _padded(turn: Ints, lane: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the lanes and movements of each turn, one row a turn, filled with -1."""
    order = np.argsort(turn, kind="stable")
    first = np.searchsorted(turn[order], np.arange(count))
    place = np.arange(len(order)) - first[turn[order]]
    lanes = np.full((count, int(place.max(initial=0)) + 1), -1)
    movements = lanes.copy()
    lanes[turn[order], place] = lane[order]
    movements[turn[order], place] = order
    return lanes, movements


def demand_veh_s(streets: Streets, at_s: float) -> Floats:
    """Return what each source sends at a local second of the day, vehicles a second."""
    hour: Floats = streets.source_veh_h[int(at_s // 3600) % HOURS]
    return hour / 3600
