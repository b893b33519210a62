"""The table of layouts: `layouts.toml`, read once and checked."""

from functools import cache
from importlib.resources import files
from tomllib import TOMLDecodeError

import msgspec

from dalgu.devices.wmbus.decoders.errors import LayoutTableInvalid
from dalgu.devices.wmbus.decoders.layout import JSON, Layout, read_layout
from dalgu.devices.wmbus.telegram import Telegram
from dalgu.kernel.toml import read_toml


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layout: tuple[Layout, ...]


def read_table(text: str) -> dict[str, Layout]:
    """Return the layouts of a TOML text by name.

    Raises
    ------
    LayoutTableInvalid
        When it is no TOML, a row says what no layout has, a name stands twice, or a sum adds
        what is no value or has another unit.

    """
    try:
        rows = msgspec.convert(read_toml(text), _File).layout
    except (TOMLDecodeError, msgspec.ValidationError) as odd:
        raise LayoutTableInvalid(str(odd)) from None
    found: dict[str, Layout] = {}
    for row in rows:
        if row.name in found:
            raise LayoutTableInvalid("it exists twice", row.name)
        for name, parts in row.sums.items():
            places = [row.values.get(part) for part in parts]
            units = {(place.factor, place.divisor) if place else None for place in places}
            if None in units or len(units) != 1:
                raise LayoutTableInvalid(f"'{name}' adds no values of one unit", row.name)
        found[row.name] = row
    return found


@cache
def layouts() -> dict[str, Layout]:
    """Return all layouts by name.

    >>> layouts()["zenner0b"].values["total_m3"].divisor
    256000
    """
    place = files("dalgu.devices.wmbus.decoders").joinpath("layouts.toml")
    return read_table(place.read_text("utf-8"))


def read_named(name: str, telegram: Telegram) -> dict[str, JSON]:
    """Return the values of a telegram whose manufacturer's part is one layout.

    Raises
    ------
    DecoderLayoutBroken
        When it has not this layout.

    """
    return read_layout(layouts()[name], telegram.proprietary, telegram.device)
