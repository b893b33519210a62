"""Made-up districts: N like crossings of four lanes, each with two through and two turn stages."""

from dataclasses import replace

import numpy as np

from dalgu.services.traffic.signals.layout import BINS, Layout, Seen

STAGES, LANES, GROUPS = 4, 8, 4
# lanes 0, 1: north and south through; 2, 3: their left turns; 4, 5: east and west; 6, 7: lefts
STAGE_LANES = ((0, 1), (2, 3), (4, 5), (6, 7))


def district(n: int = 1, change_s: float = 3.0) -> Layout:
    """Return n crossings, one group a stage, not joined to each other."""
    stage = np.arange(n * STAGES)
    stage_lane = np.zeros((n * STAGES, LANES), bool)
    for row in stage:
        stage_lane[row, list(STAGE_LANES[row % STAGES])] = True
    lane = np.arange(n * LANES)
    change = np.full((n * STAGES, STAGES), change_s)
    change[stage, stage % STAGES] = 0.0
    group_of_lane = lane // LANES * GROUPS + (lane % LANES) // 2
    return Layout(
        signals=tuple(f"x{k}" for k in range(n)),
        lanes=tuple(f"x{k // LANES}_{k % LANES}" for k in lane),
        lane_signal=lane // LANES,
        lane_saturation_veh_s=np.full(n * LANES, 0.5),
        lane_reach_m=np.full(n * LANES, 200.0),
        lane_storage_veh=np.full(n * LANES, 26.0),
        movement_lane=lane,
        movement_group=group_of_lane,
        movement_share=np.ones(n * LANES),
        movement_permissive=np.zeros(n * LANES, bool),
        movement_next=np.full(n * LANES, -1),
        movement_travel_s=np.zeros(n * LANES),
        group_signal=np.repeat(np.arange(n), GROUPS),
        group_is_pedestrian=np.zeros(n * GROUPS, bool),
        group_min_green_s=np.full(n * GROUPS, 5.0),
        group_max_red_s=np.full(n * GROUPS, 120.0),
        stage_signal=stage // STAGES,
        stage_first=np.arange(n + 1) * STAGES,
        stage_group=np.tile(np.eye(STAGES, dtype=bool), (n, 1)),
        stage_lane=stage_lane,
        lane_first=np.arange(n + 1) * LANES,
        group_first=np.arange(n + 1) * GROUPS,
        change_s=change,
        plan_stage=stage,
        plan_green_s=np.tile([30.0, 8.0, 20.0, 8.0], n),
        plan_first=np.arange(n + 1) * STAGES,
        plan_offset_s=np.zeros(n),
    )


def quiet(layout: Layout, **changed: object) -> Seen:
    """Return a sight of nobody at all, stage 0 green for 20 s everywhere, with changes."""
    n, lanes = len(layout.signals), len(layout.lanes)
    stage = layout.stage_first[:-1].copy()
    red_s = np.where(layout.stage_group[stage].ravel(), 0.0, 20.0)
    seen = Seen(
        at_s=0.0,
        stage=stage,
        stage_age_s=np.full(n, 20.0),
        changing_s=np.zeros(n),
        queue_veh=np.zeros(lanes),
        arriving_veh=np.zeros((lanes, BINS)),
        waiting_s=np.zeros(lanes),
        exit_room_veh=np.full(lanes, 30.0),
        red_s=red_s,
        called_s=np.zeros(len(layout.group_signal)),
        healthy=np.ones(lanes, bool),
        predicted_veh_h=np.full(lanes, np.nan),
    )
    return replace(seen, **changed)


def busy(layout: Layout, rng: np.random.Generator) -> Seen:
    """Return any sight that can be."""
    n, lanes, groups = len(layout.signals), len(layout.lanes), len(layout.group_signal)
    stage = layout.stage_first[:-1] + rng.integers(0, np.diff(layout.stage_first))
    changing = np.where(rng.random(n) < 0.3, rng.uniform(0.5, 3.0, n), 0.0)
    queue = rng.poisson(rng.choice([0.0, 1.0, 8.0], lanes)).astype(float)
    green = layout.stage_group[stage].ravel()
    red_s = np.where(green, 0.0, rng.uniform(0, 200, groups))
    stands_s = np.where(red_s > 0, red_s * rng.random(groups), 2.0)[layout.movement_group]
    return quiet(
        layout,
        at_s=float(rng.integers(0, 86_400)),
        stage=stage,
        stage_age_s=np.where(changing > 0, 0.0, rng.uniform(0, 60, n)),
        changing_s=changing,
        queue_veh=queue,
        arriving_veh=rng.poisson(0.2, (lanes, BINS)).astype(float),
        waiting_s=np.where(queue > 0, stands_s, 0.0),
        exit_room_veh=rng.uniform(0, 30, lanes),
        red_s=red_s,
        healthy=rng.random(lanes) > 0.1,
        predicted_veh_h=np.where(rng.random(lanes) < 0.3, np.nan, rng.uniform(0, 900, lanes)),
    )


def with_queue(layout: Layout, lane: int, vehicles: float, **changed: object) -> Seen:
    """Return a sight of one queue that waits for 15 s."""
    queue, waiting = np.zeros(len(layout.lanes)), np.zeros(len(layout.lanes))
    queue[lane], waiting[lane] = vehicles, 15.0
    return quiet(layout, queue_veh=queue, waiting_s=waiting, **changed)
