"""Which channel of a controller's log is which lane: the channels of the city's own field.

Phases count a signal's groups from 1, stop-line loops its detected lanes from 1; the advance
detector of a lane has the channel of its loop and 100 more.
"""

from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import DetectorAssignments, DetectorFunction
from dalgu.services.traffic.measures.intersection import Intersection

ADVANCE_FROM: Final = 100
FIRST: Final = 1


def assignments_of(
    intersection: Intersection, detected: tuple[str, ...], device: int
) -> DetectorAssignments:
    """Assign channels to phases: every loop to each group of its lane's movements.

    Parameters
    ----------
    intersection
        Lanes and groups.
    detected
        Names of the lanes whose detectors end at the controller, in its order.
    device
        The number the controller has in the log.

    """
    groups = {lane.lane.id: lane.groups for lane in intersection.lanes}
    rows = [
        (group + FIRST, channel, function)
        for place, lane in enumerate(detected)
        for group in groups.get(lane, ())
        for channel, function in (
            (place + FIRST, DetectorFunction.PRESENCE),
            (place + FIRST, DetectorFunction.COUNT),
            (place + FIRST, DetectorFunction.YELLOW_RED),
            (place + FIRST + ADVANCE_FROM, DetectorFunction.ADVANCE),
        )
    ]
    return DetectorAssignments(
        np.full(len(rows), device),
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([row[1] for row in rows], dtype=np.int64),
        tuple(row[2] for row in rows),
    )
