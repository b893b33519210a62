"""Drive many worlds at once under one way to decide, and measure each by itself."""

from collections.abc import Callable

import numpy as np

from benchmarks.traffic.learning.worlds import World, together
from dalgu.services.traffic.queues.fleet import NOBODY
from dalgu.services.traffic.queues.simulation import START_LOST_S, Queues
from dalgu.services.traffic.queues.stages import Stages
from dalgu.services.traffic.queues.trial import seen_of
from dalgu.services.traffic.signals.choice import best_stage
from dalgu.services.traffic.signals.layout import Controller, Ints, Layout, Seen
from dalgu.services.traffic.signals.learned import FEATURES, features

UNWATCHED_S = 90  # until streets have filled
START_S = 3.0  # what a start from standing costs beyond waiting: v / 2a at 14 m/s, 2.6 m/s²
INTERVAL_S = 4  # seldomer than in use: it costs less
Decide = Callable[[Layout, Seen], Ints]


def of_candidates(
    weights: np.ndarray, worlds: list[World], rng: np.random.Generator, until_s: int
) -> np.ndarray:
    """Return delay and starts a vehicle in seconds, (candidates, worlds), each in all worlds."""
    count = len(weights)

    def decide(layout: Layout, seen: Seen) -> Ints:
        judged = features(layout, seen).reshape(count, -1, len(FEATURES))
        score = np.einsum("csf,cf->cs", judged, weights).reshape(-1)
        return best_stage(layout, seen, score)[0]

    found = _drive(worlds * count, decide, (INTERVAL_S, until_s), rng)
    return found.reshape(count, len(worlds))


def of_controller(
    controller: Controller, worlds: list[World], rng: np.random.Generator, until_s: int
) -> np.ndarray:
    """Return the same of one controller at its own interval, (worlds,)."""

    def decide(layout: Layout, seen: Seen) -> Ints:
        return controller.decide(layout, seen).stage

    return _drive(worlds, decide, (round(controller.interval_s), until_s), rng)


def _drive(
    worlds: list[World], decide: Decide, times: tuple[int, int], rng: np.random.Generator
) -> np.ndarray:
    """Drive worlds side by side; `times` are the interval of decisions and the end, s."""
    interval_s, until_s = times
    streets, layout = together(worlds)
    queues, stages = Queues(streets, layout, rng), Stages(layout)
    owner = _owners(queues, worlds)
    lost, wanted = np.zeros(len(worlds)), stages.stage
    for second in range(until_s):
        if second % interval_s == 0:
            wanted = decide(layout, seen_of(queues, stages, queues.lanes()))
        stages.advance(wanted)
        queues.step(stages.light)
        if second >= UNWATCHED_S:
            lost += _late(queues, owner, len(worlds))
            lost += START_S * _starts(queues, owner, len(worlds))
    demand = np.bincount(owner[queues.ways.source_lane], streets.source_veh_h[0], len(worlds))
    return np.asarray(lost / (demand / 3600 * (until_s - UNWATCHED_S)))


def _owners(queues: Queues, worlds: list[World]) -> np.ndarray:
    """Return to which world each lane belongs, the made-up ones too."""
    links = np.repeat(np.arange(len(worlds)), [len(world[0].links) for world in worlds])
    owner = links[queues.ways.lane_link]
    owner[queues.ways.source_lane] = links[queues.streets.source_link]
    return owner


def _late(queues: Queues, owner: np.ndarray, size: int) -> np.ndarray:
    """Return how many vehicles of each world are later than at free flow, this second."""
    fleet = queues.fleet
    late = (fleet.lane != NOBODY) & (fleet.arrival_s < queues.at_s)
    return np.bincount(owner[fleet.lane[late]], minlength=size)


def _starts(queues: Queues, owner: np.ndarray, size: int) -> np.ndarray:
    """Return how many lanes of each world began to discharge a standing queue, this second."""
    began_s = queues.at_s - 1.0
    began = (queues.flowing_s == began_s) & (queues.next_free_s >= began_s + START_LOST_S)
    began &= queues.left_at_flow == queues.fleet.left
    began[len(queues.streets.lanes) :] = False
    return np.bincount(owner[began], minlength=size)
