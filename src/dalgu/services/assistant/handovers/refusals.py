"""What the room of tickets refuses."""

from dalgu.kernel.errors import AlreadyExisting, InvalidInput, NotExisting


class TicketUnknown(NotExisting):
    """No conversation was handed over under this number."""

    slug = "ticket-unknown"
    title = "The ticket does not exist"

    def __init__(self, number: int) -> None:
        super().__init__(f"Ticket {number} of the assistant does not exist.", number=number)


class TicketClosed(AlreadyExisting):
    """The conversation was closed by those who answer."""

    slug = "ticket-closed"
    title = "The conversation was closed"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Conversation {number} was closed. A new question begins a new one.", number=number
        )


class NothingToHandOver(InvalidInput):
    """Nothing was asked yet that a person could answer."""

    slug = "nothing-to-hand-over"
    title = "Nothing was asked yet"

    def __init__(self) -> None:
        super().__init__("Nothing was asked yet. Write the question first, then ask for a person.")
