"""What a model is fed and compared with: hourly series of gauges, inflows and meters."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.errors import InvalidInput
from dalgu.services.water.leakage.network import Floats

HOURS_PER_DAY = 24


class RecordUnequal(InvalidInput):
    """The series of a record do not cover the same hours, or not whole days."""

    slug = "record-unequal"
    title = "The series of the record do not fit together"

    def __init__(self, series: str, got: int, need: int) -> None:
        super().__init__(
            f"Series '{series}' has {got} hours and {need} are needed, whole days of them. "
            "Cut all series to the same days.",
            series=series,
            got=got,
            need=need,
        )


@dataclass(frozen=True, slots=True)
class Zone:
    """Nodes whose water comes in over measured ways.

    Where every tap is metered, `is_metered`, demands are the meters'; else the nominal demands
    are scaled until they take the inflow. `nodes` is shape (nodes,).
    """

    name: str
    nodes: NDArray[np.bool_]
    is_metered: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a record was measured: positions of gauges, flow meters, taps and pumped nodes.

    `drawn` are nodes where measured water leaves, as into a pump: a given demand. `first_hour`
    is the hour of the file's week, which begins with a Monday, at which a record begins.
    """

    gauges: Sequence[int]
    flow_links: Sequence[int]
    zones: Sequence[Zone]
    metered: Sequence[int] = ()
    drawn: Sequence[int] = ()
    first_hour: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """Hourly series; NaN where nothing was measured.

    `head_m` shape (hours, gauges); `zone_m3h` shape (hours, zones), net inflow; `link_m3h`
    shape (hours, flow links); `metered_m3h` shape (hours, metered); `drawn_m3h` shape
    (hours, drawn); `level_m` shape (hours, tanks). The first hour is a midnight.
    """

    head_m: Floats
    zone_m3h: Floats
    link_m3h: Floats
    metered_m3h: Floats
    drawn_m3h: Floats
    level_m: Floats

    @property
    def hours(self) -> int:
        """How many hours."""
        return len(self.head_m)

    def check(self) -> None:
        """Raise `RecordUnequal` where a series is shorter or longer than whole common days."""
        days = self.hours // HOURS_PER_DAY
        for name in self.__slots__:
            got = len(getattr(self, name))
            if got != days * HOURS_PER_DAY or not days:
                raise RecordUnequal(name, got, max(days, 1) * HOURS_PER_DAY)
