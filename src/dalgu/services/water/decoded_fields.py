"""What the codecs of network servers make of water meters: one reader for each shape.

The shapes are those of the public decoders of The Things Network for cold-water meters
(Kamstrup flowIQ 2200, Sensus iPERL, Acrios bridges, Axioma W1, Quandify CubicMeter) and flat
fields that name their unit. A number without a unit is refused: a litre read as a cubic
metre is a leak that nobody has. Instants without a zone are UTC, as these codecs mean them.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dalgu.hub.model import JSON
from dalgu.kernel.errors import InvalidInput
from dalgu.services.water.hourly_frame import Alarm

LITRES_PER_M3 = 1000
M3_PER_UNIT = {"m3": 1.0, "m³": 1.0, "m^3": 1.0, "l": 1 / LITRES_PER_M3, "litre": 1 / LITRES_PER_M3}

FLAT_M3_PER_UNIT = {
    "current_volume_m3": 1.0,  # Axioma W1
    "totalVolume": 1 / LITRES_PER_M3,  # Quandify documents litres
    "volume_m3": 1.0,
    "total_m3": 1.0,
    "total_volume_m3": 1.0,
    "volume_l": 1 / LITRES_PER_M3,
    "total_l": 1 / LITRES_PER_M3,
    "total_volume_l": 1 / LITRES_PER_M3,
}
UNITLESS = ("volume", "total", "MeterReading", "meter_reading", "reading", "counter", "Total_pulse")
AXIOMA_DAY = "AXIOMA_W1_ENHANCED_24H"
HEAT = ("energy", "power", "flow_temperature")  # a heat meter's water is not the city's
TEMPERATURES = ("temperature", "water_temperature", "waterTemperature")
ALARMS = {
    "lowbattery": Alarm.LOW_BATTERY,
    "tamper": Alarm.TAMPER,
    "backflow": Alarm.BACKFLOW,
    "reverse": Alarm.BACKFLOW,
    "burst": Alarm.BURST,
    "leak": Alarm.LEAKAGE,
    "leakage": Alarm.LEAKAGE,
    "dry": Alarm.PIPE_EMPTY,
    "pipeempty": Alarm.PIPE_EMPTY,
    "emptypipe": Alarm.PIPE_EMPTY,
    "lowtemperature": Alarm.LOW_TEMPERATURE,
    "lowambienttemperature": Alarm.LOW_TEMPERATURE,
    "permanenterror": Alarm.PERMANENT_ERROR,
}
MAX_VOLUME_M3 = 1e9  # beyond every register's digits


@dataclass(frozen=True, slots=True)
class DecodedReads:
    """The registers of one message in m³, each with its instant where the codec gave one."""

    registers: list[tuple[datetime | None, float]]
    alarms: list[Alarm] = field(default_factory=list)
    temperature_degc: float | None = None
    battery_pct: float | None = None


class DecodedFieldsUnusable(InvalidInput):
    """The fields that a network server decoded hold no register that can be trusted."""

    slug = "water-decoded-fields-unusable"
    title = "The decoded fields cannot be used"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The decoded fields of a water meter {reason}. "
            "Check the codec in the network server, or the profile in the device registry.",
            reason=reason,
        )


def read_fields(values: Mapping[str, JSON]) -> DecodedReads:
    """Return the registers in a codec's fields; none where the message is not about volume.

    Raises
    ------
    DecodedFieldsUnusable
        When the fields have no known shape, lack a unit, or hold an impossible register.

    Examples
    --------
    >>> read_fields({"volume_m3": 12.5, "leakage": True}).alarms
    [<Alarm.LEAKAGE: 'leakage'>]

    """
    if values.get("medium", "water") != "water":
        raise DecodedFieldsUnusable("are those of another medium than water")
    if values.get("payload_format") == AXIOMA_DAY:
        return _day_of_axioma(values)
    inner = values.get("decoded")
    if isinstance(inner, Mapping):
        return read_fields(inner) if any(name in inner for name in FLAT_M3_PER_UNIT) else _NONE
    for name, read in _LISTS.items():
        rows = values.get(name)
        if isinstance(rows, list):
            return DecodedReads(
                list(read([row for row in rows if isinstance(row, Mapping)])),
                [*_named_alarms(values), *_reported_alarms(rows)],
                _temperature(values),
                _battery(values),
            )
    return DecodedReads(
        [_flat(values)], _named_alarms(values), _temperature(values), _battery(values)
    )


_NONE = DecodedReads([])


def _day_of_axioma(values: Mapping[str, JSON]) -> DecodedReads:
    """Return the 24 registers of a day frame that the network server's own codec decoded."""
    from dalgu.devices.codecs.mapping import canonical

    return read_fields(canonical("axioma-qalcosonic-w1", values).fields())


