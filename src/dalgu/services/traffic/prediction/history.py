"""What links did, on one grid of five-minute steps: the only shape that forecasts see."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from dalgu.services.traffic.prediction.refusals import LinkHistoryUneven

Array = NDArray[np.floating]  # float32 inside the model
Steps = NDArray[np.int64]

STEP_S = 300
STEP_MIN = 5
STEPS_PER_DAY = 288
WINDOW = 12  # steps that a forecast looks back on: one hour
THURSDAY_1970 = 3  # 1 January 1970, with Monday as 0
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class History:
    """Observations of all links; a missing one is NaN.

    Attributes
    ----------
    first_step
        Number of the first column: five-minute steps since 1970-01-01T00:00 local time.
    flow_veh_h, speed_kmh
        Shape (links, steps), or `None` where the city measures none of it.
    edges
        Shape (edges, 2): traffic of the first link goes on into the second.
    edge_weight
        Shape (edges,), how near the two are, in (0, 1]; all alike where it is `None`.
    days_off
        Holidays as days since 1970, local; weekends are known without.
    names
        Of the links, where their positions alone could be mistaken for another network's.

    """

    first_step: int
    flow_veh_h: Array | None
    speed_kmh: Array | None
    edges: Steps = field(default_factory=lambda: np.empty((0, 2), dtype=np.int64))
    edge_weight: Array | None = None
    days_off: frozenset[int] = frozenset()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shapes = {part.shape for part in (self.flow_veh_h, self.speed_kmh) if part is not None}
        if len(shapes) != 1 or len(next(iter(shapes))) != 2:
            raise LinkHistoryUneven(sorted(shapes))

    @property
    def quantities(self) -> tuple[str, ...]:
        """Which of flow and speed are measured, in the order of all arrays of the model."""
        named = (("flow", self.flow_veh_h), ("speed", self.speed_kmh))
        return tuple(name for name, part in named if part is not None)

    @property
    def values(self) -> Array:
        """Shape (quantities, steps, links), float32; in veh/h and km/h."""
        parts = [part.T for part in (self.flow_veh_h, self.speed_kmh) if part is not None]
        return np.stack(parts).astype(np.float32)

    @property
    def _any(self) -> Array:
        part = self.speed_kmh if self.flow_veh_h is None else self.flow_veh_h
        assert part is not None  # promised by __post_init__
        return part

    @property
    def links(self) -> int:
        """How many links it has."""
        return len(self._any)

    @property
    def last_step(self) -> int:
        """Number of the last column."""
        return self.first_step + self.steps - 1

    @property
    def steps(self) -> int:
        """How many steps it has."""
        return int(self._any.shape[1])

    def part(self, first: int, until: int) -> "History":
        """Return the steps from `first` until before `until`."""
        return replace(
            self,
            first_step=self.first_step + first,
            flow_veh_h=None if self.flow_veh_h is None else self.flow_veh_h[:, first:until],
            speed_kmh=None if self.speed_kmh is None else self.speed_kmh[:, first:until],
        )


def step_of_day(step: Steps) -> Steps:
    """Return the time of day as a step, 0 to 287."""
    return step % STEPS_PER_DAY


def is_day_off(step: Steps, days_off: frozenset[int]) -> NDArray[np.bool_]:
    """Tell for each step whether its day is a weekend or a holiday.

    >>> is_day_off(np.array([0, 2 * 288, 5 * 288]), frozenset({5})).tolist()
    [False, True, True]
    """
    day = step // STEPS_PER_DAY
    weekend = (day + THURSDAY_1970) % 7 >= SATURDAY
    return weekend | np.isin(day, np.array(sorted(days_off), dtype=np.int64))
