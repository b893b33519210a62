"""What is written of tickets: masked words only, and nobody's name."""

from datetime import date

import msgspec


class Line(msgspec.Struct, frozen=True):
    """One line of a conversation, masked."""

    who: str  # citizen, assistant, staff
    text: str


class TicketOpened(msgspec.Struct, frozen=True, tag="ticket-opened"):
    """Somebody asked for a person. `talk` is a keyed hash of the conversation's code."""

    number: int
    talk: str
    lines: tuple[Line, ...]
    due: date
    language: str = "ko"


class TicketTaken(msgspec.Struct, frozen=True, tag="ticket-taken"):
    """Somebody answers."""

    number: int


class TicketSaid(msgspec.Struct, frozen=True, tag="ticket-said"):
    """A line more."""

    number: int
    line: Line


class TicketEnded(msgspec.Struct, frozen=True, tag="ticket-ended"):
    """The conversation is over; `department` got it where it went on elsewhere."""

    number: int
    department: str = ""


HandOverDeed = TicketOpened | TicketTaken | TicketSaid | TicketEnded
