"""What to believe where a detector lies."""

from dataclasses import replace

import numpy as np

from dalgu.services.traffic.signals.layout import BIN_S, BINS, Floats, Layout, Seen

UNKNOWN_VEH_H = 180.0  # of a lane of which nothing is known and no neighbour is healthy
FULL_S = 120.0  # a red longer than this adds nothing to what is imputed


def imputed(layout: Layout, seen: Seen) -> Seen:
    """Return `seen` with lanes of lying detectors filled in; the same object where all are well.

    A lane's inflow is its forecast, else the mean inflow or presence of its signal's healthy
    lanes. Since its green ended, that inflow has gathered as a queue, and it goes on arriving.
    """
    if seen.healthy.all():
        return seen
    lies = ~seen.healthy
    inflow_veh_s = np.where(lies, inflow(layout, seen), 0.0)
    red_s = lane_red_s(layout, seen)
    queue = np.minimum(inflow_veh_s * np.minimum(red_s, FULL_S), layout.lane_storage_veh)
    coming = np.repeat((inflow_veh_s * BIN_S)[:, None], BINS, axis=1)
    return replace(
        seen,
        queue_veh=np.where(lies, queue, seen.queue_veh),
        arriving_veh=np.where(lies[:, None], coming, seen.arriving_veh),
        waiting_s=np.where(lies, np.where(queue >= 1.0, red_s, 0.0), seen.waiting_s),
    )


def inflow(layout: Layout, seen: Seen) -> Floats:
    """Return what comes to each lane, (L,) in veh/s: its forecast, else as its neighbours."""
    forecast = seen.predicted_veh_h / 3_600.0
    arriving = seen.arriving_veh.sum(axis=1) / (BINS * BIN_S)
    own = np.where(np.isnan(forecast), np.where(seen.healthy, arriving, np.nan), forecast)
    known = ~np.isnan(own)
    size = len(layout.signals)
    count = np.bincount(layout.lane_signal, known, size)
    total = np.bincount(layout.lane_signal, np.where(known, own, 0.0), size)
    mean = np.where(count > 0, total / np.maximum(count, 1), UNKNOWN_VEH_H / 3_600.0)
    filled: Floats = np.where(known, own, mean[layout.lane_signal])
    return filled


def lane_red_s(layout: Layout, seen: Seen) -> Floats:
    """Return since when no movement of a lane has green, (L,), 0 where one has."""
    red_s = np.full(len(layout.lanes), np.inf)
    controlled = layout.movement_group >= 0
    group = layout.movement_group[controlled]
    np.minimum.at(red_s, layout.movement_lane[controlled], seen.red_s[group])
    return np.where(np.isinf(red_s), 0.0, red_s)
