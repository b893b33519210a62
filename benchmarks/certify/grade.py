"""The grade's probability for 30 cities, and the cheapest way to a grade, on one core.

    python -m benchmarks.certify.grade [--framework kr-scc-2021] [--runs 5]

Draws: 30 made cities of one type, 63 indicators, three to five reviewers, a standard error and a
gap for each value; 2,000 draws each, in which all cities are weighed alike; from profiles to
grade shares, intervals, ranks and peers. The aim is 2 s.

What-if: the made cities ask for the grade above their own; each quantitative indicator can be
improved evenly with a fixed cost, or by up to three steps, each qualitative one by whole levels;
a budget, pairs that exclude each other and pairs that require each other. From costs to the
confirmed sheet.
"""

import os

os.environ["OMP_NUM_THREADS"] = "1"  # before numpy starts its threads
os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import argparse
import statistics
import time

import numpy as np

from dalgu.certification.comparison.compare import Entrant, compare
from dalgu.certification.comparison.profile import profile
from dalgu.certification.framework.loading import load
from dalgu.certification.framework.model import Framework, Indicator
from dalgu.certification.measurement import Maturity, Measurement, Status
from dalgu.certification.planning.costs import Costs, Improvement, Requires, Step
from dalgu.certification.planning.whatif import Plan, what_if
from dalgu.certification.scoring.basis import Basis
from dalgu.certification.scoring.probability import Measure, grade_probability
from dalgu.kernel.text import Text

CITIES, DRAWS, AIM_S = 30, 2_000, 2.0
CITY_TYPE = "small"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--framework", default="kr-scc-2021")
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    framework = load(given.framework)
    cities = [made(framework, n) for n in range(CITIES)]
    entrants: list[Entrant] = [
        (profile(framework, f"city-{n:02}", Text(f"도시 {n}", f"City {n}"), basis), framework)
        for n, basis in enumerate(cities)
    ]
    print(f"{given.framework}: {len(framework.indicators)} indicators, {CITIES} cities")
    print_draws(entrants, given.runs)
    print_probability(framework, cities[0])
    print_whatif(framework, cities)


def made(framework: Framework, n: int) -> Basis:
    """A city whose values lie about its own middle between the goalposts."""
    rng = np.random.default_rng(n)
    middle = rng.uniform(0.55, 0.85)
    values, levels = {}, {}
    for one in framework.indicators:
        share = float(np.clip(rng.normal(middle, 0.2), 0, 1.1))
        if one.kind == "quantitative":
            values[one.code] = value_of(one, share, rng)
        else:
            given = np.clip(np.round(share * 5 + rng.normal(0, 0.5, int(rng.integers(3, 6)))), 0, 5)
            levels[one.code] = Maturity(one.code, None, tuple(int(x) for x in given))
    return Basis(CITY_TYPE, values, levels)


def value_of(one: Indicator, share: float, rng: np.random.Generator) -> Measurement:
    posts = one.goalposts_for(CITY_TYPE)
    width = posts.full_at - posts.zero_at
    return Measurement(
        one.code,
        Status.MEASURED,
        posts.zero_at + share * width,
        coverage=float(rng.uniform(0.8, 1.0)),
        snapshot="made",
        standard_error=abs(width) * float(rng.uniform(0.01, 0.05)),
    )


def print_draws(entrants: list[Entrant], runs: int) -> None:
    seconds, busy = [], []
    compare(entrants[:2], np.random.default_rng(0), draws=10)  # imports are not the draws' time
    for run in range(runs):
        begin, cpu = time.perf_counter(), time.process_time()
        found = compare(entrants, np.random.default_rng(run), draws=DRAWS)
        seconds.append(time.perf_counter() - begin)
        busy.append(time.process_time() - cpu)
    took = statistics.median(seconds)
    widest = max(one.rank.high - one.rank.low for one in found.cities if one.rank)
    print(
        f"  {DRAWS:,} draws x {len(entrants)} cities   {took:6.2f} s   aim {AIM_S:.2f} s   "
        f"({'met' if took < AIM_S else 'missed'}; slowest of {runs}: {max(seconds):.2f} s, "
        f"of the processor {statistics.median(busy):.2f} s; "
        f"widest rank interval {widest + 1} places)"
    )


def print_probability(framework: Framework, city: Basis) -> None:
    import SALib.analyze.sobol  # noqa: F401 - an import is not the sampling's time

    for measure in (Measure.CORRELATION_RATIO, Measure.TOTAL_ORDER_SOBOL):
        begin = time.perf_counter()
        grade_probability(
            framework,
            city.city_type,
            city.measurements,
            city.maturities,
            rng=np.random.default_rng(1),
            measure=measure,
        )
        print(f"  one city with flips by {measure:24} {time.perf_counter() - begin:6.2f} s")


def print_whatif(framework: Framework, cities: list[Basis]) -> None:
    seconds, reached, cost = [], 0, []
    for n, basis in enumerate(cities):
        costs = made_costs(framework, basis, n)
        grade = max(1, basis.score(framework).grade.grade - 1)
        begin = time.perf_counter()
        found = what_if(framework, basis, grade, costs)
        seconds.append(time.perf_counter() - begin)
        reached += isinstance(found, Plan)
        cost.append(len(found.changes))
    print(
        f"  what-if of {len(framework.indicators)} indicators   median "
        f"{statistics.median(seconds) * 1000:.0f} ms, slowest {max(seconds) * 1000:.0f} ms   "
        f"({reached} of {len(cities)} reachable, {min(cost)} to {max(cost)} changes)"
    )


def made_costs(framework: Framework, basis: Basis, n: int) -> Costs:
    rng = np.random.default_rng(1000 + n)
    sheet = basis.score(framework)
    offers = []
    for one in framework.indicators:
        line = sheet.line(one.code)
        if line.share < 1:
            offers.append(offer(one, line.value, rng))
    codes = [one.indicator for one in offers]
    rng.shuffle(codes)
    return Costs(
        improvements=offers,
        budget=20_000_000_000,
        excludes=[codes[:2], codes[2:4], codes[4:7]],
        requires=[Requires(codes[8], codes[9]), Requires(codes[10], codes[11])],
    )


def offer(one: Indicator, value: float | None, rng: np.random.Generator) -> Improvement:
    won = int(rng.integers(20, 400)) * 1_000_000
    if one.kind == "qualitative":
        return Improvement(one.code, cost_per_unit=float(won), up_to=5.0)
    posts = one.goalposts_for(CITY_TYPE)
    width = posts.full_at - posts.zero_at
    now = value or 0.0
    if rng.random() < 0.5:
        per_unit = float(won) * 5 / abs(width)
        return Improvement(
            one.code,
            cost_per_unit=per_unit,
            up_to=max_of(now, posts.full_at, width),
            fixed_cost=won,
        )
    left = posts.full_at - now
    steps = [Step(now + left * share, int(won * 5 * share**1.5)) for share in (0.3, 0.6, 1.0)]
    return Improvement(one.code, steps=steps)


def max_of(now: float, full_at: float, width: float) -> float:
    return max(now, full_at) if width > 0 else min(now, full_at)


if __name__ == "__main__":
    main()
