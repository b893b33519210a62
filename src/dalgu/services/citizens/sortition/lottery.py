"""The lottery: 1,000 numbered panels of which one is drawn, as fair as quotas allow.

The leximin chances are an average over panels with any weights; people can follow a draw among
numbered panels. So weights become whole numbers of copies, and what is left over is filled with
panels that bring every kind of people as near to its chance as whole numbers can (after Flanigan,
Kehne, Procaccia: *Fair sortition made transparent*, NeurIPS 2021). People of one kind take its
seats in turn, so that no two of them differ by more than one panel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dalgu.services.citizens.sortition.leximin import fairest
from dalgu.services.citizens.sortition.mixture import Mixture
from dalgu.services.citizens.sortition.panels import best_panel, require_panel
from dalgu.services.citizens.sortition.pool import Floats, Ints, Kinds, Pool, Quota, kinds_of

PANELS = 1_000  # a number of three digits: three ten-sided dice could draw it


@dataclass(frozen=True)
class Distribution:
    """Numbered panels, each drawn with the same probability.

    `per_person` gives everybody's probability in this lottery, `optimum` the leximin probability
    that it stands for: they differ by less than a few panels in all. `is_bound` tells that the
    optimum reaches what fractions of panels could give, which nothing can exceed.
    """

    panels: tuple[tuple[str, ...], ...]
    probabilities: tuple[float, ...]
    per_person: Mapping[str, float]
    optimum: Mapping[str, float]
    is_bound: bool
    pool: Pool
    quotas: tuple[Quota, ...]
    size: int


def distribution(
    pool: Pool, quotas: Sequence[Quota], size: int, *, panels: int = PANELS
) -> Distribution:
    """Return the fairest lottery over panels of `size` people that meet every quota.

    Raises
    ------
    QuotasUnmeetable
        With the least relaxation, when no panel meets the quotas.
    PanelSizeInvalid, PoolTooSmall, CandidateTwice, QuotaInvalid

    Examples
    --------
    >>> from dalgu.services.citizens.sortition.pool import Candidate
    >>> pool = Pool(tuple(Candidate(f"p{n}", {"sex": "fm"[n % 2]}) for n in range(10)))
    >>> found = distribution(pool, [Quota("sex", "f", 2, 2)], 4)
    >>> set(found.per_person.values())
    {0.4}
    """
    kinds = kinds_of(pool, quotas, size)
    require_panel(kinds, quotas)
    fair = fairest(kinds)
    counts = whole_panels(kinds, fair.mixture, panels)
    seated = seat_people(kinds, counts, np.random.default_rng(int(pool.digest[:16], 16)))
    drawn = np.bincount(np.concatenate(seated), minlength=len(pool.people))
    ids = [person.id for person in pool.people]
    optimum = np.empty(len(ids))
    for members, chance in zip(kinds.members, fair.chance, strict=True):
        optimum[list(members)] = chance
    return Distribution(
        panels=tuple(tuple(ids[number] for number in panel) for panel in seated),
        probabilities=(1 / panels,) * panels,
        per_person=dict(zip(ids, (drawn / panels).tolist(), strict=True)),
        optimum=dict(zip(ids, optimum.tolist(), strict=True)),
        is_bound=fair.is_bound,
        pool=pool,
        quotas=tuple(quotas),
        size=size,
    )


def whole_panels(kinds: Kinds, mixture: Mixture, panels: int) -> list[Ints]:
    """Return so many panels (T,) whose average is as near to the mixture as may be."""
    copies = [(panel, int(weight * panels + 1e-6)) for panel, weight in mixture.parts]
    whole = [panel for panel, times in copies for _ in range(times)][:panels]
    wanted = mixture.chance(kinds) * kinds.count * panels
    rest = wanted - sum(whole, np.zeros(len(kinds.count)))
    missing = panels - len(whole)
    totals = _whole_totals(kinds, rest, missing)
    for left in range(missing, 0, -1):
        panel = _next_panel(kinds, totals, left)
        totals = totals - panel
        whole.append(panel)
    return whole


def _whole_totals(kinds: Kinds, rest: Floats, panels: int) -> Floats:
    """Round seats wanted over so many panels to whole ones within all quotas, where that goes."""
    if not panels:
        return rest
    down = np.floor(rest + 1e-6)
    up = np.maximum(np.ceil(rest - 1e-6), down)
    all_of_them = replace(
        kinds,
        count=kinds.count * panels,
        least=kinds.least * panels,
        most=kinds.most * panels,
        size=kinds.size * panels,
    )
    found = best_panel(all_of_them, rest - down - 0.5, counts=(down, up))
    return rest if found is None else found.astype(float)


def _next_panel(kinds: Kinds, totals: Floats, left: int) -> Ints:
    """Return the next of `left` panels that hold the totals: near their average, if there is one.

    Counts between the floor and the ceiling of the average leave totals that the remaining
    panels can hold as well; where quotas cross, what still leaves such totals; else the best.
    """
    mean, held = totals / left, kinds.has @ totals
    weights = mean - np.floor(mean + 1e-9) - 0.5
    nearest = best_panel(
        kinds,
        weights,
        counts=(np.clip(np.floor(mean + 1e-9), 0, kinds.count),
                np.clip(np.ceil(mean - 1e-9), 0, kinds.count)),
        held=(np.maximum(np.floor(held / left + 1e-9), kinds.least),
              np.minimum(np.ceil(held / left - 1e-9), kinds.most)),
    )  # fmt: skip
    if nearest is not None:
        return nearest
    near = best_panel(
        kinds,
        weights,
        counts=(np.clip(totals - (left - 1) * kinds.count, 0, kinds.count),
                np.clip(totals, 0, kinds.count)),
    )  # fmt: skip
    found = near if near is not None else best_panel(kinds, mean)
    if found is None:
        raise ValueError("no panel: ask require_panel first")
    return found


def seat_people(kinds: Kinds, panels: Sequence[Ints], chance: np.random.Generator) -> list[Ints]:
    """Return the numbers of the people of each panel; those of one kind come equally often."""
    order = chance.permutation(len(panels))
    times = [np.zeros(len(members), dtype=np.int64) for members in kinds.members]
    known = [np.array(members) for members in kinds.members]
    seated: list[Ints] = []
    for number in order:
        people = []
        for kind in np.flatnonzero(panels[number]):
            seats = int(panels[number][kind])
            mixed = chance.random(len(times[kind])) + times[kind]  # the fewest first, then by lot
            first = np.argsort(mixed, kind="stable")[:seats]
            times[kind][first] += 1
            people.append(known[kind][first])
        seated.append(np.sort(np.concatenate(people)))
    return seated


def gini(chances: Sequence[float]) -> float:
    """Return the Gini coefficient of probabilities: 0 when all are alike."""
    ordered = np.sort(np.asarray(chances, dtype=float))
    whole = len(ordered)
    ranks = np.arange(1, whole + 1)
    return float(2 * (ranks @ ordered) / (whole * ordered.sum()) - (whole + 1) / whole)
