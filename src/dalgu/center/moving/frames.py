"""Positions as bytes: a whole frame for who comes new, and then what changed each second.

All numbers are little-endian. Both begin with a head of 12 bytes: version (u8, 1), form (u8, 0
change, 1 whole), zero (u16), number of the frame (u32), number of places (u32).

A whole frame goes on with longitude and latitude of the grid's corner (f64, degrees), the size of
its steps (f64, degrees, longitude and latitude), then x and y of each place (u16 each), then the
look of each (u8). A change goes on with a bit for each place that moved by up to 127 steps (lowest
bit first), those moves (i8 dx, i8 dy), and then the places that jumped, came, went or look
otherwise (u32 place, u16 x, u16 y, u8 look).
"""

import base64
import struct
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

VERSION: Final = 1
CHANGE, WHOLE = 0, 1
STEPS: Final = 65_535  # of each side of the grid
REACH: Final = 127  # steps that a move in one byte reaches

_HEAD = struct.Struct("<BBHII")
_GRID = struct.Struct("<dddd")
_SET = np.dtype([("place", "<u4"), ("x", "<u2"), ("y", "<u2"), ("look", "u1")])


@dataclass(frozen=True, slots=True)
class Grid:
    """The net over the city on which positions are told; about a metre between two knots."""

    west: float
    south: float
    step_lon: float
    step_lat: float

    @classmethod
    def over(cls, bbox: tuple[float, float, float, float], margin_deg: float) -> "Grid":
        """Return the grid over west, south, east, north and a margin around them."""
        west, south, east, north = bbox
        wide, high = east - west + 2 * margin_deg, north - south + 2 * margin_deg
        return cls(west - margin_deg, south - margin_deg, wide / STEPS, high / STEPS)

    def knots(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.bool_]]:
        """Return x and y of positions in degrees, and which of them lie on the grid."""
        x = np.rint((lon - self.west) / self.step_lon)
        y = np.rint((lat - self.south) / self.step_lat)
        inside = (x >= 0) & (x <= STEPS) & (y >= 0) & (y <= STEPS)  # NaN is not
        clean = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
        return clean[0].astype(np.int32), clean[1].astype(np.int32), inside


@dataclass(frozen=True, slots=True)
class Scene:
    """Where all places are, and how they look; arrays of shape (n,) that nobody changes."""

    x: NDArray[np.int32]
    y: NDArray[np.int32]
    look: NDArray[np.uint8]

    @classmethod
    def empty(cls) -> "Scene":
        """Return a scene without anything in it."""
        nowhere = np.zeros(0, dtype=np.int32)
        return cls(nowhere, nowhere, np.zeros(0, dtype=np.uint8))


@dataclass(frozen=True)
class Frame:
    """One moment; its bytes are made when first asked for, and then are the same for all."""

    number: int
    grid: Grid
    before: Scene
    now: Scene

    @cached_property
    def whole(self) -> bytes:
        """The whole frame as base64."""
        return base64.b64encode(encode_whole(self.number, self.grid, self.now))

    @cached_property
    def change(self) -> bytes:
        """What changed since the frame before, as base64."""
        return base64.b64encode(encode_change(self.number, self.before, self.now))


def encode_whole(number: int, grid: Grid, scene: Scene) -> bytes:
    """Return the bytes of a whole frame."""
    head = _HEAD.pack(VERSION, WHOLE, 0, number, len(scene.look))
    corner = _GRID.pack(grid.west, grid.south, grid.step_lon, grid.step_lat)
    x, y = scene.x.astype("<u2").tobytes(), scene.y.astype("<u2").tobytes()
    return head + corner + x + y + scene.look.tobytes()


def encode_change(number: int, before: Scene, now: Scene) -> bytes:
    """Return the bytes of a change. `now` has the places of `before`, and perhaps more."""
    n, held = len(now.look), len(before.look)
    dx, dy = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    dx[:held], dy[:held] = now.x[:held] - before.x, now.y[:held] - before.y
    is_set = np.ones(n, dtype=np.bool_)
    is_set[:held] = now.look[:held] != before.look
    is_set |= (np.abs(dx) > REACH) | (np.abs(dy) > REACH)
    moved = ~is_set & ((dx != 0) | (dy != 0))
    moves = np.stack([dx[moved], dy[moved]], axis=1).astype(np.int8)
    at = np.flatnonzero(is_set)
    sets = np.empty(len(at), dtype=_SET)
    sets["place"], sets["x"], sets["y"], sets["look"] = at, now.x[at], now.y[at], now.look[at]
    head = _HEAD.pack(VERSION, CHANGE, 0, number, n)
    bits = np.packbits(moved, bitorder="little")
    return head + bits.tobytes() + moves.tobytes() + sets.tobytes()


def decode(body: bytes, before: Scene) -> Scene:
    """Return the scene that a frame tells, given the scene before it."""
    _, form, _, _, n = _HEAD.unpack_from(body)
    if form == WHOLE:
        at = _HEAD.size + _GRID.size
        x = np.frombuffer(body, "<u2", n, at).astype(np.int32)
        y = np.frombuffer(body, "<u2", n, at + 2 * n).astype(np.int32)
        return Scene(x, y, np.frombuffer(body, np.uint8, n, at + 4 * n).copy())
    return _changed(body, n, before)


def _changed(body: bytes, n: int, before: Scene) -> Scene:
    held, bits = len(before.look), -(-n // 8)
    x, y = np.zeros(n, dtype=np.int32), np.zeros(n, dtype=np.int32)
    look = np.full(n, 255, dtype=np.uint8)
    x[:held], y[:held], look[:held] = before.x, before.y, before.look
    packed = np.frombuffer(body, np.uint8, bits, _HEAD.size)
    moved = np.unpackbits(packed, count=n, bitorder="little").astype(np.bool_)
    at = _HEAD.size + bits
    moves = np.frombuffer(body, np.int8, 2 * int(moved.sum()), at).reshape(-1, 2)
    x[moved] += moves[:, 0]
    y[moved] += moves[:, 1]
    sets = np.frombuffer(body, _SET, offset=at + moves.nbytes)
    x[sets["place"]], y[sets["place"]] = sets["x"], sets["y"]
    look[sets["place"]] = sets["look"]
    return Scene(x, y, look)
