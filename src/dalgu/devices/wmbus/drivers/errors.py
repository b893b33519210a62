"""What can be wrong with the table of drivers and with asking it."""

from dalgu.kernel.errors import InvalidInput


class DriverUnknown(InvalidInput):
    """No driver speaks for the meter, or none has the name asked for."""

    slug = "meter-driver-unknown"
    title = "The meter's driver is unknown"

    def __init__(self, asked: str) -> None:
        super().__init__(
            f"No driver speaks for {asked[:80]}. The records of its telegram can still be read; "
            "a name for them needs a row in drivers/table/.",
            asked=asked[:80],
        )


class DriverTableInvalid(InvalidInput):
    """A row of the table of drivers cannot be used."""

    slug = "meter-driver-table-invalid"
    title = "The table of meter drivers is invalid"

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"Driver table '{place}' is invalid: {reason}.", place=place)
