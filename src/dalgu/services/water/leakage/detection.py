"""Detection: day by day, what has begun to leak, what changed and what was repaired.

Each day uses that day and those before it, never a later one. Leaks overlap as they like: each
known one is a state of the filter, so that the next is looked for in what they do not explain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dalgu.services.water.leakage.bank import Trail, begin
from dalgu.services.water.leakage.calibration import GAUGE_BIAS_SD_M, Modes
from dalgu.services.water.leakage.filtering import (
    Day,
    Estimate,
    Flow,
    process_of,
    start,
    step,
    widened,
)
from dalgu.services.water.leakage.localisation import (
    best_place,
    mass_within,
    posterior,
    representatives,
)
from dalgu.services.water.leakage.network import Floats
from dalgu.services.water.leakage.signatures import Signatures


@dataclass(frozen=True, slots=True)
class Rules:
    """When to suspect, to report, to call repaired. Evidence is a log Bayes factor."""

    suspect: float = 12.0
    report: float = 18.0
    report_mass: float = 0.8  # within a walk, for a report at once
    patience_days: int = 14
    stride_days: int = 5
    window_days: int = 60
    same_m: float = 350.0  # nearer changes are of the leak that is known there
    repaired_m3h: float = 1.5
    smallest_m3h: float = 1.5
    move: float = 4.0
    review_days: tuple[int, ...] = (7, 14, 28, 56)


@dataclass(frozen=True, slots=True)
class Site:
    """What does not change with the days: marks, errors, noise, distances, lengths.

    `weights` shape (days, parts, levels); `distance_m` shape (pipes, pipes) and `length_m`
    shape (pipes,) in the order of `table.pipes`.
    """

    table: Signatures
    errors: Modes
    noise: Floats
    gauges: int
    weights: Floats
    distance_m: Floats
    length_m: Floats


@dataclass(frozen=True, slots=True)
class Found:
    """A leak as it was reported: on which day, where, how sure, and its place in the flows."""

    flow: int
    reported: int
    pipe: int
    evidence: float
    mass: float
    probability: Floats


class Watch:
    """The watch over one network, a day at a time."""

    def __init__(self, site: Site, rules: Rules = Rules()) -> None:
        self.site, self.rules = site, rules
        self.flows: list[Flow] = []
        self.found: list[Found] = []
        self.days: list[Day] = []
        self.observed: list[Floats] = []
        self._trails: list[Trail] = []
        self._waiting: int | None = None
        self._probes = representatives(self._whitened())
        self._fixed_sd = np.concatenate(
            [np.ones(site.errors.mark.shape[1]), np.full(site.gauges, GAUGE_BIAS_SD_M)]
        )

    def take(self, observed: Floats) -> list[Found]:
        """Take in a day's residuals, shape (parts, rows); return what is reported on that day."""
        before = len(self.found)
        self.observed.append(observed.reshape(-1))
        self._advance(len(self.observed) - 1)
        for _ in range(3):  # one day may end a leak and begin another
            if not self._decide():
                break
        self._review()
        return self.found[before:]

    def flow_m3h(self, flow: int) -> float:
        """Return the present estimate of a known leak."""
        return max(float(self.days[-1].after.mean[len(self._fixed_sd) + flow]), 0.0)

    def evidence_since(self, day: int, *, without: int | None = None) -> Trail:
        """Return the trail of every pipe from a day on, with or without a known leak."""
        flows = self.flows
        if without is not None:
            flows = [replace(f, since=10**9) if i == without else f for i, f in enumerate(flows)]
        trail = begin(day, len(self.site.table.pipes))
        estimate = self._before(day, flows)
        for index in range(day, len(self.observed)):
            result = self.days[index] if without is None else self._step(estimate, index, flows)
            estimate = result.after
            trail.follow(result, self._marks(index))
        return trail

    def _advance(self, day: int) -> None:
        result = self._step(self._before(day, self.flows), day, self.flows)
        self.days.append(result)
        rules = self.rules
        if day % rules.stride_days == 0 or day < 1:
            self._trails.append(begin(day, len(self._probes)))
        self._trails = [t for t in self._trails if day - t.since <= self._window(t)]
        marks = self._marks(day, self._probes)
        for trail in self._trails:
            trail.follow(result, marks)

    def _decide(self) -> bool:
        """Act on the strongest suspicion, if there is one; return whether anything changed."""
        if not self._trails:
            return False
        best = max(self._trails, key=lambda trail: float(trail.evidence().max()))
        strongest = float(best.evidence().max())
        if strongest < self.rules.suspect:
            self._waiting = None
            return False
        trail = self.evidence_since(best.since)
        evidence, flow = trail.evidence(), trail.flow_m3h()
        known = self._known_change(evidence, flow)
        if known is not None:
            self._change(known, best.since)
            return True
        if flow[int(np.argmax(evidence))] <= 0:
            return False
        return self._report(best.since, evidence, flow)

    def _known_change(self, evidence: Floats, flow: Floats) -> int | None:
        """Return the known leak that has grown, shrunk or stopped, if that explains the day."""
        today = len(self.observed) - 1
        running = [i for i, f in enumerate(self.flows) if f.runs(today)]
        if not running:
            return None
        top = int(np.argmax(evidence))
        shrinks = flow[top] < 0
        at = [
            evidence[self.flows[i].pipe] if (flow[self.flows[i].pipe] < 0) == shrinks else -1e9
            for i in running
        ]
        best = int(np.argmax(at))
        leak = self.flows[running[best]]
        if shrinks:
            return running[best]
        near = self.site.distance_m[leak.pipe, top] <= self.rules.same_m
        return running[best] if near or at[best] > evidence[top] - 3 else None

    def _change(self, index: int, day: int) -> None:
        leak = self.flows[index]
        at = max(day, leak.since + 1)
        self.flows[index] = replace(leak, changes=(*leak.changes, at))
        self._again(leak.since if at <= leak.since + 1 else at)
        if self.flow_m3h(index) < self.rules.repaired_m3h:
            self.flows[index] = replace(self.flows[index], until=at)
            self._again(at)

    def _report(self, since: int, evidence: Floats, flow: Floats) -> bool:
        today = len(self.observed) - 1
        likely = posterior(np.where(flow > 0, evidence, -1e3), self.site.length_m)
        place = best_place(likely, self.site.distance_m)
        mass = mass_within(likely, self.site.distance_m, place)
        top = float(evidence.max())
        self._waiting = today if self._waiting is None else self._waiting
        waited = today - self._waiting
        sure = top >= self.rules.report and mass >= self.rules.report_mass
        if not sure and not (waited >= self.rules.patience_days and top >= self.rules.report):
            return False
        if float(flow[place]) < self.rules.smallest_m3h:
            return False
        self._waiting = None
        self.flows.append(Flow(place, since, size_m3h=float(flow[place])))
        self.found.append(Found(len(self.flows) - 1, today, place, top, mass, likely))
        self._again(since)
        return True

    def _review(self) -> None:
        """Look again at where young leaks are, now that more days have spoken."""
        today = len(self.observed) - 1
        for found in self.found:
            leak = self.flows[found.flow]
            if today - found.reported in self.rules.review_days and leak.runs(today):
                trail = self.evidence_since(leak.since, without=found.flow)
                evidence = np.where(trail.flow_m3h() > 0, trail.evidence(), -1e3)
                likely = posterior(evidence, self.site.length_m)
                place = best_place(likely, self.site.distance_m)
                if evidence.max() - evidence[leak.pipe] > self.rules.move:
                    self.flows[found.flow] = replace(leak, pipe=place)
                    self._again(leak.since)

    def _again(self, since: int) -> None:
        """Filter anew from a day on, and follow the bank's trails anew."""
        last = len(self.observed)
        del self.days[since:]
        for day in range(since, last):
            self.days.append(self._step(self._before(day, self.flows), day, self.flows))
        first = min((t.since for t in self._trails), default=last)
        trails = [begin(t.since, len(self._probes)) for t in self._trails]
        for day in range(first, last):
            marks = self._marks(day, self._probes)
            for trail in trails:
                if trail.since <= day:
                    trail.follow(self.days[day], marks)
        self._trails = trails

    def _step(self, before: Estimate, day: int, flows: Sequence[Flow]) -> Day:
        process = process_of(flows, len(self._fixed_sd), day)
        mark = self._mark(day, flows)
        return step(before, mark, self.observed[day], self.site.noise, process)

    def _before(self, day: int, flows: Sequence[Flow]) -> Estimate:
        if day == 0:
            return start(self._fixed_sd, len(flows))
        held = self.days[day - 1].after
        return widened(held, self._size(flows) - len(held.mean))

    def _size(self, flows: Sequence[Flow]) -> int:
        return len(self._fixed_sd) + len(flows)

    def _mark(self, day: int, flows: Sequence[Flow]) -> Floats:
        weights, site = self.site.weights[day], self.site
        errors = np.einsum("bk,kmr->brm", weights, site.errors.mark)
        parts, rows = len(weights), errors.shape[1]
        bias = np.tile(np.eye(rows, site.gauges), (parts, 1))
        leaks = np.zeros((parts * rows, len(flows)))
        for index, flow in enumerate(flows):
            if flow.runs(day):
                of_pipe = site.table.leak[:, int(flow.size_m3h > 8.0), flow.pipe]
                leaks[:, index] = (weights @ of_pipe).reshape(-1)
        return np.concatenate([errors.reshape(parts * rows, -1), bias, leaks], axis=1)

    def _window(self, trail: Trail) -> int:
        """Return for how many days a beginning is suspected; that of the record for longer."""
        return self.rules.window_days * (2 if trail.since == 0 else 1)

    def _marks(self, day: int, pipes: Sequence[int] | slice = slice(None)) -> Floats:
        return self.site.table.leaks_at(self.site.weights[day], 1, pipes)

    def _whitened(self) -> Floats:
        marks = self._marks_of_mean()
        return np.asarray(np.linalg.solve(np.linalg.cholesky(self.site.noise), marks))

    def _marks_of_mean(self) -> Floats:
        return self.site.table.leaks_at(self.site.weights.mean(axis=0), 1)
