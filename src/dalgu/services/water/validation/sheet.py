"""A day sheet: the validated hours of all meters of one area on one local day, column by column.

The sheet is what is billed, balanced and forecast. It is kept content-addressed in the hub and
named by a `ValidatedDay`; a second look at the same day gives a new sheet with a new version,
and the old one stays.
"""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass, fields
from datetime import date
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.ids import EntityId

HOURS = 24  # of a day in Korea, which keeps no summer time
LARGEST_SHEET = 1 << 30  # bytes of one sheet's columns: five million meters
MAGIC = b"\x93NUMPY\x01\x00"
HEADER = re.compile(
    rb"\{'descr': '(?P<dtype>[<|][iu][1248])', 'fortran_order': False, "
    rb"'shape': \((?P<shape>\d{1,9},|\d{1,9}, \d{1,9})\), \} *\n"
)


class Standing(IntEnum):
    """How an hour came by its value."""

    MISSING = 0  # no value: nothing conserves it so far
    ACTUAL = 1  # the difference of two registers read
    LINEAR = 2  # estimated: the register difference spread evenly over a short gap
    PROFILE = 3  # estimated: spread by like days' profile
    EDITED = 4  # by a person, with a reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """The hours of n meters on one day.

    `start_register_l` and `end_register_l` are shape (n,), int64 litres at the day's local
    midnights as a dial shows them, -1 where no read is near; wherever both are known and no hour
    is missing, the hours add up to their difference, unless the register rolled over or began
    anew on the day (`Check.ROLLOVER`, `CHANGE`, `RATE`) or a person set other hours (`SUM`).
    Meters are in the order of their ids. `use_l` is shape (n, 24), int32 litres, -1 where missing;
    `standing` shape (n, 24), uint8 of `Standing`; `raised` shape (n,), uint32, one bit for
    each rule in the order of the rules; `first_message`, `last_message` shape (n,), int64, the
    device messages behind the day's registers, 0 where there is none.
    """

    area: EntityId
    day: date
    meters: tuple[EntityId, ...]
    start_register_l: NDArray[np.int64]
    end_register_l: NDArray[np.int64]
    use_l: NDArray[np.int32]
    standing: NDArray[np.uint8]
    raised: NDArray[np.uint32]
    first_message: NDArray[np.int64]
    last_message: NDArray[np.int64]

    def row_of(self, meter: EntityId) -> int | None:
        """Return a meter's row, `None` when it is not on the sheet."""
        low, high = 0, len(self.meters)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.meters[middle] < meter else (low, middle)
        return low if low < len(self.meters) and self.meters[low] == meter else None

    def count(self, *standings: Standing) -> int:
        """Return how many meter-hours came by their value in one of these ways."""
        return int(np.isin(self.standing, standings).sum())

    @property
    def total_l(self) -> int:
        """All that was used on the day, litres."""
        return int(np.maximum(self.use_l, 0).sum(dtype=np.int64))


class SheetDamaged(InvalidInput):
    """Bytes that should be a day sheet are none."""

    status = 500  # what the hub keeps is content-addressed: this is no client's doing
    slug = "water-sheet-damaged"
    title = "The day sheet is damaged"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The bytes are no day sheet: {why[:200]}. "
            "Restore them from a backup, or validate the day again."
        )


Column = NDArray[Any]  # of whole numbers, of whichever width
COLUMNS: dict[str, tuple[type[np.integer[Any]], tuple[int, ...]]] = {
    "start_register_l": (np.int64, ()),
    "end_register_l": (np.int64, ()),
    "use_l": (np.int32, (HOURS,)),
    "standing": (np.uint8, (HOURS,)),
    "raised": (np.uint32, ()),
    "first_message": (np.int64, ()),
    "last_message": (np.int64, ()),
}
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a zip file: the same sheet is the same bytes


def is_same(one: Sheet, other: Sheet) -> bool:
    """Tell whether two sheets say the same, to the litre and the message."""
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        if field.name in COLUMNS
        else getattr(one, field.name) == getattr(other, field.name)
        for field in fields(Sheet)
    )


