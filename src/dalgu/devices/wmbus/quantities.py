"""What a value means: the value information tables of EN 13757-3:2018, chapter 6.4.

Units are turned into SI on reading, with UN/CEFACT Recommendation 20 codes. A scale is kept
as two integers, so that a register of 5548 litres becomes the float nearest to 5.548 m³.
"""

from enum import StrEnum
from math import gcd

import msgspec


class Quantity(StrEnum):
    """What a record measures or names."""

    ENERGY = "energy"
    REACTIVE_ENERGY = "reactive energy"
    APPARENT_ENERGY = "apparent energy"
    VOLUME = "volume"
    MASS = "mass"
    ON_TIME = "on time"
    OPERATING_TIME = "operating time"
    POWER = "power"
    REACTIVE_POWER = "reactive power"
    APPARENT_POWER = "apparent power"
    VOLUME_FLOW = "volume flow"
    MASS_FLOW = "mass flow"
    FLOW_TEMPERATURE = "flow temperature"
    RETURN_TEMPERATURE = "return temperature"
    TEMPERATURE_DIFFERENCE = "temperature difference"
    EXTERNAL_TEMPERATURE = "external temperature"
    TEMPERATURE_LIMIT = "temperature limit"
    PRESSURE = "pressure"
    RELATIVE_HUMIDITY = "relative humidity"
    DATE = "date"
    DATE_TIME = "date and time"
    HEAT_COST = "heat cost units"
    AVERAGING_TIME = "averaging time"
    ACTUALITY_TIME = "actuality time"
    FABRICATION_NUMBER = "fabrication number"
    IDENTIFICATION = "identification"
    BUS_ADDRESS = "bus address"
    CREDIT = "credit"
    DEBIT = "debit"
    ACCESS_NUMBER = "access number"
    DEVICE_TYPE = "device type"
    MANUFACTURER = "manufacturer"
    PARAMETER_SET = "parameter set"
    MODEL = "model"
    HARDWARE_VERSION = "hardware version"
    FIRMWARE_VERSION = "firmware version"
    SOFTWARE_VERSION = "software version"
    CUSTOMER_LOCATION = "customer location"
    CUSTOMER = "customer"
    ERROR_FLAGS = "error flags"
    ERROR_MASK = "error mask"
    DIGITAL_OUTPUT = "digital output"
    DIGITAL_INPUT = "digital input"
    STORAGE_INTERVAL = "storage interval"
    TIME_SINCE_READOUT = "time since readout"
    TARIFF_TIME = "tariff time"
    DIMENSIONLESS = "dimensionless"
    TRANSMISSION_PERIOD = "transmission period"
    VOLTAGE = "voltage"
    CURRENT = "current"
    FREQUENCY = "frequency"
    PHASE = "phase"
    RESET_COUNT = "reset count"
    CUMULATION_COUNT = "cumulation count"
    CONTROL_SIGNAL = "control signal"
    BATTERY_TIME = "battery operating time"
    BATTERY_CHANGE = "battery change"
    BATTERY_REMAINING = "remaining battery life"
    SIGNAL_LEVEL = "signal level"
    STOP_COUNT = "stop count"
    PROPRIETARY = "proprietary"
    NAMED = "named by the meter"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """How the bytes of a value are to be taken."""

    NUMBER = "number"
    UNSIGNED = "unsigned"
    DIGITS = "digits"
    TIME = "time"
    RAW = "raw"


