"""The table of drivers: the files of `table/`, each driver read when it is first asked for.

Names and kinds of meters stand on lines of their own there, so that the driver of a telegram
is found without reading the others, which takes a tenth of a second.
"""

import re
from functools import cache
from importlib.resources import files
from tomllib import TOMLDecodeError

import msgspec

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.drivers import rows
from dalgu.devices.wmbus.drivers.driver import Driver, Meter
from dalgu.devices.wmbus.drivers.errors import DriverTableInvalid, DriverUnknown
from dalgu.kernel.toml import read_toml

_DRIVER = "\n[[driver]]\n"
_NAME, _ALSO, _METERS = (
    re.compile(f"^{key} = .*$", re.MULTILINE) for key in ("name", "also", "meters")
)
_WORD = re.compile('"([^"]*)"')


class _DriverRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str
    also: tuple[str, ...] = ()
    meters: tuple[str, ...] = ()
    fields: tuple[rows.FieldRow, ...] = ()
    words: tuple[rows.WordsRow, ...] = ()
    derived: tuple[rows.DerivedRow, ...] = ()
    decoder: str = ""
    media: str = ""


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    source: str
    driver: tuple[_DriverRow, ...]


def read_table(text: str, place: str) -> tuple[Driver, ...]:
    """Read the drivers of one file.

    Parameters
    ----------
    text
        The TOML of the file.
    place
        Its name, for errors.

    Raises
    ------
    DriverTableInvalid
        When the file is no TOML, or a row names what does not exist.

    """
    try:
        file = msgspec.convert(read_toml(text), _File)
    except (TOMLDecodeError, msgspec.ValidationError) as odd:
        raise DriverTableInvalid(place, str(odd)) from None
    found = []
    for row in file.driver:
        try:
            found.append(_driver(row, file.source))
        except (ValueError, KeyError, IndexError) as odd:
            raise DriverTableInvalid(f"{place}, {row.name}", str(odd)) from None
    return tuple(found)


def drivers() -> dict[str, Driver]:
    """Return all drivers by name, those with several names several times.

    Raises
    ------
    DriverTableInvalid
        When a file is invalid or two drivers have one name.

    Examples
    --------
    >>> drivers()["iperl"].meters[0]
    Meter(manufacturer='SEN', version=104, type_code=7)

    """
    return {name: _read(entry) for name, entry in _entries().items()}


def driver_named(name: str) -> Driver:
    """Return the driver of a name.

    Raises
    ------
    DriverUnknown
        When there is none.

    """
    entry = _entries().get(name)
    if entry is None:
        raise DriverUnknown(f"the name '{name}'")
    return _read(entry)


def speaking_for(address: Address) -> tuple[Driver, ...]:
    """Return the drivers that speak for a kind of meter, in the order of the table."""
    kind = f"{address.manufacturer} {address.version:02X} {address.type_code:02X}"
    return tuple(_read(entry) for entry in _by_kind().get(kind, ()))


class _Entry(msgspec.Struct, frozen=True):
    """One driver of a file, not yet read; a telegram needs one of a hundred."""

    text: str
    place: str


@cache
def _read(entry: _Entry) -> Driver:
    [driver] = read_table(entry.text, entry.place)
    return driver


@cache
def _entries() -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    folder = files("dalgu.devices.wmbus.drivers").joinpath("table")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".toml"):
            continue
        head, *blocks = file.read_text("utf-8").split(_DRIVER)
        for block in blocks:
            entry = _Entry(head + _DRIVER + block, file.name)
            for name in (*_quoted(block, _NAME), *_quoted(block, _ALSO)):
                if name in found:
                    raise DriverTableInvalid(file.name, f"driver '{name}' exists twice")
                found[name] = entry
    return found


@cache
def _by_kind() -> dict[str, tuple[_Entry, ...]]:
    found: dict[str, tuple[_Entry, ...]] = {}
    for entry in dict.fromkeys(_entries().values()):
        for kind in _quoted(entry.text, _METERS):
            found[kind] = (*found.get(kind, ()), entry)
    return found


def _quoted(text: str, line: re.Pattern[str]) -> list[str]:
    found = line.search(text)
    return _WORD.findall(found[0]) if found else []


def _driver(row: _DriverRow, source: str) -> Driver:
    return Driver(
        name=row.name,
        source=source,
        also=row.also,
        meters=tuple(_meter(text) for text in row.meters),
        fields=tuple(field for one in row.fields for field in rows.fields(one)),
        words=tuple(rows.words(one) for one in row.words),
        derived=tuple(field for one in row.derived for field in rows.derived(one)),
        decoder=row.decoder,
        media=row.media,
    )


def _meter(text: str) -> Meter:
    letters, version, kind = text.split()
    return Meter(letters, int(version, 16), int(kind, 16))