def encode(sheet: Sheet) -> bytes:
    """Return a sheet as an npz file; the same sheet gives the same bytes.

    Columns are kept in the smallest integers that hold them.
    """
    named: dict[str, Column] = {
        "area": _signs([sheet.area]),
        "day": _signs([sheet.day.isoformat()]),
        "meters": _signs(sheet.meters),
        **{name: _narrow(getattr(sheet, name)) for name in COLUMNS},
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, column in named.items():
            info = zipfile.ZipInfo(f"{name}.npy", FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            body = io.BytesIO()
            np.lib.format.write_array(body, column, version=(1, 0), allow_pickle=False)
            archive.writestr(info, body.getbuffer(), compresslevel=1)
    return file.getvalue()


def decode(body: bytes) -> Sheet:
    """Return the sheet of `encode`.

    Raises
    ------
    SheetDamaged
        When the bytes are no such file, or their columns do not fit each other.
    """
    try:
        columns = _columns(body)
        area, day = columns["area"].tobytes().decode(), columns["day"].tobytes().decode()
        text = columns["meters"].tobytes().decode()
        meters = tuple(EntityId(meter) for meter in text.split("\n")) if text else ()
        wide = {name: _widened(name, columns[name], len(meters)) for name in COLUMNS}
        sheet = Sheet(EntityId(area), date.fromisoformat(day), meters, **wide)
    except KeyError as missing:
        raise SheetDamaged(f"column {missing} is missing") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as failure:
        raise SheetDamaged(f"{type(failure).__name__} {failure}") from None
    _check_values(sheet)
    return sheet


def meters_of(body: bytes) -> tuple[EntityId, ...]:
    """Return whose hours are on an encoded sheet; raise `SheetDamaged` as `decode` does."""
    return decode(body).meters


def _columns(body: bytes) -> dict[str, Column]:
    columns = {}
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        if sum(info.file_size for info in archive.infolist()) > LARGEST_SHEET:
            raise SheetDamaged(f"it holds more than {LARGEST_SHEET} bytes")
        for name in ("area", "day", "meters", *COLUMNS):
            info = archive.getinfo(f"{name}.npy")
            with archive.open(info) as member:
                columns[name] = _column(name, member.read(info.file_size + 1))
    return columns


def _column(name: str, body: bytes) -> Column:
    """Return the array of an npy file (format 1.0): whole numbers, no more than its bytes hold.

    numpy's own reader runs the header through Python's parser, which damage makes fail anyhow.
    """
    length = int.from_bytes(body[8:10], "little")
    header = HEADER.fullmatch(body[10 : 10 + length]) if body[:8] == MAGIC else None
    if header is None:
        raise SheetDamaged(f"column '{name}' is no array of whole numbers")
    shape = tuple(int(part) for part in header["shape"].decode().split(",") if part.strip())
    return np.frombuffer(body, header["dtype"].decode(), offset=10 + length).reshape(shape)


def _signs(lines: "tuple[EntityId, ...] | list[str]") -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), dtype=np.uint8)


def _narrow(column: Column) -> Column:
    """Return a column in the smallest integers that hold it; little-endian on every machine."""
    low, high = int(column.min(initial=0)), int(column.max(initial=0))
    for narrow in ("|i1", "<i2", "<i4"):
        limits = np.iinfo(narrow)
        if limits.min <= low and high <= limits.max:
            return column.astype(narrow)
    return column.astype("<i8")


def _widened(name: str, column: Column, meters: int) -> Column:
    dtype, shape = COLUMNS[name]
    if column.dtype.kind not in "iu" or column.shape != (meters, *shape):
        raise SheetDamaged(f"column '{name}' does not fit {meters} meters")
    return column.astype(dtype)


def _check_values(sheet: Sheet) -> None:
    if any(one >= other for one, other in zip(sheet.meters, sheet.meters[1:], strict=False)):
        raise SheetDamaged("its meters are not in order")
    if sheet.use_l.min(initial=0) < -1 or sheet.standing.max(initial=0) > max(Standing):
        raise SheetDamaged("an hour has a value that none can have")
    if not np.array_equal(sheet.use_l < 0, sheet.standing == Standing.MISSING):
        raise SheetDamaged("an hour without a value has a standing, or the reverse")
