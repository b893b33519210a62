"""The headers between link layer and records: extended link, authentication, transport.

EN 13757-4 (extended link layer), EN 13757-7 (authentication and transport layer).
"""

import msgspec

from dalgu.devices.wmbus.address import Address, decode_long_address
from dalgu.devices.wmbus.errors import LayerUnknown, TelegramIncomplete, TelegramTooShort

_ELL_BYTES = {0x8C: 3, 0x8D: 9, 0x8E: 11, 0x8F: 17}  # with the CI itself
_ELL_WITH_SESSION = (0x8D, 0x8F)
_AFL = 0x90
_SHORT_HEADER_BYTES = 5  # CI, access number, status, configuration 2
_LONG_HEADER_BYTES = 13
FULL, COMPACT, FORMAT, EMPTY, PROPRIETARY = "full", "compact", "format", "empty", "proprietary"
# control information -> (bytes of the transport header, content): EN 13757-7:2018, table 2
_TRANSPORT = {
    0x78: (1, FULL),
    0x7A: (_SHORT_HEADER_BYTES, FULL),
    0x72: (_LONG_HEADER_BYTES, FULL),
    0x79: (1, COMPACT),
    0x7B: (_SHORT_HEADER_BYTES, COMPACT),
    0x73: (_LONG_HEADER_BYTES, COMPACT),
    0x69: (1, FORMAT),
    0x6A: (_SHORT_HEADER_BYTES, FORMAT),
    0x6B: (_LONG_HEADER_BYTES, FORMAT),
    0x8A: (_SHORT_HEADER_BYTES, EMPTY),
    0x8B: (_LONG_HEADER_BYTES, EMPTY),
} | dict.fromkeys(range(0xA0, 0xB8), (1, PROPRIETARY))


class ExtendedLink(msgspec.Struct, frozen=True):
    """The extended link layer; `session` (with encryption bits) only where it is encrypted."""

    control: int
    access_number: int
    session: bytes = b""

    @property
    def is_encrypted(self) -> bool:
        """Whether the session number announces AES-CTR (its top three bits are 1)."""
        return bool(self.session) and self.session[3] >> 5 == 1


class Authentication(msgspec.Struct, frozen=True):
    """The authentication and fragmentation layer of an unfragmented message."""

    control: bytes = b""
    message_counter: bytes = b""
    mac: bytes = b""
    message_length: bytes = b""


class Transport(msgspec.Struct, frozen=True):
    """The transport header; the address only of a long one, the rest absent without a header."""

    ci: int
    content: str
    address: Address | None = None
    access_number: int | None = None
    status: int | None = None
    configuration: int = 0
    extension: int = 0

    @property
    def mode(self) -> int:
        """Security mode, 0-31."""
        return self.configuration >> 8 & 0x1F

    @property
    def encrypted_blocks(self) -> int:
        """How many blocks of 16 bytes are encrypted (modes 5 and 7)."""
        return self.configuration >> 4 & 0x0F


def read_extended_link(payload: bytes, device: str | None) -> tuple[ExtendedLink | None, bytes]:
    """Split the extended link layer off; what follows may still be encrypted.

    Raises
    ------
    TelegramTooShort
        When the layer is not whole.

    """
    size = _ELL_BYTES.get(payload[0]) if payload else None
    if size is None:
        return None, payload
    has_session = payload[0] in _ELL_WITH_SESSION
    # The checksum of the payload belongs to what is encrypted, so it stays with the rest.
    size -= 2 if has_session else 0
    _require(payload, size, "extended link layer", device)
    session = payload[size - 4 : size] if has_session else b""
    return ExtendedLink(payload[1], payload[2], session), payload[size:]


def read_authentication(payload: bytes, device: str | None) -> tuple[Authentication | None, bytes]:
    """Split the authentication and fragmentation layer off.

    Raises
    ------
    TelegramTooShort, TelegramIncomplete
        When the layer is not whole, or the telegram is one fragment of several.

    """
    if payload[:1] != bytes((_AFL,)):
        return None, payload
    _require(payload, 4, "authentication layer", device)
    end = 2 + payload[1]
    _require(payload, end, "authentication layer", device)
    flags = int.from_bytes(payload[2:4], "little")
    # EN 13757-7:2018, 6.3.2: 14 more fragments, 13 control, 12 length, 11 counter, 10 mac, 9 key
    if flags & 0x4000:
        raise TelegramIncomplete(flags & 0xFF, device)
    sizes = (1 if flags & 0x2000 else 0, 2 if flags & 0x0200 else 0, 4 if flags & 0x0800 else 0)
    at, parts = 4, []
    for size in sizes:
        parts.append(payload[at : at + size])
        at += size
    length_at = end - (2 if flags & 0x1000 else 0)
    if at > length_at:
        raise TelegramTooShort("authentication layer", got=end, need=end + at - length_at)
    control, _, counter = parts
    layer = Authentication(control, counter, payload[at:length_at], payload[length_at:end])
    return layer, payload[end:]


def read_transport(payload: bytes, device: str | None) -> tuple[Transport, bytes]:
    """Split the transport header off; what follows may still be encrypted.

    Raises
    ------
    TelegramTooShort, LayerUnknown
        When the header is not whole or its control information has no description.

    """
    _require(payload, 1, "transport layer", device)
    ci = payload[0]
    if ci not in _TRANSPORT:
        raise LayerUnknown(ci, device)
    size, content = _TRANSPORT[ci]
    _require(payload, size, "transport header", device)
    if size == 1:
        return Transport(ci, content), payload[1:]
    address = decode_long_address(payload[1:9]) if size == _LONG_HEADER_BYTES else None
    access, status, low, high = payload[size - 4 : size]
    extension = 0
    if high & 0x1F == 7:
        # EN 13757-7:2018, 7.6.5: mode 7 has one more byte, and a key version if bit 7 says so
        _require(payload, size + 1, "transport header", device)
        extension = payload[size]
        size += 2 if extension & 0x80 else 1
    header = Transport(ci, content, address, access, status, low | high << 8, extension)
    return header, payload[size:]


def _require(payload: bytes, size: int, part: str, device: str | None) -> None:
    if len(payload) < size:
        raise TelegramTooShort(part, got=len(payload), need=size, device=device)
