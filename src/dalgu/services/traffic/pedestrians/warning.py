"""When to caution: a vehicle and somebody on foot are about to use the same place.

From tracks and lights of one moment, each pair that may meet gets a predicted post-encroachment
time: how long after the first leaves the conflict area the second enters it. Vehicles keep
their speed; who walks keeps walking; who waits without right of way starts behind the vehicle;
who has it, or is on the crossing already, makes the vehicle wait. A pair is cautioned when the
predicted time is short, near, and likely (`habits`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.pedestrians.habits import Habits, kerb_distance_m
from dalgu.services.traffic.pedestrians.layout import CrossingLayout, Floats, Ints
from dalgu.services.traffic.pedestrians.matching import (
    STANDING_MPS,
    Approaching,
    OnFoot,
    Tracks,
    match_vehicles,
    match_walkers,
)

Bools = NDArray[np.bool_]

VEHICLE_WIDTH_M = 1.8
BODY_M = 0.5  # a walker's width
ROLLING_MPS = 1.5  # a standing vehicle that may go does so at least at this pace
WALKING_MPS = 1.3  # Han et al. 2020: mean of adults 1.29 m/s
STARTING_S = 0.4
YIELDING_S = 0.3  # drivers start this soon behind whom they let pass
ON_CROSSING_M = 0.2
NEAR_KERB_M = 3.0
PASSED_M = 6.0


@dataclass(frozen=True, slots=True)
class Lights:
    """What the signals show and when that changes.

    `go_in_s` shape (Z,): 0 while vehicles of the zone may go, else seconds until they may;
    `walk_in_s` shape (C,): the same for walkers; `has_signal` shape (C,).
    """

    go_in_s: Floats
    walk_in_s: Floats
    has_signal: Bools


@dataclass(frozen=True, slots=True)
class Rule:
    """When a pair is cautioned; chosen on simulated streets other than those reported on."""

    post_encroachment_s: float = 3.0
    ahead_s: float = 6.0
    likelihood: float = 0.2
    go_soon_s: float = 2.0


@dataclass(frozen=True, slots=True)
class Cautioned:
    """Pairs to caution, shape (n,) each: rows of the tracks, crossing, and what is predicted."""

    vehicle: Ints
    walker: Ints
    crossing: Ints
    post_encroachment_s: Floats
    closest_in_s: Floats
    likelihood: Floats


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Every vehicle and walker that head for one crossing, with their distances."""

    vehicle: Ints
    walker: Ints
    crossing: Ints
    zone: Ints
    vehicle_in_s: Floats
    vehicle_out_s: Floats
    to_go_m: Floats
    ahead_m: Floats  # of the walker, to the middle of the zone
    kerb_m: Floats
    pace_mps: Floats
    half_m: Floats  # of the zone, along the crossing
    likelihood: Floats


def cautions(
    layout: CrossingLayout,
    habits: Habits,
    seen: tuple[Tracks, Tracks],
    lights: Lights,
    rule: Rule,
) -> Cautioned:
    """Return the pairs of vehicles and walkers to caution now; `seen` holds (vehicles, walkers)."""
    vehicles, walkers = seen
    approaching = match_vehicles(layout, vehicles)
    on_foot = match_walkers(layout.crossings, walkers)
    pairs = _pairs(layout, habits, (vehicles, walkers), (approaching, on_foot))
    gap_s, closest_s = _predict(pairs, lights)
    warn = (
        (gap_s < rule.post_encroachment_s)
        & (closest_s < rule.ahead_s)
        & (pairs.likelihood > rule.likelihood)
        & _may_meet(pairs, lights, rule)
    )
    return Cautioned(
        pairs.vehicle[warn],
        pairs.walker[warn],
        pairs.crossing[warn],
        gap_s[warn],
        closest_s[warn],
        pairs.likelihood[warn],
    )


