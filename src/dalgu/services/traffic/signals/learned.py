"""A learned policy: one linear judgement of stages, the same at every signal of every network.

Each stage is described by features that its signal's own lanes and their neighbours tell (what it
would serve and how fast, who waits, who would be stopped, what comes from upstream). Weights make
a score of them. They were found by an evolution strategy on the queue simulation, over grids of
many shapes and loads (`benchmarks/traffic/learning`); `weights.json` says by which command. Since
the score is a sum, its terms explain a decision as they stand.
"""

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import msgspec
import numpy as np

from dalgu.services.traffic.signals.choice import best_stage, group_wanted
from dalgu.services.traffic.signals.discharge import Lanes, lanes_of, served
from dalgu.services.traffic.signals.horizon import stuck_lanes
from dalgu.services.traffic.signals.layout import (
    BIN_S,
    BINS,
    Bools,
    Decision,
    Floats,
    Ints,
    Layout,
    Seen,
)
from dalgu.services.traffic.signals.sensing import imputed

RULES = ("changing", "min_green", "learned", "max_red")
FEATURES = (
    "best_rate",
    "rate_soon",
    "rate_later",
    "rate_far",
    "waiting_served",
    "waiting_longest",
    "running",
    "lost",
    "age",
    "stopped",
    "left_behind",
    "standing",
    "coming",
    "blocked",
    "red",
    "called",
    "busy_rate",
    "busy_running",
    "busy_lost",
    "kept_waiting",
)
STARTUP_S = 1.0  # from green to the first vehicle's start
SHORTEST_S = 5.0  # a stage is worth at least so long
SOON_S, LATER_S, FAR_S = 8.0, 16.0, 30.0
NEAR_BINS = 4  # 8 s: who is as close would have to brake
LONGEST_WAIT_S = 180.0
TEN_VEH, MINUTE_S, TEN_S = 10.0, 60.0, 10.0  # scales that bring features to the size of one


class Weights(msgspec.Struct, frozen=True):
    """Weights by feature, and where they come from."""

    command: str
    seed: int
    trained: str  # date
    weights: dict[str, float]


@cache
def shipped_weights() -> Weights:
    """Return the weights that come with the package."""
    text = files(__package__).joinpath("weights.json").read_bytes()
    return msgspec.json.decode(text, type=Weights)


@dataclass(frozen=True, slots=True)
class Learned:
    """Scores stages by learned weights, (len(FEATURES),); without any, by the shipped ones."""

    weights: tuple[float, ...] = ()
    name: str = "learned"
    interval_s: float = 2.0

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        """Return the stages of the best score; `terms` add up to it."""
        weights = np.array(self.weights or in_order(shipped_weights()))
        parts = features(layout, seen) * weights
        score = parts.sum(axis=1)
        stage, ruled = best_stage(layout, seen, score)
        return Decision(stage, score, dict(zip(FEATURES, parts.T, strict=True)), ruled)


