"""Recall and false alarms of cautions against what happened."""

from dataclasses import dataclass

import numpy as np

from benchmarks.traffic.pedestrians.replay import Alarms
from benchmarks.traffic.pedestrians.truth import Met
from dalgu.services.traffic.pedestrians.lamps import HOLD_S, episodes

SEVERE_S = 1.5
LEAD_S = 2.0
AFTER_S = 10.0


@dataclass(frozen=True)
class Score:
    """How a run of cautions did, for one way of telling whom an alarm is for."""

    severe: int
    warned: int
    lead_s: float
    alarms: int
    false: dict[float, int]  # by the post-encroachment time that still justifies an alarm
    false_from_onset: int  # nothing under 3 s within 10 s of the alarm's beginning
    lit: float

    @property
    def recall(self) -> float:
        return self.warned / max(self.severe, 1)


def judge(alarms: Alarms, met: list[Met], span: tuple[float, float], crossings, *, pair=False):
    """Score the alarms of the given crossings; `pair` addresses single vehicles."""
    kept = np.isin(alarms.crossing, list(crossings))
    met = [each for each in met if each.crossing in crossings and np.isfinite(each.closest_at_s)]
    key = alarms.crossing + (1000 * (alarms.vehicle + 1) if pair else 0)
    lamps = episodes(key[kept], alarms.at_s[kept])
    own = {}
    for k, value in enumerate(lamps.key.tolist()):
        own.setdefault(value, []).append(k)

    def named(each: Met) -> int:
        return each.crossing + (1000 * (each.vehicle + 1) if pair else 0)

    severe = [
        each
        for each in met
        if each.post_encroachment_s < SEVERE_S and span[0] < each.closest_at_s < span[1]
    ]
    leads = []
    for each in severe:
        due = each.closest_at_s - LEAD_S
        lit = [k for k in own.get(named(each), ()) if lamps.begin_s[k] <= due]
        lit = [k for k in lit if lamps.end_s[k] + HOLD_S >= due]
        leads += [max(each.closest_at_s - lamps.begin_s[k] for k in lit)] if lit else []
    false = {}
    for near_s in (3.0, 5.0, 10.0):
        false[near_s] = _unjustified(lamps, met, named, near_s, lamps.end_s + AFTER_S)
    return Score(
        len(severe),
        len(leads),
        float(np.median(leads)) if leads else 0.0,
        len(lamps.key),
        false,
        _unjustified(lamps, met, named, 3.0, lamps.begin_s + AFTER_S),
        float((lamps.end_s - lamps.begin_s + HOLD_S).sum()),
    )


def _unjustified(lamps, met, named, near_s, until_s) -> int:
    times: dict[int, list[float]] = {}
    for each in met:
        if each.post_encroachment_s < near_s:
            times.setdefault(named(each), []).append(each.closest_at_s)
    count = 0
    for key, begin, until in zip(lamps.key.tolist(), lamps.begin_s, until_s, strict=True):
        at = np.array(times.get(key, ()))
        count += not np.any((at >= begin) & (at <= until))
    return count
