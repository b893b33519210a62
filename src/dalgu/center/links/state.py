"""What is known of the links: messages, how far each came, and when each link last carried one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dalgu.access.logbook import Entry
from dalgu.center.links.deeds import Answered, Delivered, Failed, LinkSet, Prepared, Reported
from dalgu.kernel.errors import NotExisting


class Target(StrEnum):
    """Where a message goes."""

    HTTP = "http"  # the agency's endpoint
    RECORDED = "recorded"  # kept as it would have been sent, and nowhere else


class Way(StrEnum):
    """How far a message has come."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    FAILED = "failed"


class Said(StrEnum):
    """What an agency says of a message."""

    RECEIVED = "received"
    DISPATCHED = "dispatched"
    ARRIVED = "arrived"
    FINISHED = "finished"
    REFUSED = "refused"


class LinkMessageNotExisting(NotExisting):
    """No message of this link has this id."""

    slug = "link-message-not-existing"
    title = "The message does not exist"

    def __init__(self, message: str) -> None:
        super().__init__(f"Message '{message[:60]}' does not exist.", message=message[:60])


@dataclass(slots=True)
class Message:
    """One message as it stands."""

    id: str
    link: str
    subject: str
    target: Target
    sent_at: datetime
    sent_by: str
    digest: str
    size: int
    is_drill: bool
    way: Way = Way.ON_ITS_WAY
    attempts: int = 0
    reason: str = ""
    answers: list[tuple[Said, datetime, str]] = field(default_factory=list)


@dataclass(slots=True)
class LinkState:
    """One link as it stands."""

    host: str = ""
    callback: str = ""  # digest of the agency's token
    last_event_at: datetime | None = None  # really carried, no drill, no record
    sent: int = 0
    failed: int = 0
    recorded: int = 0
    reported: int = 0


class Ledger:
    """All messages and links, folded from the book."""

    def __init__(self) -> None:
        self.messages: dict[str, Message] = {}
        self.links: dict[str, LinkState] = {}
        self.reports: set[str] = set()  # alerts that came by a link

    def link(self, code: str) -> LinkState:
        """Return a link's state; a fresh one of a link that nobody used."""
        return self.links.setdefault(code, LinkState())

    def get(self, message: str) -> Message:
        """Return a message; raise `LinkMessageNotExisting`."""
        try:
            return self.messages[message]
        except KeyError:
            raise LinkMessageNotExisting(message) from None

    def pending(self) -> list[Message]:
        """Return what has to be carried still, oldest first."""
        return [one for one in self.messages.values() if one.way is Way.ON_ITS_WAY]

    def take(self, entry: Entry) -> None:
        """Change what an entry of the book says."""
        deed = entry.deed
        if isinstance(deed, LinkSet):
            state = self.link(deed.link)
            state.host, state.callback = deed.host, deed.callback
        elif isinstance(deed, Prepared):
            self._prepare(entry, deed)
        elif isinstance(deed, Delivered | Failed):
            self._end(entry, deed)
        elif isinstance(deed, Answered):
            self._answer(entry, deed)
        elif isinstance(deed, Reported):
            self.reports.add(deed.alert)
            state = self.link(deed.link)
            state.reported += 1
            state.last_event_at = entry.at

    def _prepare(self, entry: Entry, deed: Prepared) -> None:
        self.messages[deed.message] = Message(
            id=deed.message,
            link=deed.link,
            subject=entry.subject,
            target=Target(deed.target),
            sent_at=entry.at,
            sent_by=entry.actor,
            digest=deed.digest,
            size=deed.size,
            is_drill=deed.is_drill,
        )

    def _end(self, entry: Entry, deed: Delivered | Failed) -> None:
        message = self.messages[deed.message]
        state = self.link(message.link)
        message.attempts = deed.attempts
        if isinstance(deed, Failed):
            message.way, message.reason = Way.FAILED, deed.reason
            state.failed += 1
            return
        message.way = Way.DELIVERED
        if message.target is Target.RECORDED:
            state.recorded += 1
            return
        state.sent += 1
        if not message.is_drill:
            state.last_event_at = entry.at

    def _answer(self, entry: Entry, deed: Answered) -> None:
        message = self.messages[deed.message]
        message.answers.append((Said(deed.status), deed.at, deed.note))
        if not message.is_drill:
            self.link(message.link).last_event_at = entry.at