def in_order(weights: Weights) -> tuple[float, ...]:
    """Return weights in the order of `FEATURES`."""
    return tuple(weights.weights[name] for name in FEATURES)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What several features need: (S, W) by stage and lane of its signal, (S,) by stage."""

    lanes: Lanes
    current: Ints  # (S,) stage that runs at the signal
    is_current: Bools
    need_s: Floats  # until the stage would discharge
    goes: Bools  # the lane discharges in the stage
    goes_now: Bools  # the lane discharges in the stage that runs
    queue: Floats
    waiting_s: Floats
    total: Floats  # (S, W, BINS) served by the end of each bin after its green began
    kept: Floats  # (S,) served until then by the stage that ends, while pedestrians clear


def features(layout: Layout, seen: Seen) -> Floats:
    """Return the features of every stage, (S, len(FEATURES)), each of the size of one."""
    seen = imputed(layout, seen)
    scene = _scene(layout, seen)
    rates = _rates(scene)
    longest = np.where(scene.goes, scene.waiting_s, 0.0).max(axis=1, initial=0.0)
    queue = (scene.queue * scene.goes).sum(axis=1)
    busy = _busy(layout, seen)
    stopped, left = _given_up(scene, seen)
    running = scene.is_current.astype(np.float64)
    age = seen.stage_age_s[layout.stage_signal]
    lost = scene.need_s / TEN_S
    elsewhere = np.where(scene.goes, 0.0, scene.waiting_s).max(axis=1, initial=0.0)
    columns = [
        *rates,
        np.minimum(longest, LONGEST_WAIT_S) / MINUTE_S,
        running,
        lost,
        running * np.minimum(age / 30.0, 2.0),
        stopped / TEN_VEH,
        left / TEN_VEH,
        queue / TEN_VEH,
        _coming(layout, seen, scene) / TEN_VEH,
        _blocked(layout, scene, seen),
        *_red(layout, seen),
        rates[0] * busy,
        running * busy,
        lost * busy,
        running * np.minimum(elsewhere, LONGEST_WAIT_S) / MINUTE_S,
    ]
    return np.stack(columns, axis=1)


def _scene(layout: Layout, seen: Seen) -> _Scene:
    """Return what stages would serve from now on."""
    lanes = lanes_of(layout)
    signal, stage = layout.stage_signal, np.arange(len(layout.stage_signal))
    current = seen.stage[signal]
    is_current = current == stage
    changing_s = seen.changing_s[signal]
    change = layout.change_s[current, stage - layout.stage_first[signal]]
    need_s = changing_s + np.where(is_current, 0.0, change)
    goes = lanes.rate_veh_s > 0
    goes_now = goes[current] & lanes.real
    flows = goes & goes_now & (changing_s <= 0)[:, None]
    begin_s = np.where(flows, 0.0, need_s[:, None])
    queue = seen.queue_veh[lanes.index] * lanes.real
    stuck = is_current[:, None] & goes_now & stuck_lanes(layout, seen)[lanes.index]
    total = _served_from(lanes, seen, begin_s) * ~stuck[:, :, None]
    kept = np.zeros(len(stage))
    if layout.keep_s is not None:
        keep_s = layout.keep_s[current, stage - layout.stage_first[signal]]
        keep_s = np.where(is_current, 0.0, keep_s)
        kept = (_by(total[current], keep_s) * (goes_now & ~goes)).sum(axis=1)
    return _Scene(
        lanes=lanes,
        current=current,
        is_current=is_current,
        need_s=need_s,
        goes=goes,
        goes_now=goes_now,
        queue=queue,
        waiting_s=seen.waiting_s[lanes.index] * lanes.real,
        total=total,
        kept=kept,
    )


def _served_from(lanes: Lanes, seen: Seen, begin_s: Floats) -> Floats:
    """Return what lanes have served by the end of each bin after `begin_s` (S, W), (S, W, BINS).

    Who comes before that stands in the queue by then.
    """
    skipped = np.minimum(begin_s // BIN_S, BINS).astype(np.int64)
    come = np.cumsum(seen.arriving_veh, axis=1)
    come = np.concatenate([np.zeros((len(come), 1)), come, np.repeat(come[:, -1:], BINS, 1)], 1)
    at = lanes.index * come.shape[1] + skipped
    later = come.reshape(-1)[at[:, :, None] + np.arange(BINS + 1)]
    cells = skipped.size
    then = replace(
        seen,
        queue_veh=(seen.queue_veh[lanes.index] + later[:, :, 0]).reshape(cells),
        arriving_veh=np.diff(later, axis=2).reshape(cells, BINS),
        exit_room_veh=seen.exit_room_veh[lanes.index].reshape(cells),
    )
    each = replace(lanes, index=np.arange(cells).reshape(skipped.shape))
    start = np.where(begin_s > 0, begin_s - skipped * BIN_S + STARTUP_S, 0.0)
    return served(each, then, np.minimum(start, BIN_S + STARTUP_S))


def _by(total: Floats, at_s: Floats) -> Floats:
    """Return what has been served by an instant, (S, W)."""
    bins = np.minimum(at_s // BIN_S, BINS).astype(np.int64)
    last = total[np.arange(len(bins)), :, np.maximum(bins - 1, 0)]
    return np.where(bins[:, None] > 0, last, 0.0)


def _rates(scene: _Scene) -> list[Floats]:
    """Return vehicles served a second: at best, and over three horizons; and their waiting."""
    until: Floats = BIN_S * np.arange(1.0, BINS + 1.0)
    total = scene.total.sum(axis=1) + scene.kept[:, None]
    span = scene.need_s[:, None] + np.maximum(until[None, :], SHORTEST_S)
    rate = total / span
    best = rate.argmax(axis=1)
    row = np.arange(len(best))
    at = np.searchsorted(until, (SOON_S, LATER_S, FAR_S))
    wait = np.minimum(scene.waiting_s, LONGEST_WAIT_S) / MINUTE_S
    waiting = (scene.total[row, :, best] * wait).sum(axis=1) / span[row, best]
    return [rate[row, best], *rate[:, at].T, waiting]


def _busy(layout: Layout, seen: Seen) -> Floats:
    """Return how full each stage's signal is: vehicles a lane, over three."""
    vehicles = seen.queue_veh + seen.arriving_veh.sum(axis=1)
    lanes = np.maximum(np.diff(layout.lane_first), 1)
    total = np.bincount(layout.lane_signal, vehicles, len(lanes))
    return np.asarray(np.minimum(total / lanes / 3.0, 3.0)[layout.stage_signal])


