import base64

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dalgu.center.moving.frames import (
    STEPS,
    Frame,
    Grid,
    Scene,
    decode,
    encode_change,
    encode_whole,
)

GRID = Grid.over((128.3, 35.6, 128.8, 36.3), 0.1)


def scenes(least=0):
    place = st.tuples(st.integers(0, STEPS), st.integers(0, STEPS), st.integers(0, 255))
    return st.lists(place, min_size=least, max_size=40).map(a_scene)


def a_scene(places):
    columns = np.array(places, dtype=np.int32).reshape(-1, 3)
    return Scene(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.uint8))


def places(scene):
    return list(zip(scene.x.tolist(), scene.y.tolist(), scene.look.tolist(), strict=True))


@given(scenes())
def test_a_whole_frame_needs_nothing_before_it(scene):
    assert places(decode(encode_whole(3, GRID, scene), Scene.empty())) == places(scene)


@given(st.data(), scenes())
def test_a_change_on_the_scene_before_gives_the_scene_after(data, before):
    steps = st.integers(-300, 300)
    moved = [
        (max(0, min(STEPS, x + data.draw(steps))), max(0, min(STEPS, y + data.draw(steps))), look)
        for x, y, look in places(before)
    ]
    now = a_scene([*moved, *places(data.draw(scenes()))])
    assert places(decode(encode_change(4, before, now), before)) == places(now)


def test_ten_thousand_things_that_all_move_fit_into_the_line_of_an_operator():
    chance = np.random.default_rng(7)
    start = a_scene(np.c_[chance.integers(200, STEPS - 200, (10_000, 2)), np.zeros(10_000)])
    moves = chance.integers(-30, 31, (2, 10_000))
    frame = Frame(1, GRID, start, Scene(start.x + moves[0], start.y + moves[1], start.look))
    assert len(frame.change) < 45_000  # bytes a second, base64 and all
    assert base64.b64decode(frame.change)[1] == 0


def test_a_knot_is_about_a_metre_from_its_neighbours_and_a_place_is_found_again():
    lon, lat = np.array([128.6014, 200.0, np.nan]), np.array([35.8714, 35.8, 35.8])
    x, y, inside = GRID.knots(lon, lat)
    assert inside.tolist() == [True, False, False]
    assert abs(GRID.west + x[0] * GRID.step_lon - 128.6014) < 1e-5
    assert abs(GRID.south + y[0] * GRID.step_lat - 35.8714) < 1e-5