def _profile_values(rows: list[Mapping[str, JSON]]) -> Iterator[tuple[datetime | None, float]]:
    """Kamstrup: `{"Type": "Volume", "Value": 7.8, "Unit": "m3", "Timestamp": …}`."""
    for row in rows:
        if row.get("Type") == "Volume":
            yield _instant(row.get("Timestamp")), _cubic_metres(row.get("Value"), row.get("Unit"))


def _meter_bus_records(rows: list[Mapping[str, JSON]]) -> Iterator[tuple[datetime | None, float]]:
    """Sensus: records with `vifType`; a compact profile holds its own list of instants."""
    for row in rows:
        if row.get("vifType") != "VOLUME":
            continue
        for value in row.get("values") or ():
            if isinstance(value, Mapping):
                volume = _cubic_metres(value.get("scaledValue"), row.get("symbol"))
                yield _instant(value.get("timestamp")), volume
        if row.get("scaledValue") is not None and not _has_profile(rows):
            yield None, _cubic_metres(row.get("scaledValue"), row.get("symbol"))


def _has_profile(rows: list[Mapping[str, JSON]]) -> bool:
    return any(row.get("isCompactProfile") is True and row.get("values") for row in rows)


def _data_records(rows: list[Mapping[str, JSON]]) -> Iterator[tuple[datetime | None, float]]:
    """Acrios: `{"storage": 0, "unit": "l", "value": 1}`; other storages are of another day."""
    for row in rows:
        present = row.get("storage") == 0 and row.get("func") == "Instantaneous"
        if present and str(row.get("unit")).lower() in M3_PER_UNIT:
            yield None, _cubic_metres(row.get("value"), row.get("unit"))


_LISTS = {"values": _profile_values, "records": _meter_bus_records, "data": _data_records}


def _flat(values: Mapping[str, JSON]) -> tuple[datetime | None, float]:
    if any(name in values for name in HEAT):
        raise DecodedFieldsUnusable("are those of a heat meter")
    at = _instant(values.get("timestamp_unix"))
    for name, m3 in FLAT_M3_PER_UNIT.items():
        if name in values:
            return at, _checked(values[name], m3)
    for name in UNITLESS:
        if name in values:
            unit = values.get("unit") or values.get("volume_unit") or values.get("volumeUnit")
            if unit is None:
                raise DecodedFieldsUnusable(f"give '{name}' without a unit")
            return at, _cubic_metres(values[name], unit)
    raise DecodedFieldsUnusable("have no register under a known name")


def _cubic_metres(value: JSON, unit: JSON) -> float:
    m3 = M3_PER_UNIT.get(str(unit).lower())
    if m3 is None:
        raise DecodedFieldsUnusable(f"have a volume in unit '{str(unit)[:20]}'")
    return _checked(value, m3)


def _checked(value: JSON, m3_per_unit: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DecodedFieldsUnusable("have a register that is not a number")
    volume_m3 = value * m3_per_unit
    if not 0 <= volume_m3 <= MAX_VOLUME_M3 or not math.isfinite(volume_m3):
        raise DecodedFieldsUnusable("have a register outside 0 to 1,000,000,000 m³")
    return round(volume_m3, 6)  # 0.3 m³ arrives as 0.30000000000000004 from some codecs


def _instant(value: JSON) -> datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        at = datetime.fromisoformat(str(value))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise DecodedFieldsUnusable(f"have the instant '{str(value)[:40]}'") from None


def _named_alarms(values: Mapping[str, JSON]) -> list[Alarm]:
    listed = values.get("alarms")
    named = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
    return _known([*named, *(name for name, is_set in values.items() if is_set is True)])


def _reported_alarms(rows: list[JSON]) -> list[Alarm]:
    raised = (row for row in rows if isinstance(row, Mapping) and row.get("Value") is True)
    return _known(str(row.get("Type")) for row in raised)


def _known(names: Iterable[str]) -> list[Alarm]:
    found = (ALARMS.get(re.sub(r"[^a-z]", "", name.lower())) for name in names)
    return [alarm for alarm in found if alarm is not None]


def _battery(values: Mapping[str, JSON]) -> float | None:
    value = values.get("battery_pct")
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 100 else None


def _temperature(values: Mapping[str, JSON]) -> float | None:
    for name in TEMPERATURES:
        value = values.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
    return None
