"""Single panels by integer programming: the best for given weights, and the least relaxation.

Everything is solved by HiGHS as it comes with SciPy, without time limits, so that the same pool
gives the same panels everywhere.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from dalgu.services.citizens.sortition.pool import Floats, Ints, Kinds, Quota
from dalgu.services.citizens.sortition.refusals import QuotasUnmeetable, Relaxation

Bounds = tuple[Floats, Floats]  # lower and upper, as solvers take them


def best_panel(
    kinds: Kinds,
    weights: Floats,
    *,
    counts: Bounds | None = None,
    held: Bounds | None = None,
) -> Ints | None:
    """Return the panel (T,) of the greatest total weight, `None` when no panel is possible.

    `weights` (T,) is per seat of a kind; `counts` (T,) and `held` (Q,) narrow how many of each
    kind and of each quota's value it may have.
    """
    lower, upper = counts or (np.zeros(len(weights)), kinds.count.astype(float))
    least, most = held or (kinds.least.astype(float), kinds.most.astype(float))
    if (lower > upper).any() or (least > most).any():
        return None
    found = _milp(-weights, _rows(kinds), (least, most, kinds.size), (lower, upper))
    return None if found is None else np.rint(found).astype(np.int64)


def require_panel(kinds: Kinds, quotas: Sequence[Quota]) -> Ints:
    """Return some panel; raise `QuotasUnmeetable` with the least relaxation when there is none."""
    found = best_panel(kinds, np.zeros(len(kinds.count)))
    if found is None:
        raise QuotasUnmeetable(least_relaxation(kinds, quotas))
    return found


def least_relaxation(kinds: Kinds, quotas: Sequence[Quota]) -> list[Relaxation]:
    """Return the changes of quotas that allow a panel, the fewest seats in sum."""
    from scipy import sparse  # type: ignore[import-untyped]  # ships no types

    quota_count, kind_count = kinds.has.shape
    eye = np.eye(quota_count)
    total = np.concatenate([np.ones(kind_count), np.zeros(2 * quota_count)])
    rows = sparse.csr_array(
        np.vstack(
            [
                np.hstack([kinds.has, eye, np.zeros_like(eye)]),  # held + lowered >= least
                np.hstack([kinds.has, np.zeros_like(eye), -eye]),  # held - raised <= most
                total,
            ]
        )
    )
    none = np.full(quota_count, np.inf)
    low = np.concatenate([kinds.least, -none])
    high = np.concatenate([none, kinds.most])
    cost = np.concatenate([np.zeros(kind_count), np.ones(2 * quota_count)])
    upper = np.concatenate([kinds.count, np.full(2 * quota_count, np.inf)])
    found = _milp(cost, rows, (low, high, kinds.size), (np.zeros(len(cost)), upper))
    if found is None:  # cannot be: any people of the pool make a panel when all quotas give way
        return []
    lowered, raised = np.rint(found[kind_count:]).astype(int).reshape(2, quota_count)
    return [
        Relaxation(
            quota.attribute,
            quota.value,
            quota.least,
            quota.most,
            quota.least - int(less),
            quota.most + int(more),
        )
        for quota, less, more in zip(quotas, lowered, raised, strict=True)
        if less or more
    ]


def _rows(kinds: Kinds) -> Any:
    from scipy import sparse

    return sparse.csr_array(np.vstack([kinds.has, np.ones(len(kinds.count))]))


def _milp(cost: Floats, rows: Any, sums: tuple[Any, Any, int], bounds: Bounds) -> Floats | None:
    """Minimise a cost over integers whose rows hold, the last of them the size of the panel."""
    from scipy import optimize

    low, high, size = sums
    held = optimize.LinearConstraint(rows, np.append(low, size), np.append(high, size))
    answer = optimize.milp(
        cost,
        constraints=held,
        integrality=np.ones(len(cost)),
        bounds=optimize.Bounds(*bounds),
        options={"mip_rel_gap": 0.0},
    )
    return None if answer.x is None else np.asarray(answer.x)
