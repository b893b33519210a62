"""The table of drivers: the files of `table/`, read once and checked."""

from functools import cache
from importlib.resources import files
from tomllib import TOMLDecodeError

import msgspec

from dalgu.devices.wmbus.address import Address
from dalgu.devices.wmbus.drivers import rows
from dalgu.devices.wmbus.drivers.driver import Driver, Meter
from dalgu.devices.wmbus.drivers.errors import DriverTableInvalid, DriverUnknown
from dalgu.kernel.toml import read_toml


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


@cache
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
    found: dict[str, Driver] = {}
    folder = files("dalgu.devices.wmbus.drivers").joinpath("table")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".toml"):
            continue
        for driver in read_table(file.read_text("utf-8"), file.name):
            for name in (driver.name, *driver.also):
                if name in found:
                    raise DriverTableInvalid(file.name, f"driver '{name}' exists twice")
                found[name] = driver
    return found


def driver_named(name: str) -> Driver:
    """Return the driver of a name.

    Raises
    ------
    DriverUnknown
        When there is none.

    """
    if name not in drivers():
        raise DriverUnknown(f"the name '{name}'")
    return drivers()[name]


def speaking_for(address: Address) -> tuple[Driver, ...]:
    """Return the drivers that speak for a kind of meter, in the order of the table."""
    return _by_meter().get((address.manufacturer, address.version, address.type_code), ())


@cache
def _by_meter() -> dict[tuple[str, int, int], tuple[Driver, ...]]:
    found: dict[tuple[str, int, int], tuple[Driver, ...]] = {}
    for name, driver in drivers().items():
        if name != driver.name:
            continue
        for meter in driver.meters:
            key = (meter.manufacturer, meter.version, meter.type_code)
            found[key] = (*found.get(key, ()), driver)
    return found


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
