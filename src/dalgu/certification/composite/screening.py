"""Leaves out units that have too little data."""

from dataclasses import dataclass

import msgspec
import numpy as np

from dalgu.certification.composite.dataset import Dataset, Mask
from dalgu.certification.composite.errors import NoUnitLeft, ParameterInvalid, UnitUnknown
from dalgu.certification.composite.structure import Array, Indices

STEP = "screen"


class Screen(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do", tag=STEP):
    """Which units stay.

    `min_share` is the share of the indicators, 0 to 1, that must have a value; with `level`, the
    share inside each group of that level. `min_nonzero` is the share of the values that must
    differ from zero. `keep` and `drop` name units that stay or go regardless.
    """

    min_share: float = 2 / 3
    level: int | None = None
    min_nonzero: float = 0.0
    keep: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Screened:
    """The units that stay and those that go, and the share of data of each before.

    `rows` are the places of those that stay. `share` has shape (units,): that of the poorest
    group where a level was given.
    """

    dataset: Dataset
    rows: Indices
    dropped: tuple[str, ...]
    share: Array


def screen(dataset: Dataset, spec: Screen) -> Screened:
    """Leave out the units with too little data.

    Raises
    ------
    ParameterInvalid, UnitUnknown, NoUnitLeft
        When a share is outside 0 to 1, a named unit does not exist, or all units go.
    """
    for field, least in (("min_share", spec.min_share), ("min_nonzero", spec.min_nonzero)):
        if not 0 <= least <= 1:
            raise ParameterInvalid(STEP, field, least, "from 0 to 1")
    units = dataset.table.units
    for unit in (*spec.keep, *spec.drop):
        if unit not in units:
            raise UnitUnknown(STEP, unit)
    held = np.isfinite(dataset.table.values)
    share = _share(dataset, held, spec.level)
    stays = (share >= spec.min_share) & (_nonzero(dataset, held) >= spec.min_nonzero)
    stays |= np.isin(units, spec.keep)
    stays &= ~np.isin(units, spec.drop)
    if not stays.any():
        raise NoUnitLeft(STEP)
    rows = np.flatnonzero(stays)
    dropped = tuple(dataset.table.label(int(row)) for row in np.flatnonzero(~stays))
    return Screened(dataset.take(rows), rows, dropped, share)


def _share(dataset: Dataset, held: Mask, level: int | None) -> Array:
    if level is None:
        whole: Array = held.mean(axis=1)
        return whole
    structure = dataset.structure
    if not 1 < level <= structure.levels:
        raise ParameterInvalid(STEP, "level", level, f"from 2 to {structure.levels}")
    codes = dataset.table.codes
    shares = [
        held[:, [codes.index(code) for code in structure.below(group)]].mean(axis=1)
        for group in structure.codes(level)
    ]
    poorest: Array = np.min(shares, axis=0)
    return poorest


def _nonzero(dataset: Dataset, held: Mask) -> Array:
    counted = (held & (dataset.table.values != 0)).sum(axis=1)
    share: Array = counted / np.maximum(held.sum(axis=1), 1)
    return share
