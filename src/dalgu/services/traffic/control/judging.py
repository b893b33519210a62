"""What a controller would save: it and the plans in force, side by side on the queue simulation.

Both sides draw the same vehicles (common random numbers), so their difference is known better than
either delay. The demand is the network's own at this hour, scaled to what detectors counted lately.
"""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dalgu.access.actor import SYSTEM, Actor
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, second_of_day
from dalgu.kernel.schedule import every
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.traffic.control.deeds import ShadowJudged
from dalgu.services.traffic.control.refusals import ControllerUnknown
from dalgu.services.traffic.control.state import Running
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.services.traffic.queues.stages import Stages
from dalgu.services.traffic.queues.trial import trial
from dalgu.services.traffic.signals.registry import CONTROLLERS

if TYPE_CHECKING:
    from dalgu.services.traffic.control.control import Control

PLAN: Final = "fixed"
WARM_UP_S: Final = 300.0
RUN_S: Final = 600.0
RUNS: Final = 2
HOUR_S: Final = 3_600.0
LEAST_DEMAND, MOST_DEMAND = 0.2, 2.0
COUNTED: Final = 3  # intervals of five minutes


@dataclass(frozen=True, slots=True)
class Situation:
    """The hour and the demand that both sides meet."""

    compiled: Compiled
    second_of_day: float
    demand: float


def compare(situation: Situation, controller: str, seeds: range) -> tuple[list[float], list[float]]:
    """Return the mean delay of a vehicle in seconds, run by run: under plans, and under it."""
    plan, other = [], []
    for seed in seeds:
        plan.append(_delay_s(situation, PLAN, seed))
        other.append(_delay_s(situation, controller, seed))
    return plan, other


def _delay_s(situation: Situation, controller: str, seed: int) -> float:
    compiled = situation.compiled
    rng = np.random.default_rng(seed)
    queues = Queues(compiled.streets, compiled.layout, rng, at_s=situation.second_of_day)
    queues.demand = situation.demand
    stages = Stages(compiled.layout)
    before = trial(queues, CONTROLLERS[PLAN](), WARM_UP_S, stages=stages)
    after = trial(queues, CONTROLLERS[controller](), RUN_S, stages=stages)
    # What the run itself added, over those who came in it: the warm-up is the same on both sides.
    added_s = after.mean_delay_s * after.due - before.mean_delay_s * before.due
    return added_s / max(after.due - before.due, 1)


def counted_demand(compiled: Compiled, flow_veh_h: float, second_of_day: float) -> float:
    """Return by what factor the network's own demand meets the flow counted over all stop lines."""
    queues = Queues(compiled.streets, compiled.layout, np.random.default_rng(0), at_s=second_of_day)
    trial(queues, CONTROLLERS[PLAN](), WARM_UP_S)
    queues.lanes()
    trial(queues, CONTROLLERS[PLAN](), WARM_UP_S)
    modelled = float(queues.lanes().passed_veh.sum()) * HOUR_S / WARM_UP_S
    if modelled <= 0 or flow_veh_h <= 0:
        return 1.0
    return float(np.clip(flow_veh_h / modelled, LEAST_DEMAND, MOST_DEMAND))


class Judging:
    """Judges controllers by the hour, and when somebody asks."""

    def __init__(self, control: "Control") -> None:
        self._control = control
        self._one_at_a_time = asyncio.Lock()

    async def judge(self, controller: str, actor: Actor = SYSTEM) -> ShadowJudged:
        """Compare a controller with the plans and write the result down.

        Raises
        ------
        NoNetworkTaken, ControllerUnknown
            When there is nothing to compare.
        """
        if controller not in CONTROLLERS or controller == PLAN:
            raise ControllerUnknown(controller, tuple(CONTROLLERS))
        compiled = self._control.require()
        async with self._one_at_a_time:
            deed = await asyncio.to_thread(self._compared, compiled, controller)
        await self._control.note(actor, deed)
        return deed

    async def run(self, hub: Hub, clock: Clock) -> None:
        """Judge every controller that runs in shadow or live, once something was counted: a job."""
        flows = self._control.live.flows
        if flows is None or not flows.kept:
            return
        used = {
            choice.controller
            for choice in self._control.choices().values()
            if choice.running is not Running.PLAN
        }
        if self._control.compiled() is not None:
            for controller in sorted(used - {PLAN}):
                await self.judge(controller)

    def job(self) -> Job:
        """Return the hourly work."""
        title = Text("제어 방식 평가", "Judge what controllers save")
        return Job("traffic.judge_controllers", title, every(hours=1), self.run)

    def _compared(self, compiled: Compiled, controller: str) -> ShadowJudged:
        second = second_of_day(self._control.ground.clock.now())
        demand = self._demand(compiled, second)
        plan, other = compare(Situation(compiled, second, demand), controller, range(1, RUNS + 1))
        difference = np.array(plan) - np.array(other)
        return ShadowJudged(
            controller=controller,
            signals=len(compiled.layout.signals),
            minutes=int(RUN_S // 60),
            runs=RUNS,
            plan_delay_s=round(float(np.mean(plan)), 2),
            controller_delay_s=round(float(np.mean(other)), 2),
            difference_sd_s=round(float(np.std(difference, ddof=1)), 2),
            demand=round(demand, 3),
        )

    def _demand(self, compiled: Compiled, second: float) -> float:
        flows = self._control.live.flows
        lately = [] if flows is None else list(flows.kept)[-COUNTED:]
        if not lately:
            return 1.0
        counted = float(np.mean([one.flow_veh_h.sum() for one in lately]))
        return counted_demand(compiled, counted, second)
