"""Random towns of 12 indicators with a table of costs, and the answer by brute force."""

from dataclasses import dataclass

import numpy as np
from tests.certification.scoring.frameworks import framework, measured, qualitative, quantitative

from dalgu.certification.framework.model import Framework, Goalposts
from dalgu.certification.measurement import Maturity
from dalgu.certification.planning.costs import Costs, Improvement, Requires, Step
from dalgu.certification.scoring.basis import Basis

LINES = {1: 90, 2: 80, 3: 70, 4: 60}  # percent
AREAS = {"I": "INN", "G": "GOV", "S": "SVC"}


@dataclass
class Instance:
    """A random town of 12 indicators; numbers in hundredths of points, costs in won."""

    basis: Basis
    framework: Framework
    costs: Costs
    grade: int
    now: np.ndarray
    most: np.ndarray
    gains: list[list[int]]
    prices: list[list[int]]
    areas: list[str]


def instance(seed: int) -> Instance:
    rng = np.random.default_rng(seed)
    indicators, values, levels, offers = [], {}, {}, []
    now, most, gains, prices, areas = [], [], [], [], []
    for n in range(12):
        item = ["I1", "G1", "S1"][n % 3]
        code, points = f"K{n:02}", int(rng.integers(5, 60))
        areas.append(AREAS[item[0]])
        most.append(points * 100)
        steps = int(rng.integers(0, 3))
        if n % 4 == 3:
            indicators.append(qualitative(code, item, points))
            level = int(rng.integers(0, 5))
            levels[code] = Maturity(code, level, (level,) * 3)
            to = sorted(rng.choice(np.arange(level + 1, 6), min(steps, 5 - level), replace=False))
            reached = [points * 20 * int(x) for x in to]
            now.append(points * 20 * level)
        else:
            falls = n % 2 == 1
            posts = Goalposts(100, 0) if falls else Goalposts(0, 100)
            direction = "lower" if falls else "higher"
            indicators.append(
                quantitative(code, item, points, goalposts={"any": posts}, direction=direction)
            )
            share = int(rng.integers(20, 90))
            values[code] = measured(code, float(100 - share if falls else share))
            shares = sorted(int(x) for x in rng.integers(share + 1, 130, steps))
            to = [100 - x if falls else x for x in shares]
            reached = [points * min(100, x) for x in shares]
            now.append(points * share)
        cost = [int(x) for x in np.cumsum(rng.integers(1, 400_000_000, len(to)))]
        gains.append([0] + [x - now[-1] for x in reached])
        prices.append([0, *cost])
        taken = [Step(float(x), c) for x, c in zip(to, cost, strict=True)]
        offers += [Improvement(code, steps=taken)] * bool(taken)
    a, b, c, d, e = (f"K{x:02}" for x in rng.choice(12, 5, replace=False))
    costs = Costs(
        improvements=offers,
        budget=[None, int(rng.integers(100_000_000, 2_000_000_000))][seed % 2],
        excludes=[[a, b, c]] * (seed % 3 == 0),
        requires=[Requires(d, e)] * (seed % 3 != 1),
        floors={"GOV": 0.6} if seed % 5 == 0 else {},
    )
    return Instance(
        Basis("large", values, levels),
        framework(indicators),
        costs,
        int(rng.integers(1, 5)),
        np.array(now),
        np.array(most),
        gains,
        prices,
        areas,
    )


def by_brute_force(one: Instance) -> tuple[int | None, int]:
    """Least cost of the grade, None where it is out of reach, and the most hundredths there are."""
    chosen = np.indices([len(x) for x in one.gains], dtype=np.int8).reshape(12, -1)
    gains = np.stack([np.array(g)[c] for g, c in zip(one.gains, chosen, strict=True)])
    cost = sum(np.array(p)[c] for p, c in zip(one.prices, chosen, strict=True))
    fits = np.ones(chosen.shape[1], bool) if one.costs.budget is None else cost <= one.costs.budget
    for group in one.costs.excludes:
        fits &= sum((chosen[int(code[1:])] > 0).astype(int) for code in group) <= 1
    for both in one.costs.requires:
        fits &= (chosen[int(both.indicator[1:])] == 0) | (chosen[int(both.needs[1:])] > 0)
    total = one.now.sum() + gains.sum(axis=0)
    enough = fits & (total * 100 >= LINES[one.grade] * one.most.sum())
    for area, share in one.costs.floors.items():
        own = [n for n, x in enumerate(one.areas) if x == area]
        points = one.now[own].sum() + gains[own].sum(axis=0)
        enough &= points * 10 >= int(share * 10) * one.most[own].sum()
    return int(cost[enough].min()) if enough.any() else None, int(total[fits].max())
