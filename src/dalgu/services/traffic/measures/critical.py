"""The critical flow ratio of a signal: how much of its cycle its lanes need at the least."""

import numpy as np

from dalgu.services.traffic.measures.events import Flags, Floats
from dalgu.services.traffic.measures.refusals import LaneGroupInvalid


def critical_flow_ratio(flow_ratio: Floats, stage_lane: Flags) -> float:
    """Return the least sum of stage shares in which every lane group gets its flow ratio.

    Where each lane group is green in one stage, this is the sum of the highest flow ratio of
    every stage, the manual's critical path (HCM 6th ed., section 19.4). Lane groups that are
    green in several stages are served by them together.

    Parameters
    ----------
    flow_ratio
        Shape (lanes,), flow over saturation flow.
    stage_lane
        Shape (stages, lanes): the lane group is green in the stage.

    Raises
    ------
    LaneGroupInvalid
        When a lane group with flow is green in no stage.

    """
    from scipy.optimize import linprog  # type: ignore[import-untyped]  # ships no types

    needed = flow_ratio > 0
    if not np.all(stage_lane[:, needed].any(axis=0)):
        raise LaneGroupInvalid("stage", "must be one at least for each lane group with flow")
    if not needed.any():
        return 0.0
    solved = linprog(
        np.ones(len(stage_lane)),
        A_ub=-stage_lane[:, needed].T.astype(np.float64),
        b_ub=-flow_ratio[needed],
        method="highs",
    )
    return float(solved.fun)


def critical_degree_of_saturation(critical_ratio: float, cycle_s: float, lost_s: float) -> float:
    """Return the intersection's critical v/c: 1 when no split of this cycle serves any more.

    HCM 6th ed., equation 19-30; infinite when the cycle is all lost.
    """
    usable_s = cycle_s - lost_s
    return critical_ratio * cycle_s / usable_s if usable_s > 0 else float("inf")
