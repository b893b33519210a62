"""Principal components of indicators: how many dimensions they have, and what each leans on."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from dalgu.certification.composite.dataset import Table
from dalgu.certification.composite.errors import RangeZero, TooFewValues, ValueMissing
from dalgu.certification.composite.structure import Array

STEP = "components"


class Missing(StrEnum):
    """What an analysis does where a value is missing."""

    REFUSE = "refuse"
    LISTWISE = "listwise"  # leave out units that miss any of the values
    PAIRWISE = "pairwise"  # take for each pair the units that have both


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Principal components of standardised indicators, the strongest first.

    `variance` has shape (components,) and sums to 1; `loadings` has shape (indicators,
    components), unit columns turned so that each sums to zero or more. `units` took part.
    """

    codes: tuple[str, ...]
    variance: Array
    loadings: Array
    units: int


def principal_components(
    table: Table, codes: Iterable[str], *, missing: Missing = Missing.REFUSE
) -> Components:
    """Return the principal components of some columns (correlation matrix).

    Raises
    ------
    ValueMissing
        When a value is missing and units shall not be left out for it.
    TooFewValues, RangeZero
        When fewer than three units remain, or a column does not vary.
    """
    chosen = table.columns(codes)
    x = complete_rows(chosen, STEP, missing).values
    for place in np.flatnonzero(x.max(axis=0) == x.min(axis=0)):
        raise RangeZero(STEP, chosen.codes[place])
    centred = x - x.mean(axis=0)
    spread = centred.std(axis=0, ddof=1)
    _, strength, axes = np.linalg.svd(centred / spread, full_matrices=False)
    axes = axes * np.where(axes.sum(axis=1) < 0, -1.0, 1.0)[:, None]
    power = strength**2
    return Components(chosen.codes, power / power.sum(), axes.T, len(x))


def complete_rows(table: Table, step: str, missing: Missing) -> Table:
    """Return the rows that have all values; refuse gaps where that is asked."""
    gaps = np.isnan(table.values)
    if gaps.any() and missing is not Missing.LISTWISE:
        row, column = np.argwhere(gaps)[0]
        raise ValueMissing(step, table.units[row], table.codes[column])
    rows = np.flatnonzero(~gaps.any(axis=1))
    if len(rows) < 3:
        raise TooFewValues(step, ", ".join(table.codes), len(rows), 3)
    return table.take(rows)
