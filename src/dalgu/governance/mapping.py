"""A city's own names of columns: a small TOML beside a file whose headers no register knows."""

import tomllib
from pathlib import Path

import msgspec

from dalgu.governance.errors import RegisterMapInvalid
from dalgu.governance.register import Register
from dalgu.kernel.toml import read_toml


class OwnMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which header means which column, what is so of every row, and which sheet to read."""

    columns: dict[str, str] = {}
    constants: dict[str, str | int | float | bool] = {}
    sheet: str = ""


NO_MAPPING = OwnMapping()


def load_mapping(path: Path, register: Register) -> OwnMapping:
    """Return the checked mapping of a file for a register; raise `RegisterMapInvalid`."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterMapInvalid(path.name, f"the file cannot be read ({error})") from None
    return parse_mapping(text, register)


def parse_mapping(text: str, register: Register) -> OwnMapping:
    """Return the checked mapping of a TOML text; raise `RegisterMapInvalid` naming the key."""
    try:
        own = msgspec.convert(read_toml(text), OwnMapping)
    except tomllib.TOMLDecodeError as error:
        raise RegisterMapInvalid("(file)", f"it is not TOML: {error}") from None
    except msgspec.ValidationError as error:
        raise RegisterMapInvalid("(file)", str(error)) from None
    known = {column.name for column in register.columns}
    for key, name in (*own.columns.items(), *((name, name) for name in own.constants)):
        if name not in known:
            shown = ", ".join(sorted(known))
            raise RegisterMapInvalid(key, f"column '{name}' does not exist; there are: {shown}")
    return own
