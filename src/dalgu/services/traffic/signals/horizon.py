"""Short-horizon optimisation: the stage that serves most for the time it takes.

For each stage it is reckoned how many vehicles would leave by each instant of the next seconds if
the stage were served from now on: those that stand and those that are seen coming, by lane, as
fast as the lane discharges, as far as there is room behind the crossing. Vehicles of lanes that
have waited long count more. The score is the largest mean rate of that over the time spent,
the change to the stage included; so a running stage is held exactly as long as what still comes
to it is worth more than what another would serve after the time lost in the change.

This is the rule of clearing queues in the order of their mean service rates with set-up times
(Gittins' index; Van Oyen, Pandelis & Teneketzis 1992, "Optimality of index policies for
stochastic scheduling with switching penalties"), applied to lanes seen by area detectors.
"""

from dataclasses import dataclass, replace

import numpy as np

from dalgu.services.traffic.signals.choice import best_stage
from dalgu.services.traffic.signals.discharge import Lanes, lanes_of, released, served
from dalgu.services.traffic.signals.layout import (
    BIN_S,
    BINS,
    Bools,
    Decision,
    Floats,
    Layout,
    Seen,
)
from dalgu.services.traffic.signals.sensing import imputed, lane_red_s

RULES = ("changing", "min_green", "served", "max_red")
STOPPED_AFTER_S = 4.0  # of green: a lane whose first vehicle still stands will not go
NEAR_BINS = 2  # vehicles this near and moving: the first of the queue has gone
LEAST_HOPE = 0.05  # that a first vehicle goes in a stage that it has stood through
QUEUED_S = 4.0  # what each vehicle of a queue tells about how long its lane has waited


@dataclass(frozen=True, slots=True)
class Horizon:
    """Looks half a minute ahead; one setting for every place."""

    name: str = "horizon"
    interval_s: float = 4.0
    wait_per_s: float = 0.03  # a vehicle of a lane that has waited 33 s counts as two
    patience_s: float = 60.0  # from then on waiting counts much more
    late_per_s: float = 0.1
    start_up_s: float = 1.0  # lost before a queue moves
    shortest_s: float = 5.0  # green that is reckoned with at least
    longest_s: float = 30.0

    def decide(self, layout: Layout, seen: Seen) -> Decision:
        """Return the stages of the largest rate; the first four `terms` add up to `score`.

        `queue`, `arriving` and `waiting` are what is served of standing and coming vehicles and
        what their waiting adds, `kept` what the ending stage still serves while pedestrians
        clear, all per second of `span_s`; `change_s` is what of it no lane gains green,
        `served_veh` the vehicles, `blocked_veh` those that stand and cannot go.
        """
        seen = imputed(layout, seen)
        scene = _scene(layout, seen, self.start_up_s)
        weight = self.weight(seen)[scene.lanes.index]
        span_s, usable = self._spans(scene)
        total = (scene.total * weight[:, :, None]).sum(axis=1) + scene.kept_veh[:, None]
        rate = np.where(usable, total / span_s, -np.inf)
        best = rate.argmax(axis=1)
        row = np.arange(len(best))
        score = rate[row, best]
        stage, ruled = best_stage(layout, seen, score)
        terms = _terms(seen, scene, (weight, scene.total[row, :, best], span_s[row, best]))
        return Decision(stage, score, terms, ruled)

    def weight(self, seen: Seen) -> Floats:
        """Return for how many vehicles one of each lane counts, (L,)."""
        waited = waited_s(seen)
        late_s = np.maximum(waited - self.patience_s, 0.0)
        weight: Floats = 1.0 + self.wait_per_s * waited + self.late_per_s * late_s
        return weight

    def _spans(self, scene: "Scene") -> tuple[Floats, Bools]:
        """Return the time spent by the end of each bin, (S, BINS), and which ends count."""
        until_s = ((np.arange(BINS) + 1) * BIN_S)[None, :]
        least_s = scene.need_s[:, None] + self.shortest_s
        at_end = until_s == BINS * BIN_S  # changes may be longer than what is looked ahead
        usable = ((until_s >= least_s) & (until_s <= self.longest_s)) | at_end
        return np.maximum(until_s, least_s), usable


@dataclass(frozen=True, slots=True)
class Scene:
    """What each stage would do from now on."""

    lanes: Lanes
    need_s: Floats  # (S,) until it is fully green
    total: Floats  # (S, W, BINS) vehicles gone by the end of each bin
    kept_veh: Floats  # (S,) gone by the stage that ends, while its vehicles keep their green
    stuck: Bools  # (S, W) lanes whose first vehicle stands although they have green


