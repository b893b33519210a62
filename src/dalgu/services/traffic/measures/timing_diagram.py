"""The signal timing diagram: what each group shows over one cycle of the plan, as SVG shapes."""

from dataclasses import dataclass
from typing import Final

from dalgu.devices.signals.timing import GroupKind, Plan, Timing
from dalgu.services.traffic.measures.planned import PlannedGreens, planned_greens

LEFT: Final = 132.0  # of the bars, in SVG units
RIGHT: Final = 12.0
WIDTH: Final = 880.0
TOP: Final = 34.0
ROW: Final = 26.0
BAR: Final = 12.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A green or its amber on a row."""

    x: float
    y: float
    width: float
    kind: str  # green, amber, walk, flash
    text: str  # seconds, where they fit


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One group: its row, what it shows, and how long it really was green lately."""

    group: int
    name: str
    is_walk: bool
    y: float
    starts_s: tuple[float, ...]
    greens_s: tuple[float, ...]
    amber_s: float


@dataclass(frozen=True, slots=True)
class StageMark:
    """Where a stage of the plan is whole."""

    stage: int
    name: str
    x: float
    width: float
    green_s: float


@dataclass(frozen=True, slots=True)
class TimingDiagram:
    """One cycle from the begin of the first step; times are seconds of the cycle."""

    plan: str
    cycle_s: float
    offset_s: float
    width: float
    height: float
    rows: tuple[GroupRow, ...]
    bars: tuple[Bar, ...]
    stages: tuple[StageMark, ...]
    ticks: tuple[tuple[float, int], ...]  # place, seconds
    planned: PlannedGreens


def timing_diagram(timing: Timing, plan: Plan) -> TimingDiagram:
    """Draw a plan; second 0 is where its first step has all groups green."""
    planned = planned_greens(timing, plan)
    scale = (WIDTH - LEFT - RIGHT) / planned.cycle_s
    rows = tuple(_row(timing, plan, planned, group) for group in range(len(timing.groups)))
    step = 10 if planned.cycle_s <= 200 else 20
    ticks = tuple((round(LEFT + s * scale, 1), s) for s in range(0, int(planned.cycle_s) + 1, step))
    return TimingDiagram(
        plan.name,
        planned.cycle_s,
        plan.offset_s,
        WIDTH,
        TOP + ROW * len(timing.groups) + 24.0,
        rows,
        tuple(bar for row in rows for bar in _shown(row, planned.cycle_s, scale)),
        _stages(timing, plan, planned, scale),
        ticks,
        planned,
    )


def _row(timing: Timing, plan: Plan, planned: PlannedGreens, group: int) -> GroupRow:
    one, own = timing.groups[group], planned.group == group
    starts = (planned.start_s[own] - plan.offset_s) % planned.cycle_s
    return GroupRow(
        group,
        one.name,
        one.kind is GroupKind.PEDESTRIAN,
        TOP + ROW * group,
        tuple(starts.tolist()),
        tuple(planned.green_s[own].tolist()),
        one.amber_s,
    )


def _shown(row: GroupRow, cycle_s: float, scale: float) -> list[Bar]:
    """Return a row's greens, each with the amber or flashing that follows it."""
    frame, bars = (cycle_s, scale, row.y), list[Bar]()
    for start, green in zip(row.starts_s, row.greens_s, strict=True):
        bars += _bars(start, green, "walk" if row.is_walk else "green", frame)
        if green < cycle_s:
            kind = "flash" if row.is_walk else "amber"
            bars += _bars(start + green, row.amber_s, kind, frame)
    return bars


def _bars(
    start_s: float, lasting_s: float, kind: str, frame: tuple[float, float, float]
) -> list[Bar]:
    """Return one bar, or two where it passes the end of the cycle."""
    cycle_s, scale, y = frame
    start_s %= cycle_s
    parts = [(start_s, min(lasting_s, cycle_s - start_s))]
    if lasting_s > cycle_s - start_s:
        parts.append((0.0, lasting_s - (cycle_s - start_s)))
    text = f"{lasting_s:.0f}"
    widest = max(parts, key=lambda part: part[1])
    return [
        Bar(
            round(LEFT + begin * scale, 1),
            y + (ROW - BAR) / 2,
            round(length * scale, 1),
            kind,
            text if (begin, length) == widest and length * scale > 20 else "",
        )
        for begin, length in parts
        if length > 0
    ]


def _stages(
    timing: Timing, plan: Plan, planned: PlannedGreens, scale: float
) -> tuple[StageMark, ...]:
    zero = plan.offset_s % planned.cycle_s
    marks = []
    for step, at in zip(plan.steps, planned.step_s.tolist(), strict=True):
        begin = (at - zero) % planned.cycle_s
        x, width = round(LEFT + begin * scale, 1), round(step.green_s * scale, 1)
        marks.append(StageMark(step.stage, timing.stages[step.stage].name, x, width, step.green_s))
    return tuple(marks)
