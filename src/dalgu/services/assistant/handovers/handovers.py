"""The room of tickets: conversations that wait for a person, and what was said in them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from dalgu.access.actor import SYSTEM, Actor
from dalgu.access.logbook import Entry, Noted
from dalgu.kernel.text import Language
from dalgu.korean.masking import masked
from dalgu.service import Ground
from dalgu.services.assistant.handovers.deeds import (
    HandOverDeed,
    Line,
    TicketEnded,
    TicketOpened,
    TicketSaid,
    TicketTaken,
)
from dalgu.services.assistant.handovers.hours import answered_by
from dalgu.services.assistant.handovers.refusals import (
    NothingToHandOver,
    TicketClosed,
    TicketUnknown,
)

ROOM = "handovers"
PREFIX = "urn:ngsi-ld:AssistantHandOver:"


class State(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A conversation that waits for a person. `answered_at` is when staff first spoke."""

    number: int
    talk: str
    lines: tuple[tuple[datetime, Line], ...]
    due: date
    language: Language
    opened_at: datetime
    state: State = State.WAITING
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    department: str = ""

    def is_overdue(self, today: date) -> bool:
        """Tell whether nobody spoke by the day that was promised."""
        return self.state is not State.ENDED and self.answered_at is None and today > self.due


class HandOvers:
    """All tickets."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._hashed = ground.access.keyed("assistant.talk")
        self._known: dict[int, Ticket] = {}
        self._open: dict[str, int] = {}  # talks to their tickets
        ground.book.open_room(ROOM, HandOverDeed, self._take)

    @property
    def today(self) -> date:
        """The city's local day."""
        return self._ground.today

    def get(self, number: int) -> Ticket:
        """Return a ticket; raise `TicketUnknown`."""
        if number not in self._known:
            raise TicketUnknown(number)
        return self._known[number]

    def all(self) -> list[Ticket]:
        """Return all tickets, those that wait first, then the newest."""
        order = list(State)
        return sorted(self._known.values(), key=lambda one: (order.index(one.state), -one.number))

    def of_talk(self, code: str) -> Ticket | None:
        """Return the ticket of a conversation by its code."""
        number = self._open.get(self._hashed(code))
        return None if number is None else self._known[number]

    async def open(
        self, actor: Actor, code: str, lines: Iterable[Line], language: Language
    ) -> Ticket:
        """Hand a conversation over, its words masked; the same one again returns its ticket.

        Raises
        ------
        NothingToHandOver
        """
        told = tuple(Line(one.who, masked(one.text)) for one in lines)
        talk = self._hashed(code)

        def decide(at: datetime) -> Sequence[Noted]:
            number = self._open.get(talk)
            if number is not None and self._known[number].state is not State.ENDED:
                return []
            if not any(one.who == "citizen" for one in told):
                raise NothingToHandOver
            number = len(self._known) + 1
            deed = TicketOpened(number, talk, told, answered_by(at), language)
            return [Noted(f"{PREFIX}{number}", deed)]

        await self._ground.book.write(actor, ROOM, decide)
        return self._known[self._open[talk]]

    async def take(self, actor: Actor, number: int) -> None:
        """Answer a ticket."""
        await self._write(actor, number, lambda: TicketTaken(number))

    async def say(self, actor: Actor, number: int, text: str) -> None:
        """Say something as staff; who says the first word has taken the ticket."""
        line = Line("staff", masked(text))
        await self._write(actor, number, lambda: TicketSaid(number, line))

    async def hear(self, number: int, text: str) -> None:
        """Note what the citizen says."""
        line = Line("citizen", masked(text))
        await self._write(SYSTEM, number, lambda: TicketSaid(number, line))

    async def end(self, actor: Actor, number: int, department: str = "") -> None:
        """Close a ticket, with the department that goes on with it where one does."""
        await self._write(actor, number, lambda: TicketEnded(number, department.strip()))

    async def _write(
        self, actor: Actor, number: int, deed: Callable[[], TicketTaken | TicketSaid | TicketEnded]
    ) -> None:
        def decide(_: datetime) -> Sequence[Noted]:
            if self.get(number).state is State.ENDED:
                raise TicketClosed(number)
            return [Noted(f"{PREFIX}{number}", deed())]

        await self._ground.book.write(actor, ROOM, decide)

    def _take(self, entry: Entry) -> None:
        deed: HandOverDeed = entry.deed
        if isinstance(deed, TicketOpened):
            lines = tuple((entry.at, line) for line in deed.lines)
            language: Language = "en" if deed.language == "en" else "ko"
            self._known[deed.number] = Ticket(
                deed.number, deed.talk, lines, deed.due, language, entry.at
            )
            self._open[deed.talk] = deed.number
            return
        self._known[deed.number] = _moved(self._known[deed.number], deed, entry.at)


def _moved(ticket: Ticket, deed: TicketTaken | TicketSaid | TicketEnded, at: datetime) -> Ticket:
    match deed:
        case TicketTaken():
            return replace(ticket, state=State.TAKEN)
        case TicketEnded():
            return replace(ticket, state=State.ENDED, ended_at=at, department=deed.department)
        case TicketSaid():
            lines = (*ticket.lines, (at, deed.line))
            if deed.line.who != "staff":
                return replace(ticket, lines=lines)
            first = ticket.answered_at or at
            return replace(ticket, lines=lines, state=State.TAKEN, answered_at=first)