def _scene(layout: Layout, seen: Seen, start_up_s: float) -> Scene:
    lanes = lanes_of(layout)
    signal, stage = layout.stage_signal, np.arange(len(layout.stage_signal))
    current = seen.stage[signal]
    own = stage - layout.stage_first[signal]
    is_current = current == stage
    steady = seen.changing_s[signal] <= 0.0
    need_s = seen.changing_s[signal] + np.where(is_current, 0.0, layout.change_s[current, own])
    goes = lanes.rate_veh_s > 0
    goes_now = goes[current] & lanes.real & steady[:, None]
    flows = (goes & goes_now) | (is_current & steady)[:, None]
    start_s = np.where(flows, 0.0, need_s[:, None] + start_up_s)
    stands = stuck_lanes(layout, seen)
    stuck = is_current[:, None] & stands[lanes.index] & goes_now
    lanes = _with_released(layout, seen, lanes, ~is_current[:, None] & stands[lanes.index])
    total = served(lanes, seen, start_s) * ~stuck[:, :, None]
    kept_veh = np.zeros(len(stage))
    if layout.keep_s is not None:
        keep_s = np.where(is_current, 0.0, layout.keep_s[current, own])
        ends = goes_now & ~goes
        kept_veh = (_gone_by(total[current], keep_s) * ends).sum(axis=1)
    return Scene(lanes, need_s, total, kept_veh, stuck)


def _with_released(layout: Layout, seen: Seen, lanes: Lanes, stands: Bools) -> Lanes:
    """Return the lanes as they discharge in other stages, where the first one stood at green.

    It goes only where a stage lets it go that it has not stood through; then it goes at once.
    """
    waiting_s = seen.waiting_s[layout.movement_lane]
    tried = waiting_s > seen.red_s[layout.movement_group] + STOPPED_AFTER_S
    tried &= layout.movement_group >= 0
    chance = np.maximum(released(layout, tried), LEAST_HOPE) * (lanes.rate_veh_s > 0)
    rate = layout.lane_saturation_veh_s[lanes.index] * chance
    return replace(
        lanes,
        rate_veh_s=np.where(stands, rate, lanes.rate_veh_s),
        run_veh=np.where(stands, np.maximum(lanes.run_veh, 1.0), lanes.run_veh),
    )


def _gone_by(total: Floats, at_s: Floats) -> Floats:
    """Return what has gone by an instant of each row, (S, W); `total` is (S, W, BINS)."""
    full = np.clip(np.floor(at_s / BIN_S), 0, BINS).astype(np.int64)
    gone = np.take_along_axis(total, np.maximum(full - 1, 0)[:, None, None], axis=2)[:, :, 0]
    return np.where(full[:, None] > 0, gone, 0.0)


def stuck_lanes(layout: Layout, seen: Seen) -> Bools:
    """Return which lanes show that their first vehicle could not go when they had green, (L,).

    At green it stands longer than the green lasts, and nothing moves before it; at red it has
    stood since before the red: it wants to go where it may not, or has to give way, or there is
    no room.
    """
    age_s = seen.stage_age_s[layout.lane_signal]
    red_s = lane_red_s(layout, seen)
    queued = seen.queue_veh > 0.5
    near = seen.arriving_veh[:, :NEAR_BINS].sum(axis=1)
    at_green = (seen.waiting_s > np.minimum(age_s, 20.0)) & (age_s > STOPPED_AFTER_S) & (near < 0.2)
    at_red = seen.waiting_s > red_s + STOPPED_AFTER_S
    stuck: Bools = queued & np.where(red_s > 0.0, at_red, at_green)
    return stuck


def waited_s(seen: Seen) -> Floats:
    """Return how long a lane's vehicles may have waited, (L,): its first one, or its queue."""
    waited: Floats = np.maximum(seen.waiting_s, QUEUED_S * seen.queue_veh)
    return waited


def _terms(seen: Seen, scene: Scene, found: tuple[Floats, Floats, Floats]) -> dict[str, Floats]:
    """Return the parts of the score at the end that was best."""
    weight, gone, span_s = found
    standing = np.minimum(gone, seen.queue_veh[scene.lanes.index])
    return {
        "queue": standing.sum(axis=1) / span_s,
        "arriving": (gone - standing).sum(axis=1) / span_s,
        "waiting": (gone * (weight - 1.0)).sum(axis=1) / span_s,
        "kept": scene.kept_veh / span_s,
        "span_s": span_s,
        "change_s": scene.need_s,
        "served_veh": gone.sum(axis=1),
        "blocked_veh": (scene.stuck * seen.queue_veh[scene.lanes.index]).sum(axis=1),
    }
