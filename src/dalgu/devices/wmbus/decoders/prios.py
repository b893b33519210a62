"""PRIOS: the radio of Diehl (Hydrometer, Sappel) IZAR water meters.

A key stream covers all behind the first four bytes. Its generator, the published default keys,
and the layout of alarms, battery and interval are those of E. Martin, "Reading my IZAR WMBus
PRIOS hot water smart meter", zewaren.net/wmbus-izar-meter.html (2020), after J. Tomasiak; the
number on the meter's face is reconstructed from three published telegrams of Sappel meters.
"""

from collections.abc import Iterable

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
_NEED_BYTES = 15
_SAPPEL = "SAP"
_NUMBERS_A_YEAR = 1_000_000
_YEARS = 100
_LITRES = 1_000
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
    if len(data) < _NEED_BYTES:
        raise DecoderLayoutBroken(telegram.device, f"has {len(data)} bytes and needs 15")
    head, plain = data[:_HEAD_BYTES], _open(telegram)
    day = read_time(plain[9:11])
    found: dict[str, JSON] = {
        "total_m3": int.from_bytes(plain[1:5], "little") / _LITRES,
        "target_m3": int.from_bytes(plain[5:9], "little") / _LITRES,
        "target_date": None if day is None or isinstance(day, bytes) else day.isoformat(),
        "battery_y": (head[1] & 0x1F) / 2,
        "transmit_period_s": 1 << (head[0] & 0x0F) + 2,
        "status": joined([word for at, bit, word in _ALARMS if head[at] & bit]),
    }
    if telegram.address.manufacturer == _SAPPEL:
        found |= _face(telegram)
    return found


def open_content(content: bytes, sender: bytes, header: bytes) -> bytes:
    """Return records that a Diehl meter covers with the key stream, in the clear.

    Parameters
    ----------
    content
        What stands behind the transport header.
    sender
        The eight address bytes as sent.
    header
        The first four bytes of the transport header, control information first.

    """
    return _exclusive_or(content, _stream(_seed(PUBLISHED_KEYS[1], sender, header), len(content)))


def _open(telegram: Telegram) -> bytes:
    """Return the content in the clear.

    The seed takes in the content type, which a telegram does not keep; but the check byte can
    come from one type only, so that the type found must be one of the four that are sent.
    """
    head, sealed = telegram.proprietary[: _HEAD_BYTES - 1], telegram.proprietary[_HEAD_BYTES:]
    for key in PUBLISHED_KEYS:
        for sender in _senders(telegram):
            for kind in _CONTENT_TYPES:
                seed = _seed(key, sender, bytes((kind,)) + head)
                plain = _exclusive_or(sealed, _stream(seed, len(sealed)))
                if plain[0] == _CHECK:
                    return plain
    raise KeyDoesNotFit(telegram.device)


def _senders(telegram: Telegram) -> Iterable[bytes]:
    """Yield the address bytes, and those of meters that send version and type first."""
    sent = telegram.address.encode()
    yield sent
    yield sent[:2] + sent[6:8] + sent[2:6]


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
    if year >= _YEARS:
        raise DecoderLayoutBroken(telegram.device, f"names the year {year} of manufacture")
    # the first letter stands before the year, the others behind
    first, second, third = (chr(64 + (letters >> shift & 0x1F)) for shift in (10, 5, 0))
    return {
        "prefix": f"{first}{year:02}{second}{third}",
        "serial_number": f"{serial:06}",
        "manufacture_y": f"20{year:02}",
    }
