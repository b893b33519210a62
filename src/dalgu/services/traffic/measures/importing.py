"""Files of controller events, CSV or Parquet, with the column names that are usual for them."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np

from dalgu.services.traffic.measures.events import MS, ControllerEvents, distinct
from dalgu.services.traffic.measures.refusals import EventColumnsMissing, EventFileUnreadable

MOST_REFUSED: Final = 1_000  # lines told apart; more are only counted
HIGHEST: Final = 65_535  # of codes and parameters
_EARLIEST_S: Final = 631_152_000.0  # 1990: no high-resolution log is older
_LATEST_S: Final = 4_102_444_800.0  # 2100

# Names as written by atspm, UDOT's ATSPM 4 and 5, Indiana's and makers' exports; letters only
USUAL: Final = {
    "time": ("timestamp", "time", "datetime", "eventtime", "at", "ats"),
    "device": (
        *("deviceid", "device", "signalid", "signal", "locationid", "locationidentifier"),
        *("location", "intersection", "intersectionid", "devicename", "controller"),
    ),
    "code": ("eventid", "eventcode", "event", "code", "eventcodeid"),
    "parameter": ("parameter", "eventparameter", "eventparam", "param", "detector"),
}
_FORMATS: Final = (
    *("%m/%d/%Y %H:%M:%S.%f", "%m/%d/%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S.%f", "%Y/%m/%d %H:%M:%S"),
)


class Refusal(StrEnum):
    """Why a line is no event."""

    COLUMNS = "columns"  # it has not as many as the header
    TIME = "time"
    DEVICE = "device"
    CODE = "code"
    PARAMETER = "parameter"


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that is no event; the header is line 1 of a CSV, Parquet rows count from 1."""

    line: int
    why: Refusal


@dataclass(frozen=True, slots=True)
class ImportedEvents:
    """Distinct events; `events.device` points into `devices`, the names sorted.

    `lines` is how many lines with something on them were read, `repeated` how many of them
    told an event again, `refused` the first of `refused_count` lines that are no event.
    """

    events: ControllerEvents
    devices: tuple[str, ...]
    lines: int
    repeated: int
    refused: tuple[RefusedLine, ...]
    refused_count: int


def read_events(path: Path, zone: tzinfo) -> ImportedEvents:
    """Read a file of controller events.

    Parameters
    ----------
    path
        `.csv`, `.csv.gz` or `.parquet`.
    zone
        Time zone of stamps that name none.

    Raises
    ------
    EventFileUnreadable
        When the file cannot be opened or has another format.
    EventColumnsMissing
        When the time, device, code or parameter has no column.

    """
    taken = _Taken(zone)
    try:
        for line, cells in _rows(path):
            taken.add(line, cells)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise EventFileUnreadable(path, str(error) or type(error).__name__) from error
    return taken.imported()


