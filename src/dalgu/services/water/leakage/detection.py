"""Detection: day by day, what has begun to leak, what changed and what was repaired.

Each day uses that day and those before it, never a later one. Leaks overlap as they like: each
known one is a state of the filter, so that the next is looked for in what they do not explain.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from dalgu.services.water.leakage.bank import Trail, begin
from dalgu.services.water.leakage.calibration import GAUGE_BIAS_SD_M
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
from dalgu.services.water.leakage.signatures import SIZES_M3H, USUAL
from dalgu.services.water.leakage.site import USUAL_RULES, Rules, Site
from dalgu.services.water.leakage.verdict import Kind, Known, verdict

UNBELIEVED = -1e3  # evidence for what cannot be


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

    def __init__(self, site: Site, rules: Rules = USUAL_RULES) -> None:
        self.site, self.rules = site, rules
        self.flows: list[Flow] = []
        self.found: list[Found] = []
        self.likely: list[Floats] = []  # for each flow, the newest probability of each pipe
        self.days: list[Day] = []
        self.observed: list[Floats] = []
        self._trails: list[Trail] = []
        self._waiting: int | None = None
        self._looked = (-9, 0.0)  # the day of the last look at every pipe, and its evidence
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

    def evidence_since(
        self, day: int, *, until: int | None = None, without: int | None = None
    ) -> Trail:
        """Return the trail of every pipe over days, with or without a known leak.

        Followed a second time for leaks of another size where the likeliest is of that size.
        """
        trail = self._followed(day, until, without, USUAL)
        flow = abs(float(trail.flow_m3h()[int(np.argmax(trail.evidence()))]))
        size = int(np.argmin(np.abs(np.log(np.array(SIZES_M3H) / max(flow, 0.1)))))
        return trail if size == USUAL else self._followed(day, until, without, size)

    def _followed(self, day: int, until: int | None, without: int | None, size: int) -> Trail:
        flows = self.flows
        if without is not None:
            flows = [replace(f, since=10**9) if i == without else f for i, f in enumerate(flows)]
        trail = begin(day, len(self.site.table.pipes))
        estimate = self._before(day, flows)
        for index in range(day, len(self.observed) if until is None else until):
            result = self.days[index] if without is None else self._step(estimate, index, flows)
            estimate = result.after
            trail.follow(result, self.site.table.leaks_at(self.site.weights[index], size))
        return trail

    def _onset(self, near: int, pipe: int) -> int:
        """Return the very day on which a change at a pipe began, near where a trail begins."""
        last, stride = len(self.observed), self.rules.stride_days
        days = range(max(near - stride + 1, 0), min(near + stride, last))
        trails = [begin(day, 1) for day in days]
        for index in range(days.start, last):
            mark = self._marks(index, [pipe])
            for trail in trails:
                if trail.since <= index:
                    trail.follow(self.days[index], mark)
        return max(trails, key=lambda trail: float(trail.evidence()[0])).since

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
        judged = [(float(trail.evidence().max()), trail) for trail in self._trails]
        strongest, best = max(judged, key=lambda pair: pair[0])
        grows = best.flow_m3h()[int(np.argmax(best.evidence()))] > 0
        if strongest < (self.rules.suspect if grows else self.rules.ceased):
            self._waiting = None
            return False
        if not self._is_news(strongest):
            return False
        trail = self.evidence_since(best.since)
        evidence, flow = trail.evidence(), trail.flow_m3h()
        found = verdict(evidence, flow, self._known())
        if found is None or found.evidence < self.rules.ceased:
            return False
        if found.flow is not None:
            return self._change(found.flow, best.since, shrinks=found.kind is Kind.CEASED)
        return self._report(best.since, np.where(flow > 0, evidence, UNBELIEVED), flow)

    def _is_news(self, strongest: float) -> bool:
        """Tell whether a suspicion is worth a look at every pipe, which takes its time."""
        today = len(self.observed) - 1
        before, then = self._looked
        if today > before and today - before < self.rules.look_days and strongest < then + 5:
            return False
        self._looked = (today, strongest)
        return True

    def _known(self) -> list[Known]:
        today = len(self.observed) - 1
        return [
            Known(index, leak.pipe, today - leak.since <= self.rules.young_days)
            for index, leak in enumerate(self.flows)
            if leak.runs(today)
        ]

    def _change(self, index: int, day: int, *, shrinks: bool) -> bool:
        leak = self.flows[index]
        at = max(self._onset(day, leak.pipe), leak.since + 1)
        told = max(leak.changes, default=-self.rules.settle_days)
        if (
            at >= len(self.observed)
            or at in leak.changes
            or (not shrinks and at - told < self.rules.settle_days)
        ):
            return False  # its estimate is on the way there already
        self.flows[index] = replace(leak, changes=(*leak.changes, at))
        self._again(leak.since if at <= leak.since + 1 else at)
        if self.flow_m3h(index) < max(self.rules.repaired_m3h, self._rest(leak)):
            self.flows[index] = replace(self.flows[index], until=at)
            self._again(at)
        return True

    def _report(self, since: int, evidence: Floats, flow: Floats) -> bool:
        today = len(self.observed) - 1
        likely = posterior(evidence, self.site.length_m)
        place = best_place(likely, self.site.distance_m)
        mass = mass_within(likely, self.site.distance_m, place)
        top = float(evidence.max())
        self._waiting = today if self._waiting is None else self._waiting
        waited = today - self._waiting
        grown = today - since >= self.rules.least_days
        # A leak older than the record shows in no change, only against how wrong models are.
        needed = self.rules.report if since else self.rules.report_first
        if self._is_shadow(since, float(flow[place])):
            needed *= self.rules.shadow
        sure = grown and top >= needed and mass >= self.rules.report_mass
        if not sure and not (waited >= self.rules.patience_days and top >= needed):
            return False
        if float(flow[place]) < self.rules.smallest_m3h:
            return False
        self._waiting = None
        since = self._onset(since, place)
        size = float(flow[place])
        self.flows.append(Flow(place, since, size_m3h=size, spread=self._spread(place, size)))
        self._again(since)
        if self.flow_m3h(len(self.flows) - 1) < self.rules.smallest_m3h:
            return self._take_back(since)
        self.likely.append(likely)
        self.found.append(Found(len(self.flows) - 1, today, place, top, mass, likely))
        return True

    def _is_shadow(self, since: int, flow_m3h: float) -> bool:
        """Tell whether a small leak seems to begin together with a larger one that is known.

        It is rather what is left of the larger one, not being just where it was put.
        """
        near, today = self.rules.shadow_days, len(self.observed) - 1
        for index, leak in enumerate(self.flows):
            if not leak.runs(today) and (leak.until is None or today - leak.until > near):
                continue
            size = max(leak.size_m3h, self.flow_m3h(index))
            begins = min(abs(since - day) for day in (leak.since, *leak.changes))
            if flow_m3h < size and begins <= near:
                return True
        return False

    def _take_back(self, since: int) -> bool:
        """Forget a leak that is gone already, and all that has looked like one until today."""
        self.flows.pop()
        self._trails = []
        self._again(since)
        return False

    def _review(self) -> None:
        """Look again at where young leaks are, now that more days have spoken."""
        today = len(self.observed) - 1
        for found in self.found:
            leak = self.flows[found.flow]
            if leak.runs(today) and today - found.reported >= self.rules.dry_days:
                self._end_if_dry(found.flow, today)
            if today - found.reported in self.rules.review_days and leak.runs(today):
                until = min(leak.changes, default=None)
                trail = self.evidence_since(leak.since, until=until, without=found.flow)
                evidence = np.where(trail.flow_m3h() > 0, trail.evidence(), UNBELIEVED)
                likely = posterior(evidence, self.site.length_m)
                place = best_place(likely, self.site.distance_m)
                self.likely[found.flow] = likely
                if evidence.max() - evidence[leak.pipe] > self.rules.move:
                    self.flows[found.flow] = replace(
                        leak, pipe=place, spread=self._spread(place, leak.size_m3h)
                    )
                    self._again(leak.since)

    def _end_if_dry(self, index: int, today: int) -> None:
        """Call a leak repaired that has had no flow for some days."""
        at, lasted = len(self._fixed_sd) + index, self.rules.dry_days
        flows = [day.after.mean[at] for day in self.days[today - lasted + 1 :]]
        if max(flows) < max(self.rules.dry_m3h, self._rest(self.flows[index])):
            self.flows[index] = replace(self.flows[index], until=today)
            self._again(today)

    def _rest(self, leak: Flow) -> float:
        """Return the flow that is left of a repaired leak where it was not put just right."""
        return self.rules.rest * leak.size_m3h

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
        mark = self._mark(day, flows, before)
        noise = self.site.noise
        for index, flow in enumerate(flows):
            if flow.runs(day) and flow.spread is not None:
                noise = noise + self._size_of(index, flow, day, before) ** 2 * flow.spread
        return step(before, mark, self.observed[day], noise, process)

    def _before(self, day: int, flows: Sequence[Flow]) -> Estimate:
        if day == 0:
            return start(self._fixed_sd, len(flows))
        held = self.days[day - 1].after
        return widened(held, self._size(flows) - len(held.mean))

    def _size(self, flows: Sequence[Flow]) -> int:
        return len(self._fixed_sd) + len(flows)

    def _spread(self, place: int, size_m3h: float) -> Floats:
        """Return how the marks of the pipes around differ: a leak is never just where it is put.

        Shape (rows, rows), a covariance per (m³/h)²; added to the noise while the leak runs, so
        that what is left of it is not taken for another leak.
        """
        around = np.flatnonzero(self.site.distance_m[place] <= self.rules.around_m).tolist()
        weights = self.site.weights.mean(axis=0)
        marks = np.array([self.site.table.leak_at(weights, p, size_m3h) for p in around])
        apart = marks - self.site.table.leak_at(weights, place, size_m3h)
        lasting = self.rules.lasting * apart.T @ apart / len(around)
        shape = self.site.table.leak_at(weights, place, size_m3h) * self.rules.misjudged
        return np.asarray(lasting + self.rules.lasting * np.diag(shape**2))

    def _size_of(self, index: int, flow: Flow, day: int, before: Estimate) -> float:
        """Return how large a leak is taken to be: as yesterday, or as reported if it just began."""
        held = float(before.mean[len(self._fixed_sd) + index])
        return flow.size_m3h if day < flow.since + 3 else max(held, 0.0)

    def _mark(self, day: int, flows: Sequence[Flow], before: Estimate) -> Floats:
        weights, site = self.site.weights[day], self.site
        errors = np.einsum("bk,kmr->brm", weights, site.errors.mark)
        parts, rows = len(weights), errors.shape[1]
        bias = np.tile(np.eye(rows, site.gauges), (parts, 1))
        leaks = np.zeros((parts * rows, len(flows)))
        for index, flow in enumerate(flows):
            if flow.runs(day):
                size = self._size_of(index, flow, day, before)
                leaks[:, index] = site.table.leak_at(weights, flow.pipe, size)
        return np.concatenate([errors.reshape(parts * rows, -1), bias, leaks], axis=1)

    def _window(self, trail: Trail) -> int:
        """Return for how many days a beginning is suspected; that of the record for longer."""
        return self.rules.window_days * (2 if trail.since == 0 else 1)

    def _marks(self, day: int, pipes: Sequence[int] | slice = slice(None)) -> Floats:
        return self.site.table.leaks_at(self.site.weights[day], USUAL, pipes)

    def _whitened(self) -> Floats:
        marks = self._marks_of_mean()
        return np.asarray(np.linalg.solve(np.linalg.cholesky(self.site.noise), marks))

    def _marks_of_mean(self) -> Floats:
        return self.site.table.leaks_at(self.site.weights.mean(axis=0), USUAL)
