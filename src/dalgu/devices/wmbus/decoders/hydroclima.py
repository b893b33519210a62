"""BMeters Hydroclima heat cost allocators: temperatures and months behind the consumption."""

from dalgu.devices.wmbus.decoders.errors import DecoderLayoutBroken
from dalgu.devices.wmbus.decoders.layout import JSON, read_layout
from dalgu.devices.wmbus.decoders.table import layouts
from dalgu.devices.wmbus.telegram import Telegram


def read(telegram: Telegram) -> dict[str, JSON]:
    """Return the fields of the block, whose first byte names its layout.

    Raises
    ------
    DecoderLayoutBroken
        When the layout is unknown or bytes are missing.

    """
    data, device = telegram.proprietary, telegram.device
    layout = layouts().get(f"hydroclimav2 {data[:1].hex()}")
    if layout is None:
        raise DecoderLayoutBroken(device, f"has the unknown block '{data[:1].hex()}'")
    return read_layout(layout, data, device)