class _Taken:
    """Lines taken so far."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._rows: list[tuple[float, str, int, int]] = []
        self._refused: list[RefusedLine] = []
        self._lines = 0
        self._refused_count = 0

    def add(self, line: int, cells: Sequence[object] | None) -> None:
        self._lines += 1
        read = Refusal.COLUMNS if cells is None else _event(cells, self._zone)
        if not isinstance(read, Refusal):
            self._rows.append(read)
            return
        self._refused_count += 1
        if len(self._refused) < MOST_REFUSED:
            self._refused.append(RefusedLine(line, read))

    def imported(self) -> ImportedEvents:
        devices = sorted({row[1] for row in self._rows})
        number = {device: position for position, device in enumerate(devices)}
        events = ControllerEvents(
            np.array([row[0] for row in self._rows], dtype=np.float64),
            np.array([number[row[1]] for row in self._rows], dtype=np.int64),
            np.array([row[2] for row in self._rows], dtype=np.int64),
            np.array([row[3] for row in self._rows], dtype=np.int64),
        )
        once = distinct(events)
        repeated = len(events) - len(once)
        told = (tuple(self._refused), self._refused_count)
        return ImportedEvents(once, tuple(devices), self._lines, repeated, *told)


def _event(cells: Sequence[object], zone: tzinfo) -> tuple[float, str, int, int] | Refusal:
    at_s = _instant(cells[0], zone)
    if at_s is None:
        return Refusal.TIME
    device = str(cells[1] if cells[1] is not None else "").strip()
    if not device:
        return Refusal.DEVICE
    code, parameter = _number(cells[2]), _number(cells[3])
    if code is None:
        return Refusal.CODE
    if parameter is None:
        return Refusal.PARAMETER
    return at_s, device, code, parameter


def _number(cell: object) -> int | None:
    with suppress(ValueError, TypeError, OverflowError):
        number = float(cell)  # type: ignore[arg-type]  # what is no number raises
        if number == int(number) and 0 <= number <= HIGHEST:
            return int(number)
    return None


def _instant(cell: object, zone: tzinfo) -> float | None:
    """Seconds since 1970 of a stamp: a date, ISO 8601 or American text, seconds, milliseconds."""
    if isinstance(cell, datetime):
        return _seconds(cell, zone)
    text = str(cell).strip()
    with suppress(ValueError, OverflowError):
        number = float(text)
        number = number / MS if number > _LATEST_S else number
        return round(number * MS) / MS if _EARLIEST_S <= number <= _LATEST_S else None
    with suppress(ValueError):
        return _seconds(datetime.fromisoformat(text), zone)
    for form in _FORMATS:
        with suppress(ValueError):
            return _seconds(datetime.strptime(text, form).replace(tzinfo=zone), zone)
    return None


def _seconds(at: datetime, zone: tzinfo) -> float | None:
    aware = at if at.tzinfo is not None else at.replace(tzinfo=zone)
    at_s = round(aware.astimezone(UTC).timestamp() * MS) / MS
    return at_s if _EARLIEST_S <= at_s <= _LATEST_S else None


def letters_of(names: Sequence[str]) -> list[str]:
    """Return names as they are compared: small letters and digits only."""
    return ["".join(sign for sign in name.lower() if sign.isalnum()) for name in names]


def _places(path: Path, names: Sequence[str]) -> list[int]:
    """Positions of the time, device, code and parameter among the columns."""
    letters = letters_of(names)
    places = []
    for column, usual in USUAL.items():
        found = [letters.index(name) for name in usual if name in letters]
        if not found:
            raise EventColumnsMissing(path, column, ", ".join(usual[:4]))
        places.append(found[0])
    return places


def _rows(path: Path) -> Iterator[tuple[int, Sequence[object] | None]]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".parquet"]:
        yield from _parquet_rows(path)
    elif suffixes[-1:] == [".csv"] or suffixes[-2:] == [".csv", ".gz"]:
        yield from _csv_rows(path)
    else:
        raise EventFileUnreadable(path, f"its name ends with '{path.suffix}'")


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[object] | None]]:
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        names = next(reader, [])
        places = _places(path, names)
        for cells in reader:
            if cells:
                whole = len(cells) == len(names)
                yield reader.line_num, [cells[place] for place in places] if whole else None


def _parquet_rows(path: Path) -> Iterator[tuple[int, Sequence[object] | None]]:
    import duckdb  # loads slowly, and few files are Parquet

    try:
        with duckdb.connect() as connection:
            names = connection.read_parquet(str(path)).columns
            places = _places(path, names)
            wanted = ", ".join('"' + names[place].replace('"', '""') + '"' for place in places)
            statement = f"SELECT {wanted} FROM read_parquet(?)"  # noqa: S608 - names are quoted
            result = connection.execute(statement, [str(path)])
            line = 0
            while rows := result.fetchmany(10_000):
                for cells in rows:
                    line += 1
                    yield line, cells
    except duckdb.Error as error:
        raise EventFileUnreadable(path, str(error).splitlines()[0]) from error
