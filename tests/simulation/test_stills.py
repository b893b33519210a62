from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image, ImageChops

from dalgu.hub.types import Device
from dalgu.kernel.ids import entity_id
from dalgu.simulation.stills import Happening, daylight, in_view, still

NOON = datetime(2026, 11, 29, 3, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 29, 15, tzinfo=UTC)
HERE = (128.6, 35.87)
NORTH_80_M = (128.6, 35.87 + 80 / 111_195)


def a_camera(**more):
    given = {"bearing": 0.0, "field_of_view": 80.0, "reach": 100.0} | more
    place = {"type": "Point", "coordinates": list(HERE)}
    return Device(id=entity_id("Device", "camera", "s001"), location=place, **given)


def seen(*happenings, at=NOON, camera=None):
    return Image.open(BytesIO(still(camera or a_camera(), at, happenings)))


def test_the_same_camera_at_the_same_instant_gives_the_same_image():
    assert still(a_camera(), NOON) == still(a_camera(), NOON)
    assert seen().size == (640, 360)


def test_night_is_darker_than_noon():
    light = [sum(seen(at=at).convert("L").tobytes()) for at in (NOON, MIDNIGHT)]
    assert light[1] < light[0] / 2
    assert (daylight(NOON) > 0.95, daylight(MIDNIGHT)) == (True, 0.0)


@pytest.mark.parametrize("look", ["smoke", "flood"])
def test_what_happens_is_seen_by_the_camera_that_looks_at_it_and_by_no_other(look):
    happening = Happening(NORTH_80_M, look)
    assert ImageChops.difference(seen(happening), seen()).getbbox() is not None
    away = a_camera(bearing=180.0)
    assert seen(happening, camera=away).tobytes() == seen(camera=away).tobytes()


def test_what_lies_to_the_right_is_drawn_to_the_right():
    east = Happening((128.6 + 0.0004, NORTH_80_M[1]), "smoke")
    column, nearness = in_view(a_camera(), east)
    assert column > 320
    assert 0 < nearness < 1


def test_every_image_says_that_it_is_synthetic():
    words = seen(at=MIDNIGHT).convert("L").crop((60, 60, 580, 300))
    assert max(words.tobytes()) > 120  # nothing else is so bright over the road at night
