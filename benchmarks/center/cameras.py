"""Cameras: how long the nearest of 5,000 take, and what a still costs the server.

    python -m benchmarks.center.cameras

Figures are CPU time, so that a busy machine changes little. Limits: 1 ms for the cameras of a
place; 25 ms for a still that is drawn, made coarse or marked: 40 looks a second on one core. The
order is checked against a plain loop over great-circle distances.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from dalgu.center.cameras.images import blurred, marked
from dalgu.center.cameras.near import Views, nearest
from dalgu.hub.types import Device
from dalgu.kernel.geo import distance_m
from dalgu.kernel.ids import entity_id
from dalgu.simulation.stills import Happening, still

CAMERAS, PLACES = 5_000, 300
WEST, SOUTH, EAST, NORTH = 128.35, 35.6, 128.76, 36.02  # Daegu
NOON = datetime(2026, 11, 29, 3, tzinfo=UTC)


def main() -> None:
    """Print our figures beside the limits."""
    chance = np.random.default_rng(1)
    views = Views(
        lon=chance.uniform(WEST, EAST, CAMERAS),
        lat=chance.uniform(SOUTH, NORTH, CAMERAS),
        bearing_deg=chance.uniform(0, 360, CAMERAS),
        field_of_view_deg=chance.uniform(60, 100, CAMERAS),
        reach_m=chance.uniform(45, 130, CAMERAS),
    )
    places = np.column_stack(
        [chance.uniform(WEST, EAST, PLACES), chance.uniform(SOUTH, NORTH, PLACES)]
    )
    took = [_ms(lambda at=at: nearest(views, (at[0], at[1]), 4)) for at in places]
    same = sum(_agrees(views, (float(at[0]), float(at[1]))) for at in places[:50])
    print(f"nearest 4 of {CAMERAS}     p50 {np.median(took):.2f} ms  p95 "
          f"{np.percentile(took, 95):.2f} ms   limit 1 ms")  # fmt: skip
    print(f"same order as a plain loop {same} of 50")
    camera = Device(
        id=entity_id("Device", "camera", "b"), bearing=0.0, field_of_view=80.0, reach=100.0,
        location={"type": "Point", "coordinates": [128.6, 35.87]},
    )  # fmt: skip
    smoke = [Happening((128.6, 35.8705), "smoke")]
    body = still(camera, NOON, smoke)
    for name, work in (
        ("a drawn still", lambda: still(camera, NOON, smoke)),
        ("made coarse", lambda: blurred(body)),
        ("marked and clear", lambda: marked(body, "2026-11-29 03:00:00Z  grant:1 119  life")),
    ):
        print(f"{name:<26} p50 {np.median([_ms(work) for _ in range(30)]):.1f} ms   limit 25 ms")


def _agrees(views: Views, place: tuple[float, float]) -> bool:
    found = nearest(views, place, CAMERAS)
    away = [distance_m((views.lon[one.row], views.lat[one.row]), place) for one in found]
    unseen = [far for far, one in zip(away, found, strict=True) if not one.sees]
    return bool(np.all(np.diff(unseen) > -0.5))  # metres: two ways to measure 40 km


def _ms(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1e3


if __name__ == "__main__":
    main()
