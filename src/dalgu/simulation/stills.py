"""Stills that simulated cameras give: a street drawn by bearing, hour and what happens in view.

Nothing of a real place is in them, and every image says so in large letters.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dalgu.hub.types import Device
from dalgu.kernel.clock import local
from dalgu.kernel.geo import Position, distance_m
from dalgu.simulation.chance import stream

if TYPE_CHECKING:
    from PIL.Image import Image as Picture
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 640, 360
HORIZON = 150  # rows from the top
VANISHING = (WIDTH // 2, HORIZON)
ROAD_FOOT = (40, WIDTH - 60)  # where the road's edges meet the foot of the image
SUNRISE_H, SUNSET_H = 6.3, 18.7
NIGHT, DAWN, DAY = (18, 22, 38), (196, 142, 118), (142, 178, 214)
SEE_FURTHER = 2.5  # smoke is seen from so many times a camera's reach
KOREAN_FONT = Path(__file__).parents[1] / "web/static/vendor/nanum-gothic/NanumGothic_700Bold.ttf"

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a camera may see: where, and what it looks like (smoke or flood)."""

    place: Position
    look: str


def still(camera: Device, at: datetime, happenings: Sequence[Happening] = ()) -> bytes:
    """Return what a simulated camera sees, as JPEG of 640 by 360.

    The same camera has the same street at all hours; light, cars and what happens change.
    """
    from PIL import Image, ImageDraw

    light = daylight(at)
    image = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image, "RGBA")
    _sky(draw, light)
    chance = stream(int(camera.bearing or 0), f"still.{camera.id}")
    _buildings(draw, chance, light)
    _road(draw, light)
    _cars(draw, camera, at, light)
    for happening in happenings:
        shown = in_view(camera, happening)
        if shown is not None:
            LOOKS[happening.look](draw, *shown)
    _say(image, camera, at)
    body = BytesIO()
    image.save(body, "JPEG", quality=82)
    return body.getvalue()


def daylight(at: datetime) -> float:
    """Return how light it is, 0 at night to 1 at noon, by the city's own hour."""
    here = local(at)
    hour = here.hour + here.minute / 60
    if not SUNRISE_H < hour < SUNSET_H:
        return 0.0
    return math.sqrt(math.sin((hour - SUNRISE_H) / (SUNSET_H - SUNRISE_H) * math.pi))


def in_view(camera: Device, happening: Happening) -> tuple[int, float] | None:
    """Return the column and nearness (0-1) at which a camera sees something, else `None`."""
    geometry = camera.location
    if not isinstance(geometry, dict) or happening.look not in LOOKS:
        return None
    lon, lat = geometry["coordinates"][:2]
    away_m = distance_m((lon, lat), happening.place)
    reach_m = (camera.reach or 100.0) * SEE_FURTHER
    opening = camera.field_of_view or 90.0
    east = (happening.place[0] - lon) * math.cos(math.radians(lat))
    bearing = math.degrees(math.atan2(east, happening.place[1] - lat))
    off = (bearing - (camera.bearing or 0.0) + 180) % 360 - 180
    if opening >= 360:  # it turns towards what happens
        off, opening = 0.0, 90.0
    if away_m > reach_m or abs(off) > opening / 2:
        return None
    return round(WIDTH / 2 + off / opening * WIDTH), 1 - away_m / reach_m


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    r, g, b = (round(a + (c - a) * share) for a, c in zip(one, other, strict=True))
    return r, g, b


def _sky(draw: "ImageDraw", light: float) -> None:
    top = _mixed(NIGHT, DAY, light)
    foot = _mixed(NIGHT, _mixed(DAWN, (214, 226, 236), light), min(1.0, light * 2.5))
    for row in range(HORIZON + 10):
        draw.line((0, row, WIDTH, row), fill=_mixed(top, foot, row / HORIZON))
    draw.rectangle(
        (0, HORIZON + 10, WIDTH, HEIGHT), fill=_mixed((24, 26, 30), (122, 124, 122), light)
    )


def _buildings(draw: "ImageDraw", chance: np.random.Generator, light: float) -> None:
    left = -30
    while left < WIDTH:
        width, height = int(chance.integers(46, 120)), int(chance.integers(50, 150))
        if abs(left + width / 2 - VANISHING[0]) < 60:
            height = int(height * 0.4)  # far away, at the end of the street
        tone = int(chance.integers(88, 170))
        wall = _mixed((26, 28, 34), (tone, tone - 4, tone - 12), light)
        top = HORIZON - height + 24
        draw.rectangle((left, top, left + width, HORIZON + 22), fill=wall, outline=(0, 0, 0, 60))
        _windows(draw, chance, (left, top, left + width, HORIZON + 14), light)
        left += width + int(chance.integers(-4, 10))