def _given_up(scene: _Scene, seen: Seen) -> tuple[Floats, Floats]:
    """Return who would have to brake and who would be left standing, by changing to a stage."""
    lost = scene.goes_now & ~scene.goes
    near = seen.arriving_veh[:, :NEAR_BINS].sum(axis=1)[scene.lanes.index]
    return (near * lost).sum(axis=1), (scene.queue * lost).sum(axis=1)


def _coming(layout: Layout, seen: Seen, scene: _Scene) -> Floats:
    """Return the vehicles that neighbours send now to the lanes a stage serves."""
    has = layout.movement_next >= 0
    lane, group = layout.movement_lane[has], layout.movement_group[has]
    is_green = (group < 0) | (seen.red_s[group] <= 0)
    vehicles = (seen.queue_veh + seen.arriving_veh.sum(axis=1))[lane]
    sent = np.minimum(vehicles, layout.lane_saturation_veh_s[lane] * LATER_S)
    sent = sent * layout.movement_share[has] * is_green
    fed = np.bincount(layout.movement_next[has], sent, len(layout.lanes))
    return np.asarray((fed[scene.lanes.index] * scene.lanes.real * scene.goes).sum(axis=1))


def _blocked(layout: Layout, scene: _Scene, seen: Seen) -> Floats:
    """Return how many lanes of a stage cannot discharge: no room behind, or it shows already."""
    full = seen.exit_room_veh[scene.lanes.index] < 1.0
    age = seen.stage_age_s[layout.stage_signal][:, None]
    running = (scene.is_current & (seen.changing_s[layout.stage_signal] <= 0))[:, None]
    stuck = running & (age > SHORTEST_S) & (scene.waiting_s > age)
    return np.asarray(((full | stuck) & scene.goes & (scene.queue > 0)).sum(axis=1, dtype=float))


def _red(layout: Layout, seen: Seen) -> list[Floats]:
    """Return the longest red that a stage ends, and the pedestrians' longest wait, in minutes."""
    first = layout.group_first[layout.stage_signal][:, None]
    column = np.arange(layout.stage_group.shape[1])[None, :]
    group = np.minimum(first + column, len(layout.group_signal) - 1)
    wanted = np.where(group_wanted(layout, seen), seen.red_s, 0.0)
    red = np.where(layout.stage_group, wanted[group], 0.0).max(axis=1)
    called = np.where(layout.stage_group, seen.called_s[group], 0.0).max(axis=1)
    return [np.minimum(waited, LONGEST_WAIT_S) / MINUTE_S for waited in (red, called)]
