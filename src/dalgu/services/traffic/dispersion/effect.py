"""What advice does in the queue simulation: the closure alone, with signs, with new plans too.

All cases draw the same vehicles and begin with the same usual quarter of an hour; two runs each.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.timing import Plan
from dalgu.services.traffic.network.compiled import Compiled
from dalgu.services.traffic.queues.counting import Trips
from dalgu.services.traffic.queues.simulation import Queues
from dalgu.services.traffic.queues.stages import Stages
from dalgu.services.traffic.signals.fixed import plan_step
from dalgu.services.traffic.signals.layout import Layout

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

WARM_UP_S = 900.0
RUN_S = 900.0
SEEDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Turns:
    """How vehicles turn: flow from link to link; arrays of shape (turns,)."""

    link: Ints
    exit: Ints
    vph: Array


@dataclass(frozen=True, slots=True)
class Case:
    """One course of things after the closure: how vehicles turn, and which plans are new."""

    turns: Turns
    plans: Mapping[str, Plan]


@dataclass(frozen=True, slots=True)
class Course:
    """What a case came to in its quarter of an hour.

    `mean_delay_s` is the delay of that time over all vehicles that were on their way in it;
    `arrived` of them arrived, `outside` wait to enter. `spread_s` is the standard error of its
    delay less that of the first case, over the runs: what chance does to the comparison.
    """

    mean_delay_s: float
    arrived: float
    outside: float
    spread_s: float = 0.0


def simulate(
    compiled: Compiled,
    closed: tuple[Sequence[int], float],
    usual: Turns,
    cases: Sequence[Case],
    at_s: float,
) -> list[Course]:
    """Return how each case runs.

    Parameters
    ----------
    compiled
        The network.
    closed
        Links by position, and the share of their capacity that is left.
    usual, cases
        How vehicles turn before the closure, and after it.
    at_s
        Local second of the day at which the closure begins.

    """
    runs = [_side_by_side(compiled, closed, usual, cases, (at_s, seed)) for seed in SEEDS]
    return [_mean([run[n] for run in runs], [run[0] for run in runs]) for n in range(len(cases))]


def _side_by_side(
    compiled: Compiled,
    closed: tuple[Sequence[int], float],
    usual: Turns,
    cases: Sequence[Case],
    begin: tuple[float, int],
) -> list[Course]:
    """Return the courses of one seed: `begin` is the second of the day and the seed."""
    rng = np.random.default_rng(begin[1])
    first = Queues(compiled.streets, compiled.layout, rng, at_s=begin[0] - WARM_UP_S)
    first_stages = Stages(compiled.layout)
    first.steer(turn_shares(first, usual))
    _run(first, first_stages, compiled.layout, WARM_UP_S)
    before, found = first.trips(), []
    for case in cases:
        queues, stages = copy.deepcopy((first, first_stages))
        for link in closed[0]:
            queues.close(link, closed[1])
        queues.steer(turn_shares(queues, case.turns))
        _run(queues, stages, with_plans(compiled, case.plans), RUN_S)
        found.append(_course(before, queues.trips()))
    return found


def _run(queues: Queues, stages: Stages, layout: Layout, duration_s: float) -> None:
    """Let signals run their plans; plans look at no detector, so none is asked."""
    for _ in range(round(duration_s)):
        step, _ = plan_step(layout, queues.at_s)
        stages.advance(layout.plan_stage[step])
        queues.step(stages.light)


def _course(before: Trips, after: Trips) -> Course:
    delay_s = after.mean_delay_s * after.due - before.mean_delay_s * before.due
    driving = after.due - before.arrived
    return Course(
        delay_s / driving if driving else 0.0, after.arrived - before.arrived, after.outside
    )


def _mean(runs: Sequence[Course], first: Sequence[Course]) -> Course:
    """Return the mean of the runs of one case; `first` are those of the first case."""
    differences = [
        one.mean_delay_s - other.mean_delay_s for one, other in zip(runs, first, strict=True)
    ]
    return Course(
        float(np.mean([run.mean_delay_s for run in runs])),
        float(np.mean([run.arrived for run in runs])),
        float(np.mean([run.outside for run in runs])),
        float(np.std(differences, ddof=1) / np.sqrt(len(differences))),
    )


def turn_shares(queues: Queues, turns: Turns) -> Array:
    """Return the share of each turn of the simulation; its own where nobody drives."""
    own = queues.ways.turns
    links = len(queues.streets.links)
    of_pair = dict(
        zip(
            zip(turns.link.tolist(), turns.exit.tolist(), strict=True),
            turns.vph.tolist(),
            strict=True,
        )
    )
    pairs = zip(own.link.tolist(), own.exit.tolist(), strict=True)
    flow = np.array([of_pair.get(pair, 0.0) for pair in pairs])
    total = np.bincount(own.link, weights=flow, minlength=links)[own.link]
    inner = np.divide(flow, total, out=np.zeros_like(flow), where=total > 0)
    return np.where(total > 0, inner, own.share)


def with_plans(compiled: Compiled, plans: Mapping[str, Plan]) -> Layout:
    """Return the layout with other greens in the fixed plans of some signals."""
    layout = compiled.layout
    greens = layout.plan_green_s.copy()
    for signal, plan in plans.items():
        first = int(layout.plan_first[compiled.signal_at[signal]])
        greens[first : first + len(plan.steps)] = [step.green_s for step in plan.steps]
    return replace(layout, plan_green_s=greens)
