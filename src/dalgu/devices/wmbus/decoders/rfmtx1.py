"""B METERS RFM-TX1, the older of its two kinds of telegram: register under a mask, clock.

The mask goes by the access number; its sixteen rows are those that an owner has described
(github.com/wmbusmeters/wmbusmeters/issues/101, comment of 2020-05-27). What is under it is a
record of the standard, whose header proves each reading; the clock is reconstructed from one
published telegram.
"""

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON
from dalgu.devices.wmbus.decoders.table import read_named
from dalgu.devices.wmbus.records import make_record
from dalgu.devices.wmbus.telegram import Telegram

_MASKS = bytes.fromhex(
    "75967a101a0a 5b7f70132213 b318b90b8e99 8e7d79074a16 "
    "b591079acb69 b8a332a1390e bd809c7e6099 275cb4c480a3 "
    "30d00ace1903 c24cf005a586 544b1698115e 4bee0cc97da2 "
    "87ca4a48e41f c487772e8ae8 e330bd78578c a49a396f2805"
)
_MASK_BYTES = 6
_HEADER = b"\x0c\x13"  # EN 13757-3: eight digits, litres


def read(telegram: Telegram) -> dict[str, JSON]:
    """Return register and clock.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing, no register is under the mask, or the clock is none.

    """
    found = read_named("rfmtx1", telegram)
    access = telegram.access_number or 0
    row = _MASK_BYTES * (access & 0x0F)
    mask = _MASKS[row : row + _MASK_BYTES]
    sealed = telegram.proprietary[:_MASK_BYTES]
    plain = bytes(one ^ other ^ access for one, other in zip(sealed, mask, strict=True))
    value = make_record(plain[:2], plain[2:]).value if plain[:2] == _HEADER else None
    if not isinstance(value, int | float):
        raise DecoderLayoutBroken(telegram.device, "has no register under its mask")
    return {"total_m3": value, **found}
