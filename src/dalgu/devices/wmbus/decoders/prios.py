"""PRIOS: the radio of Diehl (Hydrometer, Sappel) IZAR water meters.

A key stream covers all behind the first four bytes. Its generator, the published default keys,
and the layout of alarms, battery and interval are those of E. Martin, "Reading my IZAR WMBus
PRIOS hot water smart meter", zewaren.net/wmbus-izar-meter.html (2020), after J. Tomasiak; the
number on the meter's face is reconstructed from three published telegrams of Sappel meters.
"""

import re
from datetime import date
from itertools import product

from dalgu.devices.wmbus.address import decode_address
from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON
from dalgu.devices.wmbus.decoders.words import joined
from dalgu.devices.wmbus.errors import KeyDoesNotFit
from dalgu.devices.wmbus.telegram import Telegram
from dalgu.devices.wmbus.values import read_time

PUBLISHED_KEYS = (bytes.fromhex("39bc8a10e66d83f8"), bytes.fromhex("51728910e66d83f8"))
_TAPS = (1, 2, 11, 31)
_WORD = 0xFFFFFFFF
_CHECK = 0x4B  # what the first byte says in the clear
_CONTENT_TYPES = range(0xA0, 0xA4)
_HEAD_BYTES = 4
_NEED_BYTES, _WITH_TARGET_BYTES = 5, 11  # in the clear: the oldest meters send no target
_SAPPEL = "SAP"
_NUMBERS_A_YEAR = 1_000_000
_YEARS = 100
_PREFIX = re.compile("[A-Z][0-9]{2}[A-Z]{2}")
_LITRES = 1_000
_NO_DATES = (b"\x00\x00", b"\xff\xff")
_MOST_LITRES = 1_000_000_000
# (byte of the head, bit, word)
_ALARMS = (
    (1, 0x80, "LEAKAGE"),
    (1, 0x40, "PREV_LEAKAGE"),
    (1, 0x20, "METER_BLOCKED"),
    (2, 0x80, "BACK_FLOW"),
    (2, 0x40, "UNDERFLOW"),
    (2, 0x20, "OVERFLOW"),
    (2, 0x10, "SUBMARINE"),
    (2, 0x08, "SENSOR_FRAUD"),
    (2, 0x04, "PREV_SENSOR_FRAUD"),
    (2, 0x02, "MECHANICAL_FRAUD"),
    (2, 0x01, "PREV_MECHANICAL_FRAUD"),
)


def read(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields of an IZAR meter.

    The register counts litres in all published telegrams, whatever its unit byte says.

    Raises
    ------
    DecoderLayoutBroken, KeyDoesNotFit
        When bytes are missing, or none of the published keys opens the content.

    """
    data = telegram.proprietary
    if len(data) < _HEAD_BYTES + _NEED_BYTES:
        raise DecoderLayoutBroken(telegram.device, f"has {len(data)} bytes and needs 9")
    head, plain = data[:_HEAD_BYTES], _open(telegram)
    found: dict[str, JSON] = {
        "total_m3": int.from_bytes(plain[1:5], "little") / _LITRES,
        "battery_y": (head[1] & 0x1F) / 2,
        "transmit_period_s": 1 << (head[0] & 0x0F) + 2,
        "status": joined([word for at, bit, word in _ALARMS if head[at] & bit]),
    }
    if len(plain) >= _WITH_TARGET_BYTES:
        day = read_time(plain[9:11])
        found["target_m3"] = int.from_bytes(plain[5:9], "little") / _LITRES
        found["target_date"] = day.isoformat() if isinstance(day, date) else None
    if telegram.address.manufacturer == _SAPPEL:
        found |= _face(telegram)
    return found


def _open(telegram: Telegram) -> bytes:
    """Return the content in the clear.

    The seed takes in the content type, which a telegram does not keep; but for one key only
    one type gives the check byte, and it must be one of the four that are sent. A wrong key
    passes that once in 64, and then fails by its registers and its date.
    """
    head, sealed = telegram.proprietary[: _HEAD_BYTES - 1], telegram.proprietary[_HEAD_BYTES:]
    for sender, key, kind in product(_senders(telegram), PUBLISHED_KEYS, _CONTENT_TYPES):
        seed = _seed(key, sender, bytes((kind,)) + head)
        if sealed[0] ^ _stream(seed, 1)[0] == _CHECK:
            plain = _exclusive_or(sealed, _stream(seed, len(sealed)))
            if _is_plausible(plain):
                return plain
    raise KeyDoesNotFit(telegram.device)


def _senders(telegram: Telegram) -> list[bytes]:
    """Return the address bytes as they may have been sent, version and type first or last."""
    usual = telegram.address.encode()
    turned = usual[:2] + usual[6:8] + usual[2:6]
    return [sent for sent in (turned, usual) if decode_address(sent) == telegram.address]


def _is_plausible(plain: bytes) -> bool:
    if int.from_bytes(plain[1:5], "little") >= _MOST_LITRES:
        return False
    if len(plain) < _WITH_TARGET_BYTES:
        return True
    is_date = plain[9:11] in _NO_DATES or read_time(plain[9:11]) is not None
    return is_date and int.from_bytes(plain[5:9], "little") < _MOST_LITRES


def _seed(key: bytes, sender: bytes, header: bytes) -> int:
    words = key + sender + header
    seed = 0
    for at in range(0, len(words), 4):
        seed ^= int.from_bytes(words[at : at + 4], "big")
    return seed


def _stream(state: int, size: int) -> bytes:
    stream = bytearray()
    for _ in range(size):
        for _ in range(8):
            bit = sum(state >> tap for tap in _TAPS) & 1
            state = (state << 1 | bit) & _WORD
        stream.append(state & 0xFF)
    return bytes(stream)


def _exclusive_or(data: bytes, stream: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(data, stream, strict=True))


def _face(telegram: Telegram) -> dict[str, JSON]:
    """Return the number on the face: 29 bits year and number, 15 bits for three letters."""
    number = int(telegram.address.id, 16)
    address = telegram.address
    letters = (address.type_code << 8 | address.version) << 3 | number >> 29
    year, serial = divmod(number & 0x1FFFFFFF, _NUMBERS_A_YEAR)
    first, *others = (chr(64 + (letters >> shift & 0x1F)) for shift in (10, 5, 0))
    prefix = f"{first}{year:02}{''.join(others)}"
    if year >= _YEARS or not _PREFIX.fullmatch(prefix):
        raise DecoderLayoutBroken(telegram.device, f"names the meter '{prefix}{serial:06}'")
    return {
        "prefix": prefix,
        "serial_number": f"{serial:06}",
        "manufacture_y": f"20{year:02}",
    }
