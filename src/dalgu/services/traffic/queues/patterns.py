"""Made-up street patterns: grids with any block lengths, lanes and demand, for trials and training.

A pattern is drawn by `Sketch` and built into `Streets` and `Layout`. Traffic keeps right.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dalgu.services.traffic.queues.streets import (
    HOURS,
    JAM_SPACING_M,
    WIDEST_YIELD,
    Bools,
    Floats,
    Ints,
    Streets,
)
from dalgu.services.traffic.signals.layout import Layout

ARMS = ((-1, 0), (0, 1), (1, 0), (0, -1))  # north, east, south, west: where a link comes from
TURNS = ("left", "through", "right")
# which arms are green together in each stage, and whether it is theirs for left turns only
STAGINGS: dict[str, tuple[tuple[tuple[int, ...], str], ...]] = {
    "four": (((0, 2), "through"), ((0, 2), "left"), ((1, 3), "through"), ((1, 3), "left")),
    "two": (((0, 2), "both"), ((1, 3), "both")),
    "split": (((0,), "both"), ((1,), "both"), ((2,), "both"), ((3,), "both")),
}


@dataclass(frozen=True)
class Sketch:
    """What a grid shall be like. Row and column demands are of their outer ends, each way."""

    rows: int
    columns: int
    row_m: Floats = field(default_factory=lambda: np.array([200.0]))  # lengths, repeated
    column_m: Floats = field(default_factory=lambda: np.array([200.0]))
    lanes: int = 2
    has_pockets: bool = True  # a lane for left turns beside the others
    is_protected: bool = False  # left turns only in their own stage, where they have one
    staging: str = "four"
    speed_mps: float = 13.89
    saturation_veh_s: float = 0.5
    demand_veh_h: float = 400.0  # of each outer link
    demand_spread: float = 0.0  # log-normal spread of it, drawn by `rng`
    left: float = 0.2
    right: float = 0.2
    change_s: float = 4.0
    walk_s: float = 0.0  # pedestrians who go with through traffic clear; its vehicles go on
    min_green_s: float = 5.0
    reach_m: float = 200.0


class _Drawing:
    """Lists that grow while a grid is drawn."""

    def __init__(self, sketch: Sketch) -> None:
        self.sketch = sketch
        self.links: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self.length: list[float] = []
        self.index: dict[tuple[tuple[int, int], tuple[int, int]], int] = {}
        self.lanes: list[tuple[int, str]] = []  # link, turns it serves ("lt", "t", "tr" ...)
        self.movements: list[tuple[int, int, str]] = []  # lane, exit, turn


def grid(sketch: Sketch, rng: np.random.Generator) -> tuple[Streets, Layout]:
    """Return the streets and the layout of a grid; lanes of the layout are those at signals."""
    drawing = _Drawing(sketch)
    _draw_links(drawing)
    _draw_lanes(drawing)
    return _streets(drawing, rng), _layout(drawing)


def _is_signal(sketch: Sketch, node: tuple[int, int]) -> bool:
    return 0 <= node[0] < sketch.rows and 0 <= node[1] < sketch.columns


def _draw_links(drawing: _Drawing) -> None:
    """Draw links into each signal from its four arms, then those out of the grid."""
    sketch = drawing.sketch
    inward, outward = [], []
    for row in range(sketch.rows):
        for column in range(sketch.columns):
            for down, right in ARMS:
                other = (row + down, column + right)
                inward.append((other, (row, column)))
                if not _is_signal(sketch, other):
                    outward.append(((row, column), other))
    for link in [*inward, *outward]:
        lengths = sketch.column_m if link[0][1] == link[1][1] else sketch.row_m
        at = (
            min(link[0][0], link[1][0]) if link[0][1] == link[1][1] else min(link[0][1], link[1][1])
        )
        drawing.index[link] = len(drawing.links)
        drawing.links.append(link)
        drawing.length.append(float(lengths[at % len(lengths)]))


def _turn(link: tuple[tuple[int, int], tuple[int, int]], turn: str) -> tuple[int, int]:
    """Return where a turn leads: heading (down, right), right turn is clockwise seen from above."""
    (row, column), (to_row, to_column) = link
    down, right = to_row - row, to_column - column
    turned = {"through": (down, right), "left": (-right, down), "right": (right, -down)}[turn]
    return to_row + turned[0], to_column + turned[1]


def _draw_lanes(drawing: _Drawing) -> None:
    """Draw the lanes of every link, kerb first, and their movements."""
    sketch = drawing.sketch
    for index, link in enumerate(drawing.links):
        names = ["t"] * sketch.lanes
        if _is_signal(sketch, link[1]):
            names[0] += "r"
            if sketch.has_pockets:
                names.append("l")
            else:
                names[-1] += "l"
        for name in names:
            lane = len(drawing.lanes)
            drawing.lanes.append((index, name))
            if not _is_signal(sketch, link[1]):
                drawing.movements.append((lane, -1, "out"))
                continue
            for turn in TURNS:
                if turn[0] in name:
                    exit_link = drawing.index[link[1], _turn(link, turn)]
                    drawing.movements.append((lane, exit_link, turn))


def _arm(drawing: _Drawing, link: int) -> int:
    """Return from which arm of its signal a link comes."""
    (row, column), (to_row, to_column) = drawing.links[link]
    return ARMS.index((row - to_row, column - to_column))


def _groups(drawing: _Drawing) -> list[int]:
    """Return the group of each movement: eight a signal, through and left of each arm."""
    sketch, groups = drawing.sketch, []
    for lane, exit_link, turn in drawing.movements:
        link = drawing.lanes[lane][0]
        row, column = drawing.links[link][1]
        signal = row * sketch.columns + column
        group = signal * 8 + _arm(drawing, link) * 2 + (turn == "left")
        groups.append(group if exit_link >= 0 else -1)
    return groups


def _yields(drawing: _Drawing) -> Ints:
    """Return whom left turns give way to: through and right of the arm opposite."""
    of_link: dict[int, list[int]] = {}
    for movement, (lane, _, turn) in enumerate(drawing.movements):
        if turn in {"through", "right"}:
            of_link.setdefault(drawing.lanes[lane][0], []).append(movement)
    yields = np.full((len(drawing.movements), WIDEST_YIELD), -1)
    for movement, (lane, _, turn) in enumerate(drawing.movements):
        if turn != "left":
            continue
        (row, column), at = drawing.links[drawing.lanes[lane][0]]
        opposite = (2 * at[0] - row, 2 * at[1] - column), at
        for place, other in enumerate(of_link[drawing.index[opposite]][:WIDEST_YIELD]):
            yields[movement, place] = other
    return yields


def _shares(drawing: _Drawing) -> Floats:
    """Return the share of each movement of its link's vehicles."""
    sketch = drawing.sketch
    wish = {
        "left": sketch.left,
        "right": sketch.right,
        "through": 1 - sketch.left - sketch.right,
        "out": 1.0,
    }
    link = np.array([drawing.lanes[lane][0] for lane, _, _ in drawing.movements])
    turn = [turn for _, _, turn in drawing.movements]
    key = [f"{a}.{b}" for a, b in zip(link, turn, strict=True)]
    _, at, count = np.unique(key, return_inverse=True, return_counts=True)
    return np.array([wish[t] for t in turn]) / count[at]


