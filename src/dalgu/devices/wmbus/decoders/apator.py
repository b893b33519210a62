"""Apator: water meter modules AT-WMBUS-16-2 and NA-1, heat cost allocator E.ITN 30.

The AT-WMBUS-16-2 sends a row of values, each behind one byte that tells what it is and so how
long; reconstructed from nineteen published telegrams of fifteen meters. The NA-1 enciphers
sixteen bytes with AES-CBC; reconstructed from ten published telegrams of two meters, the unit
of its register as its owners describe it (github.com/wmbusmeters/wmbusmeters/issues/1215).
"""

from datetime import UTC, datetime, timedelta

import msgspec

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON, read_layout
from dalgu.devices.wmbus.decoders.table import layouts
from dalgu.devices.wmbus.decoders.words import words_for
from dalgu.devices.wmbus.errors import KeyDoesNotFit, KeyRequired
from dalgu.devices.wmbus.telegram import Telegram

# AT-WMBUS-16-2: bytes behind each kind byte
_HEAD_BYTES = 7  # clock and state of the module
_TOTAL = 0x10
_HISTORY = range(0x70, 0x80)  # one byte, then one register more than the low four bits say
_EVENTS = range(0x80, 0x90)
_SIZES = {_TOTAL: 4, 0x40: 6, 0x41: 2, 0x42: 4, 0x43: 2, 0x44: 3, 0xA0: 4, 0xF0: 4}
_SIZES |= {kind: 1 + 4 * (kind - 0x6F) for kind in _HISTORY} | dict.fromkeys(_EVENTS, 10)
_LITRES = 1_000

# NA-1
_KEY_BYTES, _BLOCK_BYTES = 16, 16
_HEAD_NA1_BYTES = 2  # access number and state, in the clear
_MARKER = 0x2F
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_FRAME_BITS = {"1": "SUMMER_TIME"}
_HISTORIC_BITS = {"8000": "MINIMUM_FLOW"}

_ALLOCATOR = 0xA0  # content type of the values of an E.ITN 30


def read_162(telegram: Telegram) -> dict[str, JSON]:
    """Return the register of an AT-WMBUS-16-2.

    Raises
    ------
    DecoderLayoutBroken
        When no register comes before the bytes end, or a kind of value is unknown.

    """
    data, at = telegram.proprietary, _HEAD_BYTES
    while at < len(data):
        kind = data[at]
        size = _SIZES.get(kind)
        if size is None:
            raise DecoderLayoutBroken(telegram.device, f"has the unknown value 0x{kind:02X}")
        content = data[at + 1 : at + 1 + size]
        if kind == _TOTAL and len(content) == size:
            return {"total_m3": int.from_bytes(content, "little") / _LITRES}
        at += 1 + size
    raise DecoderLayoutBroken(telegram.device, "ends before its register")


def open_na1(telegram: Telegram, key: bytes | None) -> Telegram:
    """Return a telegram of an NA-1 with its content in the clear, ready for `read_na1`.

    Raises
    ------
    KeyRequired, KeyDoesNotFit, DecoderLayoutBroken
        When it does not open.

    """
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    head, sealed = _split_na1(telegram)
    if key is None:
        raise KeyRequired(telegram.device)
    if len(key) != _KEY_BYTES:
        raise KeyDoesNotFit(telegram.device)
    vector = telegram.address.encode() + head[:1] * 8
    plain = Cipher(algorithms.AES(key), modes.CBC(vector)).decryptor().update(sealed)
    if plain[0] != _MARKER:
        raise KeyDoesNotFit(telegram.device)
    return msgspec.structs.replace(telegram, proprietary=head + plain)


def read_na1(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields of an NA-1 that `open_na1` has opened.

    The register is given as sent. Where its low eight bits turn, the meter sends them before
    the carry: the register dips by 256 for one telegram, which validation must expect.

    Raises
    ------
    DecoderLayoutBroken
        When it was not opened, or is damaged.

    """
    head, plain = _split_na1(telegram)
    if plain[0] != _MARKER:
        raise DecoderLayoutBroken(telegram.device, "was not opened with the meter's key")
    unit_l = 10 ** (plain[1] >> 4 & 3)
    total = int.from_bytes(plain[2:5], "little") << 4 | plain[1] & 0x0F
    since = int.from_bytes(plain[11:14], "little") << 2 | plain[10] & 3
    age_h = (plain[10] & 0xFC) << 6 | plain[9]
    clock = _EPOCH + timedelta(seconds=int.from_bytes(plain[5:9], "little"))
    return {
        "total_m3": total * unit_l / _LITRES,
        "historic_m3": (total - since) * unit_l / _LITRES,
        "historic_age_h": age_h,
        "historic_datetime": _minute(clock - timedelta(hours=age_h)),
        "meter_datetime": _minute(clock),
        "frame_status": words_for(head[1], bits=_FRAME_BITS, prefix="UNKNOWN"),
        "current_status": words_for(plain[1] >> 6, prefix="UNKNOWN"),
        "historic_status": words_for(
            int.from_bytes(plain[14:16], "little"), bits=_HISTORIC_BITS, prefix="UNKNOWN"
        ),
    }


def read_eitn(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields of an E.ITN 30; a block of events may stand before its values.

    The seal is broken where the meter has noted the day on which it was.

    Raises
    ------
    DecoderLayoutBroken
        When the values are not there.

    """
    data = telegram.proprietary
    if data and data[1 + data[0] : 2 + data[0]] == bytes((_ALLOCATOR,)):
        data = data[2 + data[0] :]
    found = read_layout(layouts()["apatoreitn"], data, telegram.device)
    found["status"] = "OK" if found["esb_date"] is None else "SEAL_BROKEN"
    return found


def _split_na1(telegram: Telegram) -> tuple[bytes, bytes]:
    data = telegram.proprietary
    if len(data) != _HEAD_NA1_BYTES + _BLOCK_BYTES:
        raise DecoderLayoutBroken(telegram.device, f"has {len(data)} bytes and needs 18")
    return data[:_HEAD_NA1_BYTES], data[_HEAD_NA1_BYTES:]


def _minute(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M")
