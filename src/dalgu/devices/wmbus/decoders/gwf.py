"""GWF water meters: battery, power and state behind the records.

Reconstructed from three published telegrams; of another version of the block only its number
is told.
"""

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON
from dalgu.devices.wmbus.decoders.words import words_for
from dalgu.devices.wmbus.telegram import Telegram

_VERSION, _NEED_BYTES = 1, 3
_STATES = {"20": "BATTERY_LOW"}
_SAVING = 0x01


def read(telegram: Telegram) -> dict[str, JSON]:
    """Return the years of battery left, the power mode and the state.

    Raises
    ------
    DecoderLayoutBroken
        When bytes are missing.

    """
    data = telegram.proprietary
    if len(data) < _NEED_BYTES:
        raise DecoderLayoutBroken(telegram.device, f"has {len(data)} bytes and needs 3")
    if data[0] != _VERSION:
        return {"battery_y": None, "status": f"UNKNOWN_MFCT_STATUS_{data[0]:X}"}
    return {
        "battery_y": data[2] >> 4,
        "power_mode": "SAVING" if data[2] & _SAVING else "NORMAL",
        "status": words_for(data[1], bits=_STATES, prefix="STATUS"),
    }
