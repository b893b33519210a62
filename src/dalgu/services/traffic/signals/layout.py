"""What a signal controller sees and decides, for all signals of a district at once.

A controller is pure: the same `Layout` and `Seen` give the same `Decision`, so every decision can
be replayed. Sizes: N signals, L detected lanes, M movements, S stages (of all signals), G groups.
Lanes, stages and groups stand signal after signal, in the order of `Layout.signals`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.report import BIN_S, BINS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

__all__ = ["BINS", "BIN_S", "Bools", "Controller", "Decision", "Floats", "Ints", "Layout", "Seen"]


@dataclass(frozen=True, slots=True)
class Layout:
    """A district as arrays: built once from the network (`network.compiled`) or from SUMO."""

    signals: tuple[str, ...]
    lanes: tuple[str, ...]
    lane_signal: Ints  # (L,)
    lane_saturation_veh_s: Floats  # (L,) discharge of a queue at green
    lane_reach_m: Floats  # (L,) how far upstream its detector sees, over link ends
    lane_storage_veh: Floats  # (L,) vehicles that fit into the reach
    movement_lane: Ints  # (M,)
    movement_group: Ints  # (M,) group over all signals; -1 always free
    movement_share: Floats  # (M,) of its lane's vehicles; sums to 1 in a lane
    movement_permissive: Bools  # (M,) gives way while green
    movement_next: Ints  # (M,) first lane of the next signal that it feeds, -1: leaves
    movement_travel_s: Floats  # (M,) free-flow time to that signal's stop line
    group_signal: Ints  # (G,)
    group_is_pedestrian: Bools  # (G,)
    group_min_green_s: Floats  # (G,)
    group_max_red_s: Floats  # (G,)
    stage_signal: Ints  # (S,)
    stage_first: Ints  # (N + 1,) stages of signal n are stage_first[n] to stage_first[n + 1]
    stage_group: Bools  # (S, widest) groups of the stage's own signal that are green in it
    stage_lane: Bools  # (S, widest) lanes of the stage's own signal that discharge in it
    lane_first: Ints  # (N + 1,)
    group_first: Ints  # (N + 1,)
    change_s: Floats  # (S, widest) from a stage to the k-th of its signal: time without new green
    plan_stage: Ints  # (P,) steps of the fixed plans, signal after signal: stage over all signals
    plan_green_s: Floats  # (P,)
    plan_first: Ints  # (N + 1,)
    plan_offset_s: Floats  # (N,)
    stage_yields: Bools | None = None  # as `stage_group`: green, but gives way in that stage;
    # None: where `movement_permissive` says so, in every stage
    keep_s: Floats | None = None  # (S, widest) the part of `change_s` in which vehicles whose green
    # ends still have it, since pedestrians clear; None: nothing
    stage_rate_veh_s: Floats | None = None  # as `stage_lane`: discharge of a queue in that stage
    # as counts have taught it (`saturation.py`); None: reckoned from shares of turns


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known at one instant: lane-level detection only, no vehicle's turn or identity."""

    at_s: float
    stage: Ints  # (N,) running or being changed to, over all signals
    stage_age_s: Floats  # (N,) 0 while changing
    changing_s: Floats  # (N,)
    queue_veh: Floats  # (L,)
    arriving_veh: Floats  # (L, BINS) moving, by time to the stop line in bins of BIN_S
    waiting_s: Floats  # (L,) since the first of the queue stands
    exit_room_veh: Floats  # (L,)
    red_s: Floats  # (G,) since the group's green ended, 0 while green
    called_s: Floats  # (G,) a pedestrian waits so long; 0 for nobody
    healthy: Bools  # (L,) the detector can be believed
    predicted_veh_h: Floats  # (L,) forecast inflow of the next minutes, NaN where there is none


@dataclass(frozen=True, slots=True)
class Decision:
    """The stage wanted at each signal, and the reasons as numbers.

    `stage` is shape (N,), over all signals (its position among all S stages). `score` is shape
    (S,), the larger the better, NaN where a stage was no choice. `terms` names parts of the
    score, each (S,); they add up to it where the controller's README section says so. `ruled`
    says by which rule a signal was decided, (N,) position in `RULES` of the controller's module.
    """

    stage: Ints
    score: Floats
    terms: Mapping[str, Floats] = field(default_factory=dict)
    ruled: Ints | None = None


class Controller(Protocol):
    """Decides the next stage of every signal of a layout; no memory of its own."""

    @property
    def name(self) -> str:
        """Return the name it is chosen by."""
        ...

    @property
    def interval_s(self) -> float:
        """Return how often it wants to decide."""
        ...

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        """Return the stages wanted now."""
        ...
