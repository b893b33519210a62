"""Compact frames: values without their headers, which an earlier full frame has shown.

EN 13757-3:2018, annex G. A format is the headers of a full frame in their order; its
signature is the checksum of these bytes. A second checksum, over the whole full frame, would
prove the frame that is put together again; but meters are known to send the one of their last
full frame with newer values, so values are taken when they fit the format to the byte.
"""

from collections import OrderedDict
from functools import cache, lru_cache

from dalgu.devices.wmbus.crc import crc16
from dalgu.devices.wmbus.errors import CrcWrong, FormatUnknown, RecordBroken, TelegramTooShort
from dalgu.devices.wmbus.records import Content, Record
from dalgu.devices.wmbus.values import SIZES, variable_size

_FILLER = b"\x2f"
_PREFIX_BYTES = 4  # format signature, checksum of the full frame

Format = tuple[bytes, ...]

# Formats of meters that send no full frame by radio. Each signature of 16 bits and the
# checksum of a published telegram prove the headers (tests/devices/wmbus/test_compact.py).
_MONTHS = tuple(
    bytes.fromhex(text)
    for storage in range(1, 9)
    for text in (f"84{storage:02x}13", f"c4{storage:02x}13")
)
PUBLISHED: tuple[Format, ...] = (
    # Engelmann water meter: due date, its volume, flags, 15 months, clock, volume
    (b"\x42\x6c", b"\x44\x13", b"\x01\xfd\x17", *_MONTHS[:15], b"\x04\x6d", b"\x04\x13"),
    # Kamstrup flowIQ: info code, volume, its value and date of the last month with the highest
    # flow and the lowest and highest temperatures, air temperature, bursts
    (
        b"\x02\xff\x20",
        b"\x04\x13",
        b"\x44\x13",
        b"\x42\x6c",
        b"\x52\x3b",
        b"\x61\x5b",
        b"\x61\x67",
        b"\x51\x67",
        b"\x81\x01\xe7\xff\x0f",
        b"\x06\xff\x1b",
    ),
)


@cache
def _published() -> "Formats":
    return Formats()


class Formats:
    """Formats heard so far, the longest unused forgotten first.

    One instance serves all meters of a receiver: a signature means the same for every meter.
    """

    def __init__(self, limit: int = 1024) -> None:
        self._limit = limit
        self._formats: OrderedDict[int, Format] = OrderedDict()
        for headers in PUBLISHED:
            self.add(headers)

    def __len__(self) -> int:
        return len(self._formats)

    def learn(self, content: Content) -> None:
        """Remember the format of a full frame."""
        headers = tuple(record.header for record in content.records)
        if not headers or content.proprietary:
            return
        self.add(headers)

    def add(self, headers: Format) -> None:
        """Remember a format by its headers."""
        signature = signature_of(headers)
        self._formats[signature] = headers
        self._formats.move_to_end(signature)
        while len(self._formats) > self._limit:
            self._formats.popitem(last=False)

    def find(self, signature: int) -> Format | None:
        """Return the format of a signature, if a full frame has shown it."""
        headers = self._formats.get(signature)
        if headers is not None:
            self._formats.move_to_end(signature)
        return headers


@lru_cache(maxsize=4096)
def signature_of(headers: Format) -> int:
    """Return the signature of a format; meters repeat theirs, so that it is remembered."""
    return crc16(b"".join(headers))


def expand(body: bytes, formats: Formats | None, device: str | None) -> bytes:
    """Return the full frame of a compact one.

    Raises
    ------
    FormatUnknown
        When no full frame of this format was heard.
    RecordBroken, CrcWrong, TelegramTooShort
        When the values do not fit the format.

    """
    if len(body) < _PREFIX_BYTES:
        raise TelegramTooShort("compact frame", got=len(body), need=_PREFIX_BYTES, device=device)
    signature = int.from_bytes(body[:2], "little")
    headers = (formats or _published()).find(signature)
    if headers is None:
        raise FormatUnknown(signature, device)
    full, rest = _interleave(headers, body[_PREFIX_BYTES:], device)
    is_proven = crc16(full) == int.from_bytes(body[2:_PREFIX_BYTES], "little")
    if not is_proven and rest.strip(_FILLER):
        raise CrcWrong("compact frame", device)
    return full


def compact(records: tuple[Record, ...]) -> bytes:
    """Return the compact frame of some records: signature, checksum, values.

    >>> from dalgu.devices.wmbus.records import read_records
    >>> full = bytes.fromhex("02ff2071000413081900004413081900006 15b7f616713".replace(" ", ""))
    >>> compact(read_records(full).records)[:4].hex()
    'eda86ab6'
    """
    headers = b"".join(record.header for record in records)
    full = b"".join(record.header + record.data for record in records)
    values = b"".join(record.data for record in records)
    return crc16(headers).to_bytes(2, "little") + crc16(full).to_bytes(2, "little") + values


def _interleave(headers: Format, values: bytes, device: str | None) -> tuple[bytes, bytes]:
    parts: list[bytes] = []
    at = 0
    for header in headers:
        size = SIZES[header[0] & 0x0F]
        if size is None:
            length = variable_size(values[at]) if at < len(values) else None
            if length is None:
                raise RecordBroken("has no valid length", at, device)
            size = 1 + length
        if at + size > len(values):
            raise RecordBroken("runs past the end", at, device)
        parts += (header, values[at : at + size])
        at += size
    return b"".join(parts), values[at:]