def _pairs(
    layout: CrossingLayout,
    habits: Habits,
    tracks: tuple[Tracks, Tracks],
    matched: tuple[Approaching, OnFoot],
) -> _Pairs:
    (vehicles, walkers), (approaching, on_foot) = tracks, matched
    zones = layout.zones
    i, j = _same(zones.crossing[approaching.zone], on_foot.crossing)
    zone, vehicle, walker = approaching.zone[i], approaching.vehicle[i], on_foot.walker[j]
    sine = zones.sine[zone]
    cosine = np.sqrt(1 - np.minimum(sine, 1.0) ** 2)
    vehicle_half = (BODY_M + VEHICLE_WIDTH_M * cosine) / (2 * sine)
    speed = np.maximum(vehicles.speed_mps[vehicle], ROLLING_MPS)
    to_go = approaching.to_go_m[i]
    coming = habits.share_coming(layout, vehicles, approaching)[i]
    return _Pairs(
        vehicle,
        walker,
        zones.crossing[zone],
        zone,
        np.maximum(to_go - vehicle_half, 0) / speed,
        np.maximum(to_go + vehicle_half + vehicles.length_m[vehicle], 0) / speed,
        to_go,
        (zones.across_m[zone] - on_foot.along_m[j]) * on_foot.direction[j],
        kerb_distance_m(layout, on_foot)[j],
        on_foot.pace_mps[j],
        (VEHICLE_WIDTH_M + BODY_M * cosine) / (2 * sine),
        coming * habits.share_crossing(layout, walkers, on_foot)[j],
    )


def _same(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return all index pairs with equal values."""
    order = np.argsort(right, kind="stable")
    low = np.searchsorted(right[order], left)
    count = np.searchsorted(right[order], left, side="right") - low
    i = np.repeat(np.arange(len(left)), count)
    within = np.arange(len(i)) - np.repeat(np.cumsum(count) - count, count)
    return i, order[np.repeat(low, count) + within]


def _predict(pairs: _Pairs, lights: Lights) -> tuple[Floats, Floats]:
    """Return predicted post-encroachment time and time to the later entry, shape (n,) each."""
    walk_in = lights.walk_in_s[pairs.crossing]
    on = pairs.kerb_m < -ON_CROSSING_M
    has_walk = lights.has_signal[pairs.crossing] & (walk_in <= 0)
    to_kerb = np.maximum(pairs.kerb_m, 0.0)
    pace = np.where(pairs.pace_mps > STANDING_MPS, np.maximum(pairs.pace_mps, 0.8), WALKING_MPS)
    entry = np.maximum(pairs.ahead_m - pairs.half_m, 0.0)
    walker_in = entry / pace
    walker_out = np.maximum(pairs.ahead_m + pairs.half_m, 0.0) / pace
    gives_way = ~on & ~has_walk
    start = np.maximum.reduce([pairs.vehicle_out_s + STARTING_S, to_kerb / pace, walk_in])
    waiting_in = start + np.maximum(entry - to_kerb, 0.0) / WALKING_MPS
    walker_in = np.where(gives_way, waiting_in, walker_in)
    walker_first = ~gives_way & (pairs.vehicle_out_s > walker_in)
    behind = np.maximum(pairs.vehicle_in_s - walker_out, YIELDING_S)
    gap = np.where(walker_first, behind, walker_in - pairs.vehicle_out_s)
    closest = np.where(walker_first, np.maximum(pairs.vehicle_in_s, walker_out), walker_in)
    return gap, closest


def _may_meet(pairs: _Pairs, lights: Lights, rule: Rule) -> Bools:
    may_go = (lights.go_in_s[pairs.zone] < rule.go_soon_s) | (pairs.to_go_m < 1.0)
    walk_in = lights.walk_in_s[pairs.crossing]
    on = pairs.kerb_m < -ON_CROSSING_M
    near = (pairs.kerb_m < NEAR_KERB_M) | (pairs.pace_mps > STANDING_MPS)
    may_walk = on | (near & (walk_in < rule.ahead_s))
    ahead = (pairs.ahead_m > -pairs.half_m) & (pairs.to_go_m > -PASSED_M)
    return np.asarray(may_go & may_walk & ahead)
