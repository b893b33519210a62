"""Worlds to learn in: grids of any shape, size, staging and load, and many of them as one."""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np

from dalgu.services.traffic.queues.patterns import STAGINGS, Sketch, grid
from dalgu.services.traffic.queues.streets import Streets
from dalgu.services.traffic.signals.layout import Layout

World = tuple[Streets, Layout]
OF = {  # what a position in an array counts
    "lane_link": "links",
    "movement_exit": "links",
    "source_link": "links",
    "movement_yields": "movements",
    "detected": "lanes",
    "lane_signal": "signals",
    "movement_next": "detected",
    "group_signal": "signals",
    "stage_signal": "signals",
    "stage_first": "stages",
    "lane_first": "detected",
    "group_first": "groups",
    "plan_stage": "stages",
    "plan_first": "steps",
    "movement_group": "groups",
}


def sketch(rng: np.random.Generator) -> Sketch:
    """Draw a world: light to close to saturation, one to three lanes, short and long blocks."""
    lanes = int(rng.integers(1, 4))
    staging = str(rng.choice(list(STAGINGS), p=[0.6, 0.25, 0.15]))
    most = {"four": 480.0, "two": 480.0, "split": 280.0}[staging]
    return Sketch(
        rows=int(rng.integers(1, 4)),
        columns=int(rng.integers(2, 4)),
        row_m=rng.uniform(80, 400, 4),
        column_m=rng.uniform(80, 400, 4),
        lanes=lanes,
        has_pockets=bool(staging == "four" or rng.random() < 0.5),
        is_protected=bool(rng.random() < 0.3),
        staging=staging,
        speed_mps=float(rng.uniform(9, 17)),
        demand_veh_h=float(lanes * np.exp(rng.uniform(np.log(40), np.log(most)))),
        demand_spread=float(rng.uniform(0, 0.6)),
        left=float(rng.uniform(0.1, 0.3)),
        right=float(rng.uniform(0.1, 0.3)),
        change_s=float(rng.integers(3, 9)),
        walk_s=float(rng.uniform(8, 35) * (rng.random() < 0.5)),
        min_green_s=float(rng.integers(4, 9)),
        reach_m=float(rng.uniform(80, 200)),
    )


def draw(rng: np.random.Generator) -> World:
    """Return one world."""
    return grid(sketch(rng), rng)


def together(worlds: Sequence[World]) -> World:
    """Return many worlds as one, none touching another."""
    sizes = [_sizes(*world) for world in worlds]
    starts = {key: np.cumsum([0] + [s[key] for s in sizes])[:-1] for key in sizes[0]}
    streets = Streets(**_joined(Streets, [w[0] for w in worlds], starts, "lanes"))
    layout = Layout(**_joined(Layout, [w[1] for w in worlds], starts, "detected"))
    return streets, layout


def _sizes(streets: Streets, layout: Layout) -> dict[str, int]:
    return {
        "links": len(streets.links),
        "lanes": len(streets.lanes),
        "movements": len(streets.movement_lane),
        "detected": len(streets.detected),
        "signals": len(layout.signals),
        "stages": len(layout.stage_signal),
        "groups": len(layout.group_signal),
        "steps": len(layout.plan_stage),
    }


def _joined(kind: type, parts: Sequence, starts: dict, lane: str) -> dict:
    out = {}
    for field in fields(kind):
        columns = [getattr(part, field.name) for part in parts]
        if columns[0] is None:
            continue
        if isinstance(columns[0], tuple):
            out[field.name] = tuple(x for column in columns for x in column)
            continue
        of = lane if field.name == "movement_lane" else OF.get(field.name)
        columns = [
            np.where(c >= 0, c + starts[of][i], c) if of else c for i, c in enumerate(columns)
        ]
        if field.name.endswith("_first"):
            columns = [c if i == 0 else c[1:] for i, c in enumerate(columns)]
        out[field.name] = _stacked(columns, field.name)
    return out


def _stacked(columns: list[np.ndarray], name: str) -> np.ndarray:
    """Return arrays one below the other; narrower tables are filled up."""
    if name == "source_veh_h":
        return np.concatenate(columns, axis=1)
    if columns[0].ndim == 1 or name == "movement_yields":
        return np.concatenate(columns)
    widest = max(c.shape[1] for c in columns)
    return np.concatenate([np.pad(c, ((0, 0), (0, widest - c.shape[1]))) for c in columns])
