"""What is set in one signal controller: groups, what conflicts, intergreens, stages, plans.

Words follow ISO 17573 / RiLSA usage: a *group* is what always shows one colour, a *stage* the set
of groups that are green together, an *intergreen* the time from the end of one group's green to
the start of a conflicting group's green.
"""

from enum import StrEnum

import msgspec


class GroupKind(StrEnum):
    """Who reads a signal group."""

    VEHICLE = "vehicle"
    PEDESTRIAN = "pedestrian"


class Group(msgspec.Struct, frozen=True):
    """Signal heads that always show the same colour."""

    name: str
    kind: GroupKind = GroupKind.VEHICLE
    min_green_s: float = 5.0
    max_red_s: float = 180.0  # no plan and no controller keeps it waiting longer
    amber_s: float = 3.0  # after green; of pedestrians the flashing green, long enough to cross


class Stage(msgspec.Struct, frozen=True):
    """Groups that are green together: positions in `Timing.groups`."""

    name: str
    groups: tuple[int, ...]


class Step(msgspec.Struct, frozen=True):
    """One stage of a plan and how long it is held after its last group became green."""

    stage: int
    green_s: float


class Plan(msgspec.Struct, frozen=True):
    """A fixed plan: its steps in order, started so that step 0 begins at `offset_s` of the cycle.

    The cycle is the sum of the greens and of the changes between them (`machine.cycle_s`); its
    zero is 1970-01-01 UTC, so controllers that know the time are coordinated without talking.
    """

    name: str
    steps: tuple[Step, ...]
    offset_s: float = 0.0


class Timing(msgspec.Struct, frozen=True):
    """All that one controller needs to run alone.

    `intergreen_s[i][j]` is the least time from the end of group i's green to the start of j's,
    0 where they do not conflict. `detectors` names the lanes whose detector ends here, in the
    order of the driver's reports. The first plan is the one it falls back to.
    """

    id: str
    groups: tuple[Group, ...]
    intergreen_s: tuple[tuple[float, ...], ...]
    stages: tuple[Stage, ...]
    plans: tuple[Plan, ...]
    detectors: tuple[str, ...] = ()

    def conflicts(self, one: int, other: int) -> bool:
        """Return whether two groups must never be green together."""
        return self.intergreen_s[one][other] > 0 or self.intergreen_s[other][one] > 0
