"""Who sends: the manufacturer's three letters, the number on the meter, its version and type."""

from enum import IntEnum
from functools import lru_cache

import msgspec

from dalgu.kernel.errors import InvalidInput


class DeviceType(IntEnum):
    """What a device measures (EN 13757-7:2018, table 13)."""

    OTHER = 0x00
    OIL = 0x01
    ELECTRICITY = 0x02
    GAS = 0x03
    HEAT = 0x04
    STEAM = 0x05
    WARM_WATER = 0x06
    WATER = 0x07
    HEAT_COST_ALLOCATOR = 0x08
    COMPRESSED_AIR = 0x09
    COOLING_OUTLET = 0x0A
    COOLING_INLET = 0x0B
    HEAT_INLET = 0x0C
    HEAT_COOLING = 0x0D
    BUS_COMPONENT = 0x0E
    UNKNOWN = 0x0F
    IRRIGATION_WATER = 0x10
    WATER_DATA_LOGGER = 0x11
    GAS_DATA_LOGGER = 0x12
    GAS_CONVERTER = 0x13
    CALORIFIC_VALUE = 0x14
    HOT_WATER = 0x15
    COLD_WATER = 0x16
    DUAL_WATER = 0x17
    PRESSURE = 0x18
    AD_CONVERTER = 0x19
    SMOKE_DETECTOR = 0x1A
    ROOM_SENSOR = 0x1B
    GAS_DETECTOR = 0x1C
    BREAKER = 0x20
    VALVE = 0x21
    CUSTOMER_UNIT = 0x25
    WASTE_WATER = 0x28
    GARBAGE = 0x29
    COMMUNICATION_CONTROLLER = 0x31
    UNIDIRECTIONAL_REPEATER = 0x32
    BIDIRECTIONAL_REPEATER = 0x33
    RADIO_CONVERTER_SYSTEM_SIDE = 0x36
    RADIO_CONVERTER_METER_SIDE = 0x37

    @classmethod
    def of(cls, code: int) -> "DeviceType":
        """Return the type of a code; `UNKNOWN` for the codes that the standard reserves."""
        return _TYPES.get(code, cls.UNKNOWN)

    @property
    def is_water(self) -> bool:
        """Whether the device measures water of any temperature."""
        return self in _WATER


# Meters of Diehl (Hydrometer, DME) send version and type in front of the number. In every
# published telegram of theirs the type tells: where the standard has it stands none of what
# Diehl makes, meters of gas, heat, cooling and water and their radio modules.
_TURNED = frozenset({"HYD", "DME"})
_MADE = frozenset((0x03, 0x04, 0x06, 0x07, *range(0x0A, 0x0F), 0x15, 0x16, 0x37))
_TYPES = {int(kind): kind for kind in DeviceType}
_WATER = frozenset(
    {
        DeviceType.WARM_WATER,
        DeviceType.WATER,
        DeviceType.HOT_WATER,
        DeviceType.COLD_WATER,
        DeviceType.DUAL_WATER,
        DeviceType.IRRIGATION_WATER,
        DeviceType.WATER_DATA_LOGGER,
        DeviceType.WASTE_WATER,
    }
)


class AddressInvalid(InvalidInput):
    """An address is not three letters and eight digits."""

    slug = "wmbus-address-invalid"
    title = "The wireless M-Bus address is invalid"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"Wireless M-Bus address '{text[:40]}' is invalid; "
            "it must be three capital letters, a point and eight digits, as in KAM.12345678.",
            address=text[:40],
        )


class Address(msgspec.Struct, frozen=True):
    """The address of one device, unique in the world.

    `id` is the number on the meter's face: eight digits; devices that break the standard
    send hexadecimal digits, which are kept in lower case.
    """

    manufacturer: str
    id: str
    version: int
    type_code: int

    @property
    def device(self) -> str:
        """The name of the device in the registry, as in `KAM.12345678`."""
        return f"{self.manufacturer}.{self.id}"

    @property
    def device_type(self) -> DeviceType:
        """What the device measures."""
        return DeviceType.of(self.type_code)

    def encode(self) -> bytes:
        """Return the eight bytes as the link layer sends them: manufacturer first."""
        return _manufacturer_bytes(self.manufacturer) + self.encode_id() + self._tail()

    def encode_long(self) -> bytes:
        """Return the eight bytes as the long transport header sends them: number first."""
        return self.encode_id() + _manufacturer_bytes(self.manufacturer) + self._tail()

    def encode_id(self) -> bytes:
        """Return the four bytes of the number, least significant first."""
        return bytes.fromhex(self.id)[::-1]

    def _tail(self) -> bytes:
        return bytes((self.version, self.type_code))


def address(manufacturer: str, number: str, *, version: int, device_type: int) -> Address:
    """Return a checked address.

    Raises
    ------
    AddressInvalid
        When the manufacturer is not three capital letters or the number not eight digits.

    Examples
    --------
    >>> address("KAM", "12345678", version=27, device_type=DeviceType.COLD_WATER).device
    'KAM.12345678'

    """
    is_letters = len(manufacturer) == 3 and all("A" <= sign <= "Z" for sign in manufacturer)
    if not is_letters or len(number) != 8 or not (number.isascii() and number.isdigit()):
        raise AddressInvalid(f"{manufacturer}.{number}")
    return Address(manufacturer, number, version & 0xFF, int(device_type) & 0xFF)


@lru_cache(maxsize=4096)
def decode_address(data: bytes) -> Address:
    """Read the eight bytes of a link layer address.

    >>> decode_address(bytes.fromhex("2d2c785634120216")).device
    'KAM.12345678'
    """
    letters = _letters(data[0] | data[1] << 8)
    if letters in _TURNED and data[7] not in _MADE and data[3] in _MADE:
        return Address(letters, data[7:3:-1].hex(), data[2], data[3])
    return Address(letters, data[5:1:-1].hex(), data[6], data[7])


def decode_long_address(data: bytes) -> Address:
    """Read the eight bytes of a long transport header: number, manufacturer, version, type."""
    return decode_address(data[4:6] + data[0:4] + data[6:8])


def _letters(code: int) -> str:
    # EN 13757-7:2018, 7.5.2: three times five bits, A = 1. Bit 15 marks an address that is
    # unique only within a system; it is no part of the letters, so it is kept as a sign.
    letters = "".join(chr(64 + (code >> shift & 0x1F)) for shift in (10, 5, 0))
    return letters.lower() if code & 0x8000 else letters


def _manufacturer_bytes(letters: str) -> bytes:
    code = 0x8000 if letters.upper() != letters else 0
    for sign, shift in zip(letters.upper(), (10, 5, 0), strict=True):
        code |= (ord(sign) - 64 & 0x1F) << shift
    return code.to_bytes(2, "little")
