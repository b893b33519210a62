"""Groups and stages of an intersection, where nobody has told: after Korean practice.

Opposite approaches form an axis. An axis is served in one of three ways: left turns of both
before the through traffic of both (선행좌회전), each approach alone with all its turns
(동시신호), or both together with left turns that give way (비보호좌회전). Pedestrians walk in
the stages whose traffic does not pass their crossing; right turns give way to them. Right turns
from a lane of their own need no signal: in Korea they may be made after a stop.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dalgu.devices.signals.timing import Group, GroupKind, Stage
from dalgu.services.traffic.network.junction import (
    LANE_WIDTH_M,
    Arm,
    Path,
    deflection_deg,
    meeting,
)
from dalgu.services.traffic.network.model import Turn, Zone

AXIS_DEG = 75.0  # opposite approaches deflect less
MIN_GREEN_S = 7.0  # of through traffic; of left turns 5
MIN_GREEN_LEFT_S = 5.0
WALK_S = 7.0  # to notice and to step off, before the flashing green (Korean manual: 4 to 7)
WALKING_MPS = {Zone.NONE: 1.0, Zone.SCHOOL: 0.8, Zone.SILVER: 0.8}
MAX_RED_S = 240.0  # cycles of Korean arterials reach 180 s, and pedestrians may miss one stage
TURNS_LEFT = (Turn.LEFT, Turn.U_TURN)
COMPASS = ("E", "NE", "N", "NW", "W", "SW", "S", "SE")


class Style(StrEnum):
    """How an axis is served."""

    LEADING_LEFTS = "leading-lefts"
    SPLIT = "split"
    PERMISSIVE = "permissive"


@dataclass(frozen=True, slots=True)
class Flow:
    """A movement as staging sees it; `lane` tells which movements must share a signal."""

    id: str
    lane: str
    path: Path
    is_shared: bool  # its lane also serves another turn


@dataclass(frozen=True, slots=True)
class Walk:
    """A crossing over one arm."""

    id: str
    arm: int
    length_m: float
    zone: Zone = Zone.NONE


@dataclass(frozen=True, slots=True)
class Staged:
    """Groups, stages, and who belongs where; a walk without a safe stage is absent."""

    groups: tuple[Group, ...]
    stages: tuple[Stage, ...]
    group_of: Mapping[str, int]  # by movement or crossing; -1 needs no signal
    permissive: frozenset[str]


def axes(arms: Sequence[Arm]) -> list[tuple[int, ...]]:
    """Return the approaches paired with their opposites, the straightest first, then the rest."""
    entering = [i for i, arm in enumerate(arms) if arm.enters]
    bent = sorted(
        (abs(deflection_deg(arms[i].bearing, arms[j].bearing)), i, j)
        for i in entering
        for j in entering
        if i < j
    )
    paired: list[tuple[int, ...]] = []
    used: set[int] = set()
    for degrees, i, j in bent:
        if degrees <= AXIS_DEG and not {i, j} & used:
            paired.append((i, j))
            used |= {i, j}
    return paired + [(i,) for i in entering if i not in used]


def stage(
    arms: Sequence[Arm],
    flows: Sequence[Flow],
    walks: Sequence[Walk],
    styles: Mapping[tuple[int, ...], Style],
) -> Staged:
    """Return groups and stages; `styles` by axis, where absent it is chosen by the lanes."""
    drawn = _Drawn(arms, flows)
    for axis in axes(arms):
        style = styles.get(axis) or default_style(axis, flows)
        drawn.serve(axis, style if can_serve(arms, flows, axis, style) else Style.SPLIT)
    for walk in walks:
        drawn.walk(walk)
    return drawn.staged()


def can_serve(
    arms: Sequence[Arm], flows: Sequence[Flow], axis: tuple[int, ...], style: Style
) -> bool:
    """Return whether a style keeps paths apart that would be green together."""
    if style is Style.SPLIT:
        return True
    own = [flow for flow in flows if flow.path.start in axis]
    lefts = [flow for flow in own if flow.path.turn in TURNS_LEFT]
    others = [flow for flow in own if flow.path.turn not in TURNS_LEFT]
    if style is Style.LEADING_LEFTS and any(flow.is_shared for flow in lefts):
        return False
    together = [others] if style is Style.PERMISSIVE else [lefts, others]
    return len(axis) > 1 and not any(
        conflict(arms, one, other)
        for flows_ in together
        for n, one in enumerate(flows_)
        for other in flows_[:n]
    )


def default_style(axis: tuple[int, ...], flows: Sequence[Flow]) -> Style:
    """Choose leading lefts where left turns have lanes of their own, else approach by approach."""
    lefts = [f for f in flows if f.path.start in axis and f.path.turn is Turn.LEFT]
    if len(axis) == 1 or any(flow.is_shared for flow in lefts):
        return Style.SPLIT
    return Style.LEADING_LEFTS


def compass(bearing: float) -> str:
    """Return the compass point of a bearing.

    >>> compass(math.pi / 2)
    'N'
    """
    return COMPASS[round(bearing / (math.pi / 4)) % len(COMPASS)]


class _Drawn:
    """Groups and stages as they are put together."""

    def __init__(self, arms: Sequence[Arm], flows: Sequence[Flow]) -> None:
        self._arms, self._flows = arms, flows
        self._groups: list[Group] = []
        self._members: list[list[Flow]] = []  # of each group
        self._stages: list[list[int]] = []
        self._group_of: dict[str, int] = {}
        self._permissive: set[str] = set()

    def serve(self, axis: tuple[int, ...], style: Style) -> None:
        if style is Style.LEADING_LEFTS:
            self._leading_lefts(axis)
        elif style is Style.SPLIT:
            for arm in axis:
                self._add_stage([self._all(arm)])
        else:
            self._permissive_lefts(axis)
            self._add_stage([self._all(arm) for arm in axis])

    def walk(self, walk: Walk) -> None:
        """Add a crossing to the stages whose traffic leaves it alone."""
        safe = [n for n, members in enumerate(self._stages) if self._leaves_alone(members, walk)]
        if not safe:
            return
        flashing_s = math.ceil(walk.length_m / WALKING_MPS[walk.zone])
        name = f"{self._name(walk.arm)}-P"
        self._group_of[walk.id] = len(self._groups)
        for n in safe:
            self._stages[n].append(len(self._groups))
        self._groups.append(Group(name, GroupKind.PEDESTRIAN, WALK_S, MAX_RED_S, float(flashing_s)))
        self._members.append([])

    def staged(self) -> Staged:
        stages = tuple(
            Stage("+".join(self._groups[g].name for g in members), tuple(members))
            for members in self._stages
        )
        return Staged(tuple(self._groups), stages, self._group_of, frozenset(self._permissive))

    def _leading_lefts(self, axis: tuple[int, ...]) -> None:
        lefts = {arm: self._of(arm, left=True) for arm in axis}
        others = {arm: self._group(arm, "", self._of(arm, left=False)) for arm in axis}
        turning = {arm: self._group(arm, "-L", flows) for arm, flows in lefts.items() if flows}
        through = [group for group in others.values() if group is not None]
        if turning:
            # With left turns from one side only, that side's through traffic runs along.
            along = [others[arm] for arm in axis if len(turning) == 1 and arm in turning]
            self._add_stage([*turning.values(), *along])
        self._add_stage(through)

    def _permissive_lefts(self, axis: tuple[int, ...]) -> None:
        self._permissive |= {
            flow.id for arm in axis for flow in self._of(arm, left=True) if len(axis) > 1
        }

    def _all(self, arm: int) -> int | None:
        return self._group(arm, "", [flow for flow in self._flows if flow.path.start == arm])

    def _of(self, arm: int, *, left: bool) -> list[Flow]:
        return [
            flow
            for flow in self._flows
            if flow.path.start == arm and (flow.path.turn in TURNS_LEFT) == left
        ]

    def _group(self, arm: int, suffix: str, flows: list[Flow]) -> int | None:
        """Return the group of some movements; right turns from an own lane need none."""
        free = [f for f in flows if f.path.turn is Turn.RIGHT and not f.is_shared]
        ruled = [flow for flow in flows if flow not in free]
        if not ruled:  # an approach that only turns right is signalled after all
            free, ruled = [], free
        self._permissive |= {flow.id for flow in flows if flow.path.turn is Turn.RIGHT}
        self._group_of |= {flow.id: -1 for flow in free}
        if not ruled:
            return None
        group = len(self._groups)
        self._group_of |= {flow.id: group for flow in ruled}
        least = MIN_GREEN_LEFT_S if suffix else MIN_GREEN_S
        self._groups.append(Group(self._name(arm) + suffix, GroupKind.VEHICLE, least, MAX_RED_S))
        self._members.append(ruled)
        return group

    def _add_stage(self, groups: Sequence[int | None]) -> None:
        members = [group for group in groups if group is not None]
        if members and members not in self._stages:
            self._stages.append(members)

    def _leaves_alone(self, members: list[int], walk: Walk) -> bool:
        return not any(
            flow.path.start == walk.arm
            or (flow.path.end == walk.arm and flow.id not in self._permissive)
            for group in members
            for flow in self._members[group]
        )

    def _name(self, arm: int) -> str:
        """Return the compass point that an arm lies at, numbered where two share it."""
        own = compass(self._arms[arm].bearing)
        same = [i for i, other in enumerate(self._arms) if compass(other.bearing) == own]
        return own if len(same) == 1 else f"{own}{same.index(arm) + 1}"


def walk_length_m(arm: Arm) -> float:
    """Return how far it is from kerb to kerb."""
    return LANE_WIDTH_M * (arm.lanes_in + arm.lanes_out) + 1.0


def conflict(arms: Sequence[Arm], one: Flow, other: Flow) -> bool:
    """Return whether two movements touch and neither is a right turn, which gives way."""
    if Turn.RIGHT in (one.path.turn, other.path.turn):
        return False
    return meeting(arms, one.path, other.path) is not None
