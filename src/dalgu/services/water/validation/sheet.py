"""A day sheet: the validated hours of all meters of one area on one local day, column by column.

The sheet is what is billed, balanced and forecast. It is kept content-addressed in the hub and
named by a `ValidatedDay`; a second look at the same day gives a new sheet with a new version,
and the old one stays.
"""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.ids import EntityId

HOURS = 24  # of a day in Korea, which keeps no summer time


class Standing(IntEnum):
    """How an hour came by its value."""

    MISSING = 0  # no value: nothing conserves it so far
    ACTUAL = 1  # the difference of two registers read
    LINEAR = 2  # estimated: the register difference spread evenly over a short gap
    PROFILE = 3  # estimated: spread by like days' profile
    EDITED = 4  # by a person, with a reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """The hours of n meters on one day.

    `start_register_l` and `end_register_l` are shape (n,), int64 litres at the day's local
    midnights, -1 where unknown; wherever both are known and no hour is missing, the hours add
    up to their difference. `use_l` is shape (n, 24), int32 litres, -1 where missing;
    `standing` shape (n, 24), uint8 of `Standing`; `raised` shape (n,), uint32, one bit for
    each rule in the order of the rules; `first_message`, `last_message` shape (n,), int64, the
    device messages behind the day's registers, 0 where there is none.
    """

    area: EntityId
    day: date
    meters: tuple[EntityId, ...]
    start_register_l: NDArray[np.int64]
    end_register_l: NDArray[np.int64]
    use_l: NDArray[np.int32]
    standing: NDArray[np.uint8]
    raised: NDArray[np.uint32]
    first_message: NDArray[np.int64]
    last_message: NDArray[np.int64]