def _streets(drawing: _Drawing, rng: np.random.Generator) -> Streets:
    """Return the streets of a drawing."""
    sketch = drawing.sketch
    length = np.array(drawing.length)
    lane_link = np.array([link for link, _ in drawing.lanes])
    sources = [i for i, (start, _) in enumerate(drawing.links) if not _is_signal(sketch, start)]
    spread = np.exp(rng.normal(0, sketch.demand_spread, len(sources)))
    demand = sketch.demand_veh_h * spread / spread.mean()
    at_signal = [_is_signal(sketch, drawing.links[link][1]) for link, _ in drawing.lanes]
    return Streets(
        links=tuple(f"{a[0]}.{a[1]}>{b[0]}.{b[1]}" for a, b in drawing.links),
        link_length_m=length,
        link_free_mps=np.full(len(length), sketch.speed_mps),
        link_ends_share=np.zeros(len(length)),
        lanes=tuple(f"{link}_{i}" for i, (link, _) in enumerate(drawing.lanes)),
        lane_link=lane_link,
        lane_saturation_veh_s=np.full(len(lane_link), sketch.saturation_veh_s),
        lane_storage_veh=length[lane_link] / JAM_SPACING_M,
        movement_lane=np.array([lane for lane, _, _ in drawing.movements]),
        movement_exit=np.array([exit_link for _, exit_link, _ in drawing.movements]),
        movement_share=_shares(drawing),
        movement_group=np.array(_groups(drawing)),
        movement_yields=_yields(drawing),
        source_link=np.array(sources),
        source_veh_h=np.tile(demand, (HOURS, 1)),
        detected=np.flatnonzero(at_signal),
        call_h=np.zeros(8 * sketch.rows * sketch.columns),
    )


def _stage_group(sketch: Sketch) -> Bools:
    """Return which of a signal's eight groups are green in each stage."""
    stages = STAGINGS[sketch.staging]
    green = np.zeros((len(stages), 8), np.bool_)
    for stage, (arms, what) in enumerate(stages):
        for arm in arms:
            green[stage, arm * 2] = what != "left"
            green[stage, arm * 2 + 1] = what != "through" or not sketch.is_protected
    return green


