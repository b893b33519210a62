"""What can be wrong with the part of a telegram that only its manufacturer describes."""

from dalgu.devices.wmbus.errors import TelegramInvalid
from dalgu.kernel.errors import InvalidInput


class DecoderLayoutBroken(TelegramInvalid):
    """The manufacturer's part of a telegram does not have the layout that its meter sends."""

    slug = "telegram-layout-broken"
    title = "The manufacturer's part of the telegram is broken"

    def __init__(self, device: str, reason: str) -> None:
        super().__init__(
            f"The manufacturer's part of a telegram of {device} {reason}; "
            "it was damaged, or comes from another kind of meter.",
            device=device,
            reason=reason,
        )


class LayoutTableInvalid(InvalidInput):
    """A row of the table of layouts cannot be used."""

    slug = "meter-layout-table-invalid"
    title = "The table of meter layouts is invalid"

    def __init__(self, reason: str, layout: str = "") -> None:
        place = f"Layout '{layout}'" if layout else "Table of layouts"
        super().__init__(f"{place} is invalid: {reason}.", layout=layout, reason=reason)
