"""Run a controller on the queue simulation: what a plan, a controller or a closing would do."""

from collections.abc import Callable

import numpy as np

from dalgu.devices.signals.lanes import Reading
from dalgu.services.traffic.queues.counting import Trips
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.services.traffic.queues.stages import Stages
from dalgu.services.traffic.signals.layout import Controller, Seen

Watch = Callable[[Queues, Stages], None]


def seen_of(queues: Queues, stages: Stages, lanes: Reading) -> Seen:
    """Return what a controller sees of a simulation whose detectors all live."""
    return Seen(
        at_s=queues.at_s,
        stage=stages.stage.copy(),
        stage_age_s=np.maximum(stages.age_s, 0.0),
        changing_s=stages.changing_s.copy(),
        queue_veh=lanes.queue_veh,
        arriving_veh=lanes.arriving_veh,
        waiting_s=lanes.waiting_s,
        exit_room_veh=lanes.exit_room_veh,
        red_s=stages.red_s.copy(),
        called_s=lanes.called_s,
        healthy=np.ones(len(lanes.queue_veh), np.bool_),
        predicted_veh_h=np.full(len(lanes.queue_veh), np.nan),
    )


def trial(
    queues: Queues,
    controller: Controller,
    duration_s: float,
    *,
    stages: Stages | None = None,
    watch: Watch | None = None,
) -> Trips:
    """Run a controller for `duration_s` seconds and return how trips fared.

    `stages` carries the signals' state on from an earlier trial; `watch` is called each second.
    """
    stages = stages or Stages(queues.layout)
    wanted = stages.stage
    interval = max(round(controller.interval_s), 1)
    for second in range(round(duration_s)):
        if second % interval == 0:
            seen = seen_of(queues, stages, queues.lanes())
            wanted = controller.decide(queues.layout, seen).stage
        stages.advance(wanted)
        queues.step(stages.light)
        if watch:
            watch(queues, stages)
    return queues.trips()