def _windows(
    draw: "ImageDraw", chance: np.random.Generator, box: tuple[int, int, int, int], light: float
) -> None:
    left, top, right, foot = box
    for y in range(top + 8, foot - 8, 15):
        for x in range(left + 7, right - 9, 14):
            is_lit = chance.random() < 0.45
            dark = _mixed((38, 42, 54), (84, 98, 116), light)
            colour = _mixed((250, 214, 132), dark, light) if is_lit else dark
            draw.rectangle((x, y, x + 6, y + 8), fill=colour)


def _road(draw: "ImageDraw", light: float) -> None:
    x, y = VANISHING
    asphalt = _mixed((20, 22, 26), (78, 80, 84), light)
    left, right = ROAD_FOOT
    draw.polygon(
        ((x - 12, y + 20), (x + 12, y + 20), (right, HEIGHT), (left, HEIGHT)), fill=asphalt
    )
    line = _mixed((110, 112, 116), (226, 226, 220), light)
    for step in range(1, 9):
        near, far = (step / 9) ** 2, ((step + 0.5) / 9) ** 2
        top, foot = y + 20 + near * (HEIGHT - y - 20), y + 20 + far * (HEIGHT - y - 20)
        draw.line((x, top, x, foot), fill=line, width=max(1, round(1 + near * 6)))


def _cars(draw: "ImageDraw", camera: Device, at: datetime, light: float) -> None:
    second = at.timestamp()
    chance = stream(7, f"cars.{camera.id}")
    for _ in range(3 + round(3 * light)):
        start, speed, lane = chance.random(), chance.uniform(0.02, 0.06), chance.choice((-1, 1))
        tone = tuple(int(v) for v in chance.integers(60, 210, size=3))
        way = (start + second * speed) % 1.0
        depth = (way if lane > 0 else 1 - way) ** 2
        y = HORIZON + 24 + depth * (HEIGHT - HORIZON - 50)
        x = VANISHING[0] + lane * (8 + depth * 120)
        half, high = 4 + depth * 34, 3 + depth * 26
        body = _mixed((30, 30, 36), (tone[0], tone[1], tone[2]), 0.35 + 0.65 * light)
        draw.rounded_rectangle((x - half, y - high, x + half, y + high), radius=half / 4, fill=body)
        lamp = (255, 236, 190, 230) if lane > 0 else (230, 60, 50, 230)
        for side in (-0.7, 0.7):
            draw.ellipse((x + side * half - 3, y, x + side * half + 3, y + 6), fill=lamp)


def _smoke(draw: "ImageDraw", column: int, nearness: float) -> None:
    chance = stream(column, "smoke")
    size = 14 + 40 * nearness
    foot = HORIZON + 12 + 60 * nearness
    for step in range(46):
        rise = step / 46
        x = column + chance.normal(0, 5 + 46 * rise) + 40 * rise
        y, r = foot - rise * (foot + 20), size * (0.35 + 1.3 * rise)
        grey = int(44 + 70 * rise)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=(grey, grey, grey, int(120 - 80 * rise)))
    for _ in range(14):
        x, r = column + chance.normal(0, size / 2), chance.uniform(3, size / 2)
        draw.ellipse((x - r, foot - r * 1.6, x + r, foot + r / 2), fill=(255, 138, 40, 150))


def _flood(draw: "ImageDraw", column: int, nearness: float) -> None:
    top = HEIGHT - 60 - 110 * nearness
    draw.polygon(
        ((0, HEIGHT), (0, top + 30), (column, top), (WIDTH, top + 30), (WIDTH, HEIGHT)),
        fill=(92, 112, 124, 190),
    )
    chance = stream(column, "flood")
    for _ in range(40):
        x, y = chance.uniform(0, WIDTH), chance.uniform(top + 30, HEIGHT)
        draw.line((x, y, x + chance.uniform(12, 40), y), fill=(190, 206, 214, 120))


LOOKS: dict[str, Callable[["ImageDraw", int, float], None]] = {"smoke": _smoke, "flood": _flood}


def _say(picture: "Picture", camera: Device, at: datetime) -> None:
    from PIL import Image, ImageDraw

    veil = Image.new("RGBA", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(veil)
    words = "합성 영상  SYNTHETIC" if KOREAN_FONT.is_file() else "SYNTHETIC  IMAGE"
    middle = (WIDTH / 2, HEIGHT / 2)
    draw.text(middle, words, font=_font(52), fill=(255, 255, 255, 120), anchor="mm")
    veil = veil.rotate(14)
    draw = ImageDraw.Draw(veil)
    stamp = f"{local(at):%Y-%m-%d %H:%M:%S}  {camera.id.rpartition(':')[2].upper()}"
    draw.rectangle((0, 0, WIDTH, 24), fill=(0, 0, 0, 140))
    draw.text((10, 12), stamp, font=_font(15), fill=(255, 255, 255, 235), anchor="lm")
    picture.paste(veil, (0, 0), veil)


@cache
def _font(size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    if KOREAN_FONT.is_file():
        return ImageFont.truetype(KOREAN_FONT, size)
    found = ImageFont.load_default(size)
    assert isinstance(found, ImageFont.FreeTypeFont)  # of every Pillow with FreeType
    return found
