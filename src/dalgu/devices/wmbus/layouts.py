"""Proprietary blocks whose inside is known: a table, one row a layout.

A row enters only when published telegrams prove every place in it: several meters, values
beside them, and the same meter sending the same values in open records. What a row does not
name stays bytes. Places are given as headers of records, so that they are read as such.
"""

from collections.abc import Iterator

import msgspec

from dalgu.devices.wmbus.records import Record, make_record
from dalgu.devices.wmbus.telegram import Telegram


class Layout(msgspec.Struct, frozen=True):
    """One proprietary block: how it is recognised and where its values stand.

    `signs` are (offset, byte) pairs that must hold; `places` are (offset, size, header).
    Offsets count from the block's length byte.
    """

    manufacturer: str
    header: bytes
    signs: tuple[tuple[int, int], ...]
    places: tuple[tuple[int, int, bytes], ...]


LAYOUTS: tuple[Layout, ...] = (
    # Qundis water meter, telegram for walk-by: volume, due date with its volume, end of the
    # last month with its volume. The meters send the same four in open records (OMS mode).
    Layout(
        manufacturer="QDS",
        header=b"\x0d\xff\x5f",
        signs=((0, 0x35), (10, 0x13)),
        places=(
            (13, 4, b"\x0c\x13"),
            (17, 2, b"\x42\x6c"),
            (19, 4, b"\x4c\x13"),
            (23, 2, b"\xc2\x08\x6c"),
            (25, 4, b"\xcc\x08\x13"),
        ),
    ),
)


def read_layouts(telegram: Telegram) -> Iterator[Record]:
    """Yield the records that stand inside the proprietary blocks of a telegram.

    Examples
    --------
    >>> from dalgu.devices.wmbus.telegram import decode
    >>> walk_by = decode(bytes.fromhex(
    ...     "4944934488052251190778"
    ...     "0dff5f350082930000810007c113ffff91670400ff2c265402001e34332204000000ee00f201a501"
    ...     "db01c1015401b70178019701b901c9012f046d06091d35"))
    >>> [record.value for record in read_layouts(walk_by)][:3]
    [46.791, datetime.date(2023, 12, 31), 25.426]

    """
    for layout in LAYOUTS:
        if layout.manufacturer != telegram.address.manufacturer:
            continue
        for record in telegram.records:
            if _fits(record, layout):
                for offset, size, header in layout.places:
                    yield make_record(header, record.data[offset : offset + size])


def _fits(record: Record, layout: Layout) -> bool:
    return record.header == layout.header and all(
        len(record.data) > offset and record.data[offset] == sign for offset, sign in layout.signs
    )
