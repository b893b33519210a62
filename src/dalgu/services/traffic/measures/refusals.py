"""What measuring refuses."""

from pathlib import Path

from dalgu.kernel.errors import InvalidInput


class EventFileUnreadable(InvalidInput):
    """A file of controller events cannot be opened, or is neither CSV nor Parquet."""

    slug = "event-file-unreadable"
    title = "The file of controller events cannot be read"

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(
            f"File '{file.name}' of controller events cannot be read: {why}. "
            "CSV (also .gz) and Parquet are read.",
            file=file.name,
            why=why,
        )


class EventFileMissing(InvalidInput):
    """A form came without a file of controller events."""

    slug = "event-file-missing"
    title = "A file of controller events is required"

    def __init__(self) -> None:
        super().__init__("A file of controller events is required. Choose one and send it again.")


class EventColumnsMissing(InvalidInput):
    """A file of controller events lacks a column under any of its usual names."""

    slug = "event-columns-missing"
    title = "The file of controller events lacks a column"

    def __init__(self, file: Path, column: str, usual: str) -> None:
        super().__init__(
            f"File '{file.name}' of controller events has no column for the {column}. "
            f"Name one of its columns {usual}.",
            file=file.name,
            column=column,
            usual=usual,
        )


class LaneGroupInvalid(InvalidInput):
    """A lane group cannot be analysed as it is described."""

    slug = "lane-group-invalid"
    title = "The lane group is invalid"

    def __init__(self, quantity: str, need: str) -> None:
        super().__init__(
            f"Quantity '{quantity}' of a lane group {need}. Correct it and analyse again.",
            quantity=quantity,
            need=need,
        )


class CorridorInvalid(InvalidInput):
    """A corridor cannot be coordinated as it is described."""

    slug = "corridor-invalid"
    title = "The corridor is invalid"

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The corridor cannot be coordinated: {why}. Correct its signals and try again.",
            why=why,
        )
