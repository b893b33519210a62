"""The one table of units: UN/CEFACT Recommendation 20 codes, as NGSI-LD's `unitCode` wants them."""

from dataclasses import dataclass

from dalgu.kernel.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure: its common code, the sign people read, and what it measures."""

    code: str
    symbol: str
    quantity: str


UNITS: dict[str, Unit] = {
    unit.code: unit
    for unit in (
        Unit("C62", "", "count"),
        Unit("P1", "%", "ratio"),
        Unit("MTQ", "m³", "volume"),
        Unit("MQH", "m³/h", "volume flow"),
        Unit("LTR", "L", "volume"),
        Unit("CEL", "°C", "temperature"),
        Unit("MTR", "m", "length"),
        Unit("MMT", "mm", "length"),
        Unit("DD", "°", "angle"),
        Unit("MTK", "m²", "area"),
        Unit("KMK", "km²", "area"),
        Unit("SEC", "s", "time"),
        Unit("MIN", "min", "time"),
        Unit("HUR", "h", "time"),
        Unit("DAY", "d", "time"),
        Unit("KMH", "km/h", "speed"),
        Unit("MSK", "m/s²", "acceleration"),
        Unit("E34", "veh/h", "vehicle flow"),
        Unit("VLT", "V", "voltage"),
        Unit("2N", "dB", "level"),
        Unit("DBM", "dBm", "power level"),
        Unit("KRW", "₩", "money"),
    )
}


class UnitUnknown(InvalidInput):
    """The unit code is not in the table."""

    slug = "unit-unknown"
    title = "The unit is unknown"

    def __init__(self, code: str) -> None:
        super().__init__(
            f"Unit code '{code}' does not exist in the table of units. "
            "Use a UN/CEFACT Recommendation 20 code listed in dalgu/kernel/units.py.",
            code=code,
        )


def unit(code: str) -> Unit:
    """Return the unit of a UN/CEFACT code.

    Raises
    ------
    UnitUnknown
        When the table has no such code.

    Examples
    --------
    >>> unit("MTQ").symbol
    'm³'

    """
    try:
        return UNITS[code]
    except KeyError:
        raise UnitUnknown(code) from None
