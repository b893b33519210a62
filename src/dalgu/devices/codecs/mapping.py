"""Which fields of a codec's output are the register, the flags, the battery: data in `mappings/`.

Each codec names its fields as its vendor likes. A mapping (TOML, one file for each kind of
meter) says where the canonical read stands in them, so that any meter gives the same shape:
registers in whole litres with their instants, flags by the names of the water service's alarms,
battery and temperature. An instant without a zone is UTC, as the codecs mean it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

import msgspec

from dalgu.devices.codecs.errors import MappingUnfit, MappingUnknown
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.toml import read_toml

LITRES_PER_UNIT = {
    "ml": 0.001,
    "l": 1.0,
    "litre": 1.0,
    "m3": 1000.0,
    "m³": 1000.0,
    "m^3": 1000.0,
}
MAX_REGISTER_L = 10**12  # beyond every register's digits
MAX_ROWS = 1_000


class Register(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where registers stand: one field, or one in each row of a list, or of lists in the rows.

    `unit` is a unit, or after `@` the field that holds it. `needs` is a field without which
    the value is no register.
    """

    value: str
    unit: str
    at: str | None = None
    rows: str | None = None
    where: dict[str, JSON] = {}
    within: str | None = None
    needs: str | None = None


class Deltas(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """An oldest register and what was used in each interval after it, oldest first.

    The newest register is dated by `at`, back to a whole interval of `step_s`. Where a field
    is not as in `where`, the deltas mean something that is not known.
    """

    base: str
    item: str  # with {n}, from 1 to `count`
    count: int
    unit: str
    at: str
    step_s: int
    where: dict[str, JSON] = {}


class Sign(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """When a flag is up: a field is one of values, holds a name, or is below a limit."""

    flag: str
    field: str
    equals: tuple[JSON, ...] = ()
    holds: str | None = None
    below: float | None = None
    rows: str | None = None
    where: dict[str, JSON] = {}


class Measure(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A number: the mean of fields, times a scale."""

    fields: tuple[str, ...]
    scale: float = 1.0


class FieldMapping(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One file of `mappings/`."""

    title: str
    source: str
    medium: str = "water"
    wraps_at_l: int | None = None  # a register that begins again at 0 there
    registers: tuple[Register, ...] = ()
    deltas: Deltas | None = None
    flags: tuple[Sign, ...] = ()
    battery_v: Measure | None = None
    battery_pct: Measure | None = None
    temperature_degc: Measure | None = None
    ambient_degc: Measure | None = None


@dataclass(frozen=True, slots=True)
class CanonicalRead:
    """What one message of a meter says, whatever its codec; registers newest first."""

    registers: tuple[tuple[datetime | None, int], ...]  # litres
    flags: tuple[str, ...] = ()
    battery_v: float | None = None
    battery_pct: float | None = None
    temperature_degc: float | None = None
    ambient_degc: float | None = None
    medium: str = "water"

    def fields(self) -> dict[str, JSON]:
        """Return the read as fields that profile `water-decoded` understands."""
        rows = [
            {
                "Type": "Volume",
                "Value": register_l / 1000,
                "Unit": "m3",
                "Timestamp": None if at is None else iso(at),
            }
            for at, register_l in self.registers
        ]
        measured = {
            "battery_v": self.battery_v,
            "battery_pct": self.battery_pct,
            "water_temperature": self.temperature_degc,
            "ambient_temperature": self.ambient_degc,
        }
        told = {name: value for name, value in measured.items() if value is not None}
        return {"values": rows, "alarms": list(self.flags), "medium": self.medium, **told}


@cache
def mapping_names() -> tuple[str, ...]:
    """Return the names of the mappings that the platform brings."""
    folder = files("dalgu.devices.codecs") / "mappings"
    return tuple(sorted(one.name[:-5] for one in folder.iterdir() if one.name.endswith(".toml")))


@cache
def mapping_of(name: str) -> FieldMapping:
    """Return a mapping; raise `MappingUnknown`."""
    if name not in mapping_names():
        raise MappingUnknown(name, mapping_names())
    text = (files("dalgu.devices.codecs") / "mappings" / f"{name}.toml").read_text("utf-8")
    return msgspec.convert(read_toml(text), FieldMapping)


def canonical(name: str, fields: Mapping[str, JSON]) -> CanonicalRead:
    """Return the canonical read in a codec's fields; without registers where there are none.

    Raises
    ------
    MappingUnknown
        When there is no such mapping.
    MappingUnfit
        When a register is no number, negative, without a unit, or its instant is none.

    Examples
    --------
    >>> canonical("talkpool-oy1320", {"MeterReading": 5944, "Status": "0"}).registers
    ((None, 5944),)

    """
    mapping = mapping_of(name)
    return CanonicalRead(
        registers=_registers(name, mapping, fields),
        flags=tuple(sorted({sign.flag for sign in mapping.flags if _is_up(sign, fields)})),
        battery_v=_measured(mapping.battery_v, fields),
        battery_pct=_measured(mapping.battery_pct, fields),
        temperature_degc=_measured(mapping.temperature_degc, fields),
        ambient_degc=_measured(mapping.ambient_degc, fields),
        medium=mapping.medium,
    )


def _registers(
    name: str, mapping: FieldMapping, fields: Mapping[str, JSON]
) -> tuple[tuple[datetime | None, int], ...]:
    if mapping.deltas is not None and _field(fields, mapping.deltas.base) is not None:
        return tuple(_summed(name, mapping.deltas, fields))
    for register in mapping.registers:
        found = list(_listed(name, register, fields))
        if found:
            return tuple(sorted(found, key=_newest_first))
    return ()


def _newest_first(register: tuple[datetime | None, int]) -> float:
    return 0.0 if register[0] is None else -register[0].timestamp()


def _listed(
    name: str, register: Register, fields: Mapping[str, JSON]
) -> Iterator[tuple[datetime | None, int]]:
    if register.needs is not None and _field(fields, register.needs) is None:
        return
    for row in _rows(fields, register.rows, register.where, register.within):
        value = _field(row, register.value)
        if value is None:
            continue
        unit = register.unit
        if unit.startswith("@"):
            unit = str(_field(row, unit[1:])).lower()
            if unit not in LITRES_PER_UNIT:
                continue  # a row of another quantity
        at = None if register.at is None else _instant(name, _field(row, register.at))
        yield at, _litres(name, value, LITRES_PER_UNIT[unit])


def _summed(
    name: str, deltas: Deltas, fields: Mapping[str, JSON]
) -> Iterator[tuple[datetime | None, int]]:
    """Yield the registers of the intervals, newest first."""
    for field, value in deltas.where.items():
        if _field(fields, field) != value:
            raise MappingUnfit(name, f"field '{field}' must be {value} for its deltas to be read")
    factor = LITRES_PER_UNIT[deltas.unit]
    registers = [_litres(name, _field(fields, deltas.base), factor)]
    for n in range(1, deltas.count + 1):
        used = _field(fields, deltas.item.format(n=n))
        registers.append(registers[-1] + _litres(name, used, factor))
    told = _instant(name, _field(fields, deltas.at))
    if told is None:
        raise MappingUnfit(name, f"field '{deltas.at}' is required")
    newest = datetime.fromtimestamp(told.timestamp() // deltas.step_s * deltas.step_s, UTC)
    for age, register_l in enumerate(reversed(registers)):
        yield newest - timedelta(seconds=age * deltas.step_s), register_l


def _is_up(sign: Sign, fields: Mapping[str, JSON]) -> bool:
    for row in _rows(fields, sign.rows, sign.where, None):
        value = _field(row, sign.field)
        if sign.holds is not None:
            return isinstance(value, list | str) and sign.holds in value
        if sign.below is not None:
            return _is_number(value) and value < sign.below
        if any(type(value) is type(one) and value == one for one in sign.equals):
            return True
    return False


def _measured(measure: Measure | None, fields: Mapping[str, JSON]) -> float | None:
    if measure is None:
        return None
    numbers = [value for name in measure.fields if _is_number(value := _field(fields, name))]
    if len(numbers) < len(measure.fields):
        return None
    mean: float = sum(numbers) / len(numbers)
    return round(mean * measure.scale, 6)


def _rows(
    fields: Mapping[str, JSON], path: str | None, where: Mapping[str, JSON], within: str | None
) -> Iterator[Mapping[str, JSON]]:
    """Yield the mappings that a path leads to: the fields themselves, or the rows of a list."""
    rows = [fields] if path is None else _field(fields, path)
    if not isinstance(rows, list):
        return
    for row in rows[:MAX_ROWS]:
        if not isinstance(row, Mapping) or any(row.get(key) != one for key, one in where.items()):
            continue
        if within is None:
            yield row
            continue
        inner = row.get(within)
        if isinstance(inner, list):
            yield from (one for one in inner[:MAX_ROWS] if isinstance(one, Mapping))


def _field(fields: Mapping[str, JSON], path: str) -> JSON:
    """Return the value that a path as `decoded.totalVolume` leads to, `None` where there is none.

    >>> _field({"decoded": {"totalVolume": 12}}, "decoded.totalVolume")
    12
    """
    value: JSON = fields
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _is_number(value: JSON) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _litres(name: str, value: JSON, factor: float) -> int:
    if not _is_number(value):
        raise MappingUnfit(name, f"the register is {str(value)[:20]!r}, which is no number")
    litres: float = value * factor
    if not 0 <= litres <= MAX_REGISTER_L:
        raise MappingUnfit(name, "the register is negative or has too many digits")
    return round(litres)


def _instant(name: str, value: JSON) -> datetime | None:
    if value is None:
        return None
    try:
        if _is_number(value):
            return datetime.fromtimestamp(value, UTC)
        at = datetime.fromisoformat(str(value))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise MappingUnfit(name, f"{str(value)[:40]!r} is no instant") from None