def _is_permissive(sketch: Sketch, turn: str) -> bool:
    """Return whether a turn ever gives way while green."""
    return turn == "left" and (
        sketch.staging == "two" or (sketch.staging == "four" and not sketch.is_protected)
    )


def _layout(drawing: _Drawing) -> Layout:
    """Return the layout of a drawing."""
    sketch = drawing.sketch
    signals = sketch.rows * sketch.columns
    at_signal = np.array([_is_signal(sketch, drawing.links[link][1]) for link, _ in drawing.lanes])
    lanes = [drawing.lanes[i] for i in np.flatnonzero(at_signal)]
    per_signal = len(lanes) // signals
    stage_group = _stage_group(sketch)
    stages = len(stage_group)
    reach = np.minimum(sketch.reach_m, np.array(drawing.length)[[link for link, _ in lanes]])
    walks = np.array([[what != "left"] for _, what in STAGINGS[sketch.staging]])
    change = np.where(walks, max(sketch.change_s, sketch.walk_s), sketch.change_s)
    change = np.where(np.eye(stages) > 0, 0.0, change)
    green_s = [6.0 if what == "left" else 33.0 for _, what in STAGINGS[sketch.staging]]
    return Layout(
        signals=tuple(f"g{n:04d}" for n in range(signals)),
        lanes=tuple(f"{link}_{i}" for i, (link, _) in enumerate(drawing.lanes) if at_signal[i]),
        lane_signal=np.repeat(np.arange(signals), per_signal),
        lane_saturation_veh_s=np.full(len(lanes), sketch.saturation_veh_s),
        lane_reach_m=reach,
        lane_storage_veh=reach / JAM_SPACING_M,
        group_signal=np.repeat(np.arange(signals), 8),
        group_is_pedestrian=np.zeros(8 * signals, np.bool_),
        group_min_green_s=np.full(8 * signals, sketch.min_green_s),
        group_max_red_s=np.full(8 * signals, 180.0),
        stage_signal=np.repeat(np.arange(signals), stages),
        stage_first=stages * np.arange(signals + 1),
        stage_group=np.tile(stage_group, (signals, 1)),
        lane_first=per_signal * np.arange(signals + 1),
        group_first=8 * np.arange(signals + 1),
        change_s=np.tile(change, (signals, 1)),
        keep_s=np.tile(np.maximum(change - sketch.change_s, 0.0), (signals, 1)),
        plan_stage=np.arange(stages * signals),
        plan_green_s=np.tile(green_s, signals),
        plan_first=stages * np.arange(signals + 1),
        plan_offset_s=np.zeros(signals),
        **_movements(drawing, at_signal, stage_group),
    )


def _movements(drawing: _Drawing, at_signal: Bools, stage_group: Bools) -> dict[str, Any]:
    """Return the movement arrays of a layout, and which lanes its stages discharge."""
    sketch, group = drawing.sketch, np.array(_groups(drawing))
    place = np.cumsum(at_signal) - 1
    inner = np.flatnonzero(group >= 0)
    lane = place[[drawing.movements[i][0] for i in inner]]
    exits = [drawing.movements[i][1] for i in inner]
    first_lane: dict[int, int] = {}
    for i in np.flatnonzero(at_signal):
        first_lane.setdefault(drawing.lanes[i][0], int(place[i]))
    signals = sketch.rows * sketch.columns
    stage_lane = np.zeros((len(stage_group), int(at_signal.sum()) // signals), np.bool_)
    for i, at in zip(inner, lane, strict=True):
        if group[i] < 8:  # the first signal's; all are alike
            stage_lane[:, at] |= stage_group[:, group[i]]
    return {
        "movement_lane": lane,
        "movement_group": group[inner],
        "movement_share": _lane_shares(drawing)[inner],
        "movement_permissive": np.array(
            [_is_permissive(sketch, drawing.movements[i][2]) for i in inner]
        ),
        "movement_next": np.array([first_lane.get(e, -1) for e in exits]),
        "movement_travel_s": np.array(drawing.length)[exits] / sketch.speed_mps,
        "stage_lane": np.tile(stage_lane, (signals, 1)),
    }


def _lane_shares(drawing: _Drawing) -> Floats:
    """Return the share of each movement of its lane's vehicles."""
    lane = np.array([lane for lane, _, _ in drawing.movements])
    share = _shares(drawing)
    total = np.bincount(lane, weights=share, minlength=len(drawing.lanes))
    return np.asarray(share / total[lane])
