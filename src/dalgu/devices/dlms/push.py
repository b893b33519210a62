"""A push from its bytes: wrapper, ciphering, notification, and the values it lists by OBIS code.

IEC 62056-5-3 (xDLMS APDUs), 62056-4-7 (wrapper), 62056-6-1 (OBIS); DLMS UA Green Book, 9.2
(ciphering).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dalgu.devices.dlms.axdr import Data, read_data
from dalgu.devices.dlms.clock import CLOCK_BYTES, read_clock
from dalgu.devices.dlms.errors import (
    DlmsKeyRequired,
    DlmsKeyWrong,
    DlmsPushInvalid,
    DlmsSecurityUnknown,
)

WRAPPER_BYTES = 8
WRAPPER_VERSION = b"\x00\x01"
NOTIFICATION, GENERAL_CIPHER = 0x0F, 0xDB
ENCRYPTED_ONLY = frozenset((0x20, 0x21))
SYSTEM_TITLE_BYTES = 8
OBIS_BYTES = 6
MOST_BYTES = 65_536
LARGEST_SCALER = 12  # of ten: beyond it no register counts
CLOCK_OBIS = "0-0:1.0.0.255"
NAME_OBIS = ("0-0:42.0.0.255", "0-0:96.1.0.255", "8-0:0.0.0.255", "9-0:0.0.0.255")


@dataclass(frozen=True, slots=True)
class PushedValue:
    """One value of a push: its OBIS code, and scaler and unit where the meter gave them."""

    obis: str
    value: float | str | bytes
    scaler: int | None = None
    unit: int | None = None  # of the DLMS table of units: 13 is m³, 19 litres


@dataclass(frozen=True, slots=True)
class Push:
    """All that one notification says; `at` is its clock, or that of the list."""

    at: datetime | None
    values: tuple[PushedValue, ...]

    def first(self, *codes: str) -> PushedValue | None:
        """Return the first value under one of these OBIS codes."""
        return next((value for value in self.values if value.obis in codes), None)


def sender(body: bytes) -> str | None:
    """Return who speaks as far as can be seen without a key: the system title, or a name.

    >>> sender(bytes.fromhex("DB 08 4B464D1020000123 00"))
    '4b464d1020000123'
    """
    apdu = _unwrapped(body)
    if apdu[:1] == bytes((GENERAL_CIPHER,)):
        size = apdu[1] if len(apdu) > 1 else 0
        title = apdu[2 : 2 + size]
        return title.hex() if len(title) == SYSTEM_TITLE_BYTES else None
    named = read_push(apdu).first(*NAME_OBIS)
    if named is None:
        return None
    name = named.value
    text = name.decode("ascii", "replace") if isinstance(name, bytes) else str(name)
    return text.strip() if text.strip().isalnum() else None


def read_push(body: bytes, key: bytes | None = None) -> Push:
    """Return the values of a push.

    Parameters
    ----------
    body
        An APDU, with or without the wrapper of IEC 62056-4-7.
    key
        The meter's global unicast encryption key, 16 bytes, where the push is ciphered.

    Raises
    ------
    DlmsPushInvalid, DlmsKeyRequired, DlmsKeyWrong, DlmsSecurityUnknown
        When the bytes cannot be read, or their protection not taken off.
    """
    if len(body) > MOST_BYTES:
        raise DlmsPushInvalid(f"it has {len(body)} bytes; at most {MOST_BYTES} are read")
    apdu = _unwrapped(body)
    if apdu[:1] == bytes((GENERAL_CIPHER,)):
        apdu = _opened(apdu, key)
    if apdu[:1] != bytes((NOTIFICATION,)):
        raise DlmsPushInvalid("it is no data notification (tag 0x0F)")
    at, data = _notification(apdu)
    values = tuple(_values(data))
    clock = next((v.value for v in values if v.obis == CLOCK_OBIS), None)
    return Push(read_clock(clock) if isinstance(clock, bytes) else at, values)


def _unwrapped(body: bytes) -> bytes:
    if body[:2] != WRAPPER_VERSION:
        return body
    length = int.from_bytes(body[6:WRAPPER_BYTES], "big")
    if len(body) - WRAPPER_BYTES != length:
        raise DlmsPushInvalid(f"its wrapper promises {length} bytes and another number follows")
    return body[WRAPPER_BYTES:]


def _opened(apdu: bytes, key: bytes | None) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    title, control, counter, sealed = _ciphered(apdu)
    if control not in ENCRYPTED_ONLY:
        raise DlmsSecurityUnknown(title.hex(), control)
    if key is None:
        raise DlmsKeyRequired(title.hex())
    # GCM without a tag is counter mode whose first block is number two (NIST SP 800-38D, 7.1).
    start = title + counter + (2).to_bytes(4, "big")
    plain = Cipher(algorithms.AES(key), modes.CTR(start)).decryptor().update(sealed)
    if plain[:1] != bytes((NOTIFICATION,)):
        raise DlmsKeyWrong(title.hex())
    return plain


def _ciphered(apdu: bytes) -> tuple[bytes, int, bytes, bytes]:
    """Return system title, security control, invocation counter and sealed bytes."""
    title_bytes = apdu[1] if len(apdu) > 1 else 0
    place = 2 + title_bytes
    title = apdu[2:place]
    if len(title) != SYSTEM_TITLE_BYTES:
        raise DlmsPushInvalid("its system title has not eight bytes")
    length, place = _length(apdu, place)
    content = apdu[place:]
    if len(content) != length or length < 5:
        raise DlmsPushInvalid("its ciphered content breaks off")
    return title, content[0], content[1:5], content[5:]


def _length(apdu: bytes, place: int) -> tuple[int, int]:
    """Return a length in A-XDR and the place after it."""
    head = apdu[place] if place < len(apdu) else 0
    if head < 0x80:
        return head, place + 1
    size = head & 0x7F
    return int.from_bytes(apdu[place + 1 : place + 1 + size], "big"), place + 1 + size


def _notification(apdu: bytes) -> tuple[datetime | None, Data]:
    """Return date-time and data (IEC 62056-5-3, data-notification)."""
    if len(apdu) < 7:
        raise DlmsPushInvalid("it breaks off within its head")
    clock_bytes = apdu[5]
    clock, data = apdu[6 : 6 + clock_bytes], apdu[6 + clock_bytes :]
    return (read_clock(clock) if len(clock) == CLOCK_BYTES else None), read_data(data)


def _values(data: Data) -> Iterator[PushedValue]:
    """Yield the values of a list that names each by its OBIS code, nested or side by side."""
    if not isinstance(data, list):
        return
    place = 0
    while place < len(data):
        code = _obis(data[place])
        if code is None or place + 1 >= len(data):
            yield from _values(data[place])
            place += 1
            continue
        value, scaled = data[place + 1], _scaler_unit(data[place + 2 : place + 3])
        if isinstance(value, list):
            yield from _values(value)
        elif value is not None:
            yield PushedValue(code, value, *(scaled or (None, None)))
        place += 2 + (scaled is not None)


def _obis(item: Data) -> str | None:
    if not isinstance(item, bytes) or len(item) != OBIS_BYTES:
        return None
    a, b, c, d, e, f = item
    return f"{a}-{b}:{c}.{d}.{e}.{f}"


def _scaler_unit(rest: list[Data]) -> tuple[int, int] | None:
    if not rest or not isinstance(rest[0], list) or len(rest[0]) != 2:
        return None
    scaler, unit = rest[0]
    if not isinstance(scaler, int) or not isinstance(unit, int):
        return None
    return (scaler, unit) if abs(scaler) <= LARGEST_SCALER else None
