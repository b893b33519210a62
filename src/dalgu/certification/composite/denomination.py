"""Divides indicators by what makes units comparable: population, area, income."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec
import numpy as np

from dalgu.certification.composite.dataset import Dataset, Table
from dalgu.certification.composite.errors import (
    IndicatorUnknown,
    ParameterInvalid,
    ValueMissing,
    ValueNotPositive,
)
from dalgu.certification.composite.structure import Array

STEP = "denominate"


class Unknown(StrEnum):
    """What a quotient becomes whose denominator is missing."""

    REFUSE = "refuse"
    ABSENT = "absent"  # a missing value, for a later step to treat


class Denominate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag=STEP):
    """Which indicators are divided, by which column.

    `by` names the denominator of an indicator where the metadata shall not decide; an empty
    text means none. `scale` multiplies a quotient: 1000 gives a figure per thousand.
    """

    missing: Unknown = Unknown.REFUSE
    by: Mapping[str, str] = {}
    scale: Mapping[str, float] = {}


def denominate(dataset: Dataset, spec: Denominate) -> Dataset:
    """Divide each indicator by its denominator.

    Raises
    ------
    IndicatorUnknown, ParameterInvalid
        When the step names no indicator or denominator of the data, or a scale not above zero.
    ValueMissing, ValueNotPositive
        When a denominator that is needed is absent, or is zero or less.
    """
    dataset.check_indicators(STEP, (*spec.by, *spec.scale))
    values = dataset.table.values.copy()
    for place, code in enumerate(dataset.table.codes):
        name = spec.by.get(code, dataset.structure.element(code).denominator)
        scale = spec.scale.get(code, 1.0)
        if not scale > 0:
            raise ParameterInvalid(STEP, f"scale.{code}", scale, "above zero")
        if name:
            divisor = _divisor(dataset, name, values[:, place], spec.missing)
            values[:, place] = values[:, place] / (divisor / scale)
        elif code in spec.scale:
            raise IndicatorUnknown(STEP, f"denominator of {code}")
    return dataset.with_values(values)


def _divisor(dataset: Dataset, name: str, column: Array, missing: Unknown) -> Array:
    held: Table | None = dataset.denominators
    if held is None or name not in held.codes:
        raise IndicatorUnknown(STEP, name)
    divisor = held.column(name)
    for row in np.flatnonzero(np.isfinite(column)):
        if np.isnan(divisor[row]) and missing is Unknown.REFUSE:
            raise ValueMissing(STEP, held.units[row], name)
        if divisor[row] <= 0:
            raise ValueNotPositive(STEP, held.units[row], name, float(divisor[row]))
    return divisor
