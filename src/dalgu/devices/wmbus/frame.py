"""The link layer of EN 13757-4 (radio) and EN 13757-2 (wire): checksums off, sender found."""

from enum import Enum

import msgspec

from dalgu.devices.wmbus.address import Address, decode_address
from dalgu.devices.wmbus.crc import crc16
from dalgu.devices.wmbus.errors import CrcWrong, LengthWrong, TelegramTooLong, TelegramTooShort

HEADER_BYTES = 10  # length, control, manufacturer 2, number 4, version, type
CRC_BYTES = 2
BLOCK_BYTES_A = 16  # EN 13757-4:2019, 12.3: format A, every block after the first
FIRST_BLOCKS_BYTES_B = 128  # 12.4: format B, first and second block with their checksum
LONGEST_BYTES = 256
_WIRED_START = 0x68
_WIRED_STOP = 0x16
_WIRED_FRAMING_BYTES = 6  # start, length, length, start ... checksum, stop
# 12.2: receivers of mode C may hand over the second half of the sync word: A, B
_SYNC_MODE_C = (b"\x54\xcd", b"\x54\x3d")


class FrameFormat(Enum):
    """Where the checksums sit in a telegram on the air."""

    STRIPPED = "stripped"
    A = "A"
    B = "B"


class Frame(msgspec.Struct, frozen=True):
    """A telegram without its link layer: `payload` begins with the control information.

    `sender` are the eight bytes of the address as sent, which encryption builds on. A frame
    from a wire has none; the meter names itself in the transport header.
    """

    control: int
    address: Address | None
    sender: bytes
    payload: bytes


def read_frame(data: bytes) -> Frame:
    """Read the link layer; checksums are verified where the receiver has left them in.

    Raises
    ------
    TelegramTooShort, LengthWrong, CrcWrong
        When bytes are missing, the length field contradicts them or a checksum fails.

    Examples
    --------
    >>> frame = read_frame(bytes.fromhex("0c44931578563412330378aabb"))
    >>> frame.address.device, frame.payload.hex()
    ('ELS.12345678', '78aabb')

    """
    if data[:2] in _SYNC_MODE_C:
        data = data[2:]
    if len(data) > 3 and data[0] == _WIRED_START == data[3] and data[1] == data[2]:
        return _read_wired(data)
    data = without_crcs(data)
    if len(data) <= HEADER_BYTES:
        raise TelegramTooShort("link layer", got=len(data), need=HEADER_BYTES + 1)
    sender = data[2:HEADER_BYTES]
    return Frame(data[1], decode_address(sender), sender, data[HEADER_BYTES:])


def without_crcs(data: bytes) -> bytes:
    """Return the telegram without checksums, its length field as on the air.

    Raises
    ------
    TelegramTooShort, LengthWrong, CrcWrong
        When bytes are missing, the length field contradicts them or a checksum fails.

    """
    if len(data) <= HEADER_BYTES:
        raise TelegramTooShort("link layer", got=len(data), need=HEADER_BYTES + 1)
    promised = data[0] + 1
    if promised <= HEADER_BYTES:
        raise LengthWrong(len(data), promised)
    if len(data) == promised:
        return _strip_b(data)
    if len(data) < promised:
        raise TelegramTooShort("content", got=len(data), need=promised)
    if len(data) < _length_a(promised):
        raise LengthWrong(len(data), promised)
    return _strip_a(data[: _length_a(promised)])


def with_crcs(data: bytes, form: FrameFormat) -> bytes:
    """Return a stripped telegram as it is on the air in a frame format.

    Raises
    ------
    TelegramTooLong
        When the checksums of format B do not fit into the length field any more.

    """
    if form is FrameFormat.STRIPPED:
        return data
    if form is FrameFormat.A:
        return b"".join(_with_crc(block) for block in _blocks_a(data))
    return _add_b(data)


def _length_a(promised: int) -> int:
    rest = promised - HEADER_BYTES
    return promised + CRC_BYTES * (1 + -(-rest // BLOCK_BYTES_A))


def _strip_a(data: bytes) -> bytes:
    device = decode_address(data[2:HEADER_BYTES]).device
    parts: list[bytes] = []
    start, size = 0, HEADER_BYTES
    while start < len(data):
        block = data[start : start + size + CRC_BYTES]
        if not _crc_holds(block):
            raise CrcWrong(f"block {len(parts) + 1}", device)
        parts.append(block[:-CRC_BYTES])
        start, size = start + size + CRC_BYTES, BLOCK_BYTES_A
    return b"".join(parts)


def _strip_b(data: bytes) -> bytes:
    # A telegram whose length already fits is stripped, or is format B with its checksums.
    # Nothing in it says which; the checksum does, and errs once in 65,536.
    first, rest = data[:FIRST_BLOCKS_BYTES_B], data[FIRST_BLOCKS_BYTES_B:]
    if not _crc_holds(first):
        return data
    if not rest:
        return first[:-CRC_BYTES]
    if not _crc_holds(rest):
        return data
    return first[:-CRC_BYTES] + rest[:-CRC_BYTES]


def _add_b(data: bytes) -> bytes:
    size = FIRST_BLOCKS_BYTES_B - CRC_BYTES
    blocks = [block for block in (data[:size], data[size:]) if block]
    length = len(data) + CRC_BYTES * len(blocks)
    if length > LONGEST_BYTES:
        raise TelegramTooLong(length, LONGEST_BYTES)
    blocks[0] = bytes((length - 1,)) + blocks[0][1:]
    return b"".join(_with_crc(block) for block in blocks)


def _blocks_a(data: bytes) -> list[bytes]:
    starts = range(HEADER_BYTES, len(data), BLOCK_BYTES_A)
    return [data[:HEADER_BYTES], *(data[at : at + BLOCK_BYTES_A] for at in starts)]


def _with_crc(block: bytes) -> bytes:
    return block + crc16(block).to_bytes(CRC_BYTES, "big")


def _crc_holds(block: bytes) -> bool:
    return crc16(block[:-CRC_BYTES]) == int.from_bytes(block[-CRC_BYTES:], "big")


def _read_wired(data: bytes) -> Frame:
    need = data[1] + _WIRED_FRAMING_BYTES
    if len(data) < need:
        raise TelegramTooShort("content", got=len(data), need=need)
    if len(data) > need or data[-1] != _WIRED_STOP:
        raise LengthWrong(len(data), need)
    content = data[4:-2]
    if len(content) < 3:
        raise TelegramTooShort("link layer", got=len(content), need=3)
    if sum(content) & 0xFF != data[-2]:
        raise CrcWrong("wired frame")
    return Frame(content[0], None, b"", content[2:])
