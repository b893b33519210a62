"""What a field and the city say to each other over a stream socket.

A frame is its length in four bytes, the most significant first, and a MessagePack map with a tag.
Arrays travel as raw little-endian bytes; both ends know their sizes from the timings, and a frame
of another size is refused.
"""

import asyncio
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.devices.signals.errors import FieldFrameInvalid
from dalgu.devices.signals.field import Order
from dalgu.devices.signals.report import BINS, Command, Report
from dalgu.devices.signals.timing import Plan, Timing

VERSION: Final = 1
LENGTH_BYTES: Final = 4
FRAME_MOST_BYTES: Final = 64 * 1024 * 1024  # of a field to the city
SAID_MOST_BYTES: Final = 4 * 1024 * 1024  # of the city to a field
EVENTS_MOST: Final = 200_000

_SHAPES: Final = {  # of a report's arrays: N controllers, G groups, L lanes, E events
    "stage": ("<i2", "N"),
    "stage_age_s": ("<f4", "N"),
    "changing_s": ("<f4", "N"),
    "mode": ("<i1", "N"),
    "cause": ("<i1", "N"),
    "light": ("<i1", "G"),
    "light_age_s": ("<f4", "G"),
    "called_s": ("<f4", "G"),
    "queue_veh": ("<f4", "L"),
    "arriving_veh": ("<f4", "LB"),
    "waiting_s": ("<f4", "L"),
    "passed_veh": ("<f4", "L"),
    "speed_mps": ("<f4", "L"),
    "exit_room_veh": ("<f4", "L"),
    "fault": ("<i1", "L"),
    "events": ("<f8", "E"),
}
_INTS: Final = ("stage", "mode", "cause", "light")


class Hello(msgspec.Struct, frozen=True, tag="hello"):
    """The first word of who connects."""

    secret: str
    leads: bool = True  # it will send commands; only the newest who does is listened to
    version: int = VERSION


class Welcome(msgspec.Struct, frozen=True, tag="welcome"):
    """The field's answer: what it consists of."""

    timings: tuple[Timing, ...]
    version: int = VERSION


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The field's answer to what it does not do; `fatal`: it closes the connection."""

    reason: str
    fatal: bool = False


class Told(msgspec.Struct, frozen=True, tag="report"):
    """A report."""

    at_s: float
    arrays: dict[str, bytes]


class Said(msgspec.Struct, frozen=True, tag="command"):
    """A command."""

    sent_s: float
    seen_s: float
    stage: bytes
    extend_s: bytes


class Orders(msgspec.Struct, frozen=True, tag="order"):
    """An order of a person."""

    order: Order


class Loads(msgspec.Struct, frozen=True, tag="plan"):
    """A plan for one controller, by its position."""

    controller: int
    plan: Plan


class Asks(msgspec.Struct, frozen=True, tag="ask"):
    """A question for objects of one controller, by its position, as `ControllerObjects.walk`.

    Whoever knows the secret may ask beside the one who leads. Given a value, the object is set
    to it before.
    """

    controller: int
    name: str = ""
    value: int | None = None


class Objects(msgspec.Struct, frozen=True, tag="objects"):
    """The answer to what was asked: values by the names of the objects."""

    values: dict[str, int]


FromField = Welcome | Refused | Told | Objects
ToField = Hello | Said | Orders | Loads | Asks
_FROM_FIELD: Final[msgspec.msgpack.Decoder[FromField]] = msgspec.msgpack.Decoder(FromField)
_TO_FIELD: Final[msgspec.msgpack.Decoder[ToField]] = msgspec.msgpack.Decoder(ToField)


def sizes(timings: tuple[Timing, ...]) -> dict[str, int]:
    """Return how many controllers, groups and lanes a field has."""
    return {
        "N": len(timings),
        "G": sum(len(timing.groups) for timing in timings),
        "L": sum(len(timing.detectors) for timing in timings),
    }


def frame(message: FromField | ToField) -> bytes:
    """Return a message as it is sent."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


async def read_frame(reader: asyncio.StreamReader, most_bytes: int) -> bytes:
    """Return the body of the next frame.

    Raises
    ------
    FieldFrameInvalid
        The frame is longer than may be.
    EOFError
        The other side has closed.

    """
    head = await reader.readexactly(LENGTH_BYTES)
    length = int.from_bytes(head, "big")
    if length > most_bytes:
        raise FieldFrameInvalid(f"it has {length} bytes, at most {most_bytes} can be")
    return await reader.readexactly(length)


def from_field(body: bytes) -> FromField:
    """Read what a field says."""
    try:
        return _FROM_FIELD.decode(body)
    except msgspec.MsgspecError as error:
        raise FieldFrameInvalid(str(error)) from error


def to_field(body: bytes) -> ToField:
    """Read what the city says."""
    try:
        return _TO_FIELD.decode(body)
    except msgspec.MsgspecError as error:
        raise FieldFrameInvalid(str(error)) from error


def told(report: Report) -> Told:
    """Return a report as it is sent."""
    arrays = {
        name: np.ascontiguousarray(getattr(report, name)).astype(kind).tobytes()
        for name, (kind, _) in _SHAPES.items()
    }
    return Told(report.at_s, arrays)


def report_of(message: Told, size: dict[str, int]) -> Report:
    """Return the report that was sent, all arrays of the expected sizes."""
    values: dict[str, Any] = {"at_s": message.at_s}
    for name, (kind, shape) in _SHAPES.items():
        raw = message.arrays.get(name, b"")
        array = _array(name, raw, kind)
        if shape == "E":
            rows = len(array) // 4
            fits = len(array) == 4 * rows and rows <= EVENTS_MOST
            shaped = array[: 4 * rows].reshape(rows, 4)
        else:
            wanted = (size[shape[0]], BINS) if len(shape) > 1 else (size[shape],)
            fits = len(array) == int(np.prod(wanted))
            shaped = array.reshape(wanted) if fits else array
        if not fits:
            raise FieldFrameInvalid(f"'{name}' has {len(raw)} bytes")
        values[name] = shaped.astype(_kind(name))
    return Report(**values)


def said(command: Command) -> Said:
    """Return a command as it is sent."""
    return Said(
        sent_s=float(command.sent_s),
        seen_s=float(command.seen_s),
        stage=np.asarray(command.stage).astype("<i2").tobytes(),
        extend_s=np.asarray(command.extend_s).astype("<f4").tobytes(),
    )


def command_of(message: Said) -> Command:
    """Return the command that was sent; the field judges its sizes."""
    return Command(
        sent_s=message.sent_s,
        seen_s=message.seen_s,
        stage=_array("stage", message.stage, "<i2").astype(np.int64),
        extend_s=_array("extend_s", message.extend_s, "<f4").astype(np.float64),
    )


def _array(name: str, raw: bytes, kind: str) -> NDArray[Any]:
    if len(raw) % np.dtype(kind).itemsize:
        raise FieldFrameInvalid(f"'{name}' has {len(raw)} bytes")
    return np.frombuffer(raw, kind)


def _kind(name: str) -> type:
    if name in _INTS:
        return np.int64
    return np.bool_ if name == "fault" else np.float64