class Meaning(msgspec.Struct, frozen=True):
    """Quantity, unit and scale of a value: `value = raw * factor / divisor`."""

    quantity: Quantity
    unit: str = ""
    factor: int = 1
    divisor: int = 1
    kind: Kind = Kind.NUMBER

    def scaled(self, exponent: int) -> "Meaning":
        """Return the meaning with the scale multiplied by a power of ten."""
        factor, divisor = self.factor, self.divisor
        if exponent >= 0:
            factor *= 10**exponent
        else:
            divisor *= 10**-exponent
        common = gcd(factor, divisor)
        return Meaning(self.quantity, self.unit, factor // common, divisor // common, self.kind)


UNKNOWN = Meaning(Quantity.UNKNOWN)
PROPRIETARY = Meaning(Quantity.PROPRIETARY)
Table = dict[int, Meaning]
_SECONDS = (1, 60, 3_600, 86_400)  # the two low bits of a duration: s, min, h, d
JOULES_PER_CALORIE_MILLI = 4_186_800  # MCal in J; international table calorie, ISO 31-4
GALLON = Meaning(Quantity.VOLUME, "MTQ", 3_785_411_784, 10**12)  # US gallon, NIST SP 811
CUBIC_FOOT = Meaning(Quantity.VOLUME, "MTQ", 28_316_846_592, 10**12)  # NIST SP 811
_Q = Quantity


def _row(first: int, count: int, base: Meaning, exponent: int) -> Table:
    """Return codes in a row, each ten times the one before, the first at a power of ten."""
    return {first + n: base.scaled(n + exponent) for n in range(count)}


def _durations(first: int, quantity: Quantity, units: tuple[int, ...] = _SECONDS) -> Table:
    return {first + n: Meaning(quantity, "SEC", seconds) for n, seconds in enumerate(units)}


def _plain(kind: Kind, rows: dict[int, Quantity]) -> Table:
    return {code: Meaning(quantity, kind=kind) for code, quantity in rows.items()}


# EN 13757-3:2018, table 10
PRIMARY: Table = {
    **_row(0x00, 8, Meaning(_Q.ENERGY, "JOU", 3_600), -3),
    **_row(0x08, 8, Meaning(_Q.ENERGY, "JOU"), 0),
    **_row(0x10, 8, Meaning(_Q.VOLUME, "MTQ"), -6),
    **_row(0x18, 8, Meaning(_Q.MASS, "KGM"), -3),
    **_durations(0x20, _Q.ON_TIME),
    **_durations(0x24, _Q.OPERATING_TIME),
    **_row(0x28, 8, Meaning(_Q.POWER, "WTT"), -3),
    **{0x30 + n: Meaning(_Q.POWER, "WTT", 10**n, 3_600) for n in range(8)},
    **_row(0x38, 8, Meaning(_Q.VOLUME_FLOW, "MQH"), -6),
    **_row(0x40, 8, Meaning(_Q.VOLUME_FLOW, "MQH", 60), -7),
    **_row(0x48, 8, Meaning(_Q.VOLUME_FLOW, "MQH", 3_600), -9),
    **_row(0x50, 8, Meaning(_Q.MASS_FLOW, "E93"), -3),
    **_row(0x58, 4, Meaning(_Q.FLOW_TEMPERATURE, "CEL"), -3),
    **_row(0x5C, 4, Meaning(_Q.RETURN_TEMPERATURE, "CEL"), -3),
    **_row(0x60, 4, Meaning(_Q.TEMPERATURE_DIFFERENCE, "KEL"), -3),
    **_row(0x64, 4, Meaning(_Q.EXTERNAL_TEMPERATURE, "CEL"), -3),
    **_row(0x68, 4, Meaning(_Q.PRESSURE, "PAL", 100_000), -3),
    **_plain(Kind.TIME, {0x6C: _Q.DATE, 0x6D: _Q.DATE_TIME}),
    0x6E: Meaning(_Q.HEAT_COST, "C62"),
    **_durations(0x70, _Q.AVERAGING_TIME),
    **_durations(0x74, _Q.ACTUALITY_TIME),
    **_plain(Kind.DIGITS, {0x78: _Q.FABRICATION_NUMBER, 0x79: _Q.IDENTIFICATION}),
    **_plain(Kind.UNSIGNED, {0x7A: _Q.BUS_ADDRESS}),
    0x7C: Meaning(_Q.NAMED),
    0x7F: PROPRIETARY,
}

# EN 13757-3:2018, table 12 (behind 0xFD)
MAIN_EXTENSION: Table = {
    **_row(0x00, 4, Meaning(_Q.CREDIT, ""), -3),
    **_row(0x04, 4, Meaning(_Q.DEBIT, ""), -3),
    **_plain(
        Kind.UNSIGNED,
        {
            0x08: _Q.ACCESS_NUMBER,
            0x09: _Q.DEVICE_TYPE,
            0x0A: _Q.MANUFACTURER,
            0x0B: _Q.PARAMETER_SET,
            0x0C: _Q.MODEL,
            0x0D: _Q.HARDWARE_VERSION,
            0x0E: _Q.FIRMWARE_VERSION,
            0x0F: _Q.SOFTWARE_VERSION,
            0x10: _Q.CUSTOMER_LOCATION,
            0x11: _Q.CUSTOMER,
            0x17: _Q.ERROR_FLAGS,
            0x18: _Q.ERROR_MASK,
            0x1A: _Q.DIGITAL_OUTPUT,
            0x1B: _Q.DIGITAL_INPUT,
            0x60: _Q.RESET_COUNT,
            0x61: _Q.CUMULATION_COUNT,
            0x62: _Q.CONTROL_SIGNAL,
            0x75: _Q.STOP_COUNT,
        },
    ),
    **_durations(0x24, _Q.STORAGE_INTERVAL),
    0x28: Meaning(_Q.STORAGE_INTERVAL, "MON"),
    0x29: Meaning(_Q.STORAGE_INTERVAL, "ANN"),
    **_durations(0x2C, _Q.TIME_SINCE_READOUT),
    **_durations(0x31, _Q.TARIFF_TIME, _SECONDS[1:]),
    **_durations(0x34, _Q.TARIFF_TIME),
    0x3A: Meaning(_Q.DIMENSIONLESS),
    **_durations(0x3C, _Q.TRANSMISSION_PERIOD),
    **_row(0x40, 16, Meaning(_Q.VOLTAGE, "VLT"), -9),
    **_row(0x50, 16, Meaning(_Q.CURRENT, "AMP"), -12),
    **_durations(0x6C, _Q.BATTERY_TIME, _SECONDS[2:]),
    0x6E: Meaning(_Q.BATTERY_TIME, "MON"),
    0x6F: Meaning(_Q.BATTERY_TIME, "ANN"),
    0x70: Meaning(_Q.BATTERY_CHANGE, kind=Kind.TIME),
    0x71: Meaning(_Q.SIGNAL_LEVEL, "DBM"),
    0x74: Meaning(_Q.BATTERY_REMAINING, "DAY"),
}

# EN 13757-3:2018, table 11 (behind 0xFB)
ALTERNATE_EXTENSION: Table = {
    **_row(0x00, 2, Meaning(_Q.ENERGY, "JOU", 3_600), 5),
    **_row(0x02, 2, Meaning(_Q.REACTIVE_ENERGY, "K3"), 0),
    **_row(0x04, 2, Meaning(_Q.APPARENT_ENERGY, "C79"), 0),
    **_row(0x08, 2, Meaning(_Q.ENERGY, "JOU"), 8),
    **_row(0x0C, 4, Meaning(_Q.ENERGY, "JOU", JOULES_PER_CALORIE_MILLI * 1_000), -1),
    **_row(0x10, 2, Meaning(_Q.VOLUME, "MTQ"), 2),
    **_row(0x14, 4, Meaning(_Q.REACTIVE_POWER, "KVR"), -3),
    **_row(0x18, 2, Meaning(_Q.MASS, "KGM"), 5),
    **_row(0x1A, 2, Meaning(_Q.RELATIVE_HUMIDITY, "P1"), -1),
    0x20: CUBIC_FOOT,
    0x21: CUBIC_FOOT.scaled(-1),
    0x22: GALLON.scaled(-1),
    0x23: GALLON,
    **_row(0x28, 2, Meaning(_Q.POWER, "WTT"), 5),
    **_row(0x2A, 2, Meaning(_Q.PHASE, "DD"), -1),
    **_row(0x2C, 4, Meaning(_Q.FREQUENCY, "HTZ"), -3),
    **{0x30 + n: Meaning(_Q.POWER, "WTT", 10 ** (8 + n), 3_600) for n in range(2)},
    **_row(0x34, 4, Meaning(_Q.APPARENT_POWER, "KVA"), -3),
    **_row(0x74, 4, Meaning(_Q.TEMPERATURE_LIMIT, "CEL"), -3),
}

FORWARD, BACKWARD = "forward", "backward"
UNCORRECTED, AT_BASE = "uncorrected", "at base conditions"
PROFILE = "profile"
# EN 13757-3:2018, tables 15 and 16: what may stand behind a unit and change its sense
MODIFIERS: dict[int, str] = {
    0x12: "average",
    0x13: "inverse profile",
    0x14: "relative deviation",
    0x1E: "profile with registers",
    0x1F: PROFILE,
    0x20: "per second",
    0x21: "per minute",
    0x22: "per hour",
    0x23: "per day",
    0x24: "per week",
    0x25: "per month",
    0x26: "per year",
    0x27: "per revolution",
    0x2C: "per litre",
    0x2D: "per cubic metre",
    0x39: "start of",
    0x3A: UNCORRECTED,
    0x3B: FORWARD,
    0x3C: BACKWARD,
    0x3E: AT_BASE,
    0x3F: "obis",
    0x40: "lower limit",
    0x41: "times below lower limit",
    0x48: "upper limit",
    0x49: "times above upper limit",
    0x68: "while below lower limit",
    0x69: "leakage",
    0x6C: "while above upper limit",
    0x6D: "overflow",
    0x7E: "future",
}
# Behind these the value is a point in time, whatever the unit before says.
TIME_MODIFIERS = frozenset((0x39, *range(0x42, 0x48), *range(0x4A, 0x50), 0x6A, 0x6B, 0x6E, 0x6F))
