"""The checksum of EN 13757-4: CRC-16 with the polynomial 0x3D65, sent most significant first."""

POLYNOMIAL = 0x3D65  # EN 13757-4:2019, 12.3: x16+x13+x12+x11+x10+x8+x6+x5+x2+1


def _table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        crc = byte << 8
        for _ in range(8):
            crc = (crc << 1) ^ POLYNOMIAL if crc & 0x8000 else crc << 1
        rows.append(crc & 0xFFFF)
    return tuple(rows)


_TABLE = _table()


def crc16(data: bytes) -> int:
    """Return the EN 13757 checksum of some bytes.

    The check value of the CRC-16/EN-13757 entry in the public catalogue of CRC algorithms:

    >>> hex(crc16(b"123456789"))
    '0xc2b7'
    """
    crc = 0
    table = _TABLE
    for byte in data:
        crc = ((crc << 8) & 0xFF00) ^ table[(crc >> 8) ^ byte]
    return crc ^ 0xFFFF
