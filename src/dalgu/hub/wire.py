"""What two hubs say to each other under `/hub/v1`: values of the facade as JSON."""

from datetime import datetime

import msgspec

from dalgu.hub.change import Action, Change
from dalgu.hub.errors import BadRequestData
from dalgu.hub.hub import Event, Message
from dalgu.hub.model import Document
from dalgu.kernel.ids import EntityId


class SentMessage(msgspec.Struct, rename="camel"):
    """A message on the wire; its body is base64."""

    received_at: datetime
    transport: str
    format: str
    device: str
    body: bytes
    refusal: str | None = None

    @classmethod
    def of(cls, message: Message) -> "SentMessage":
        """Return the message as it is sent."""
        return cls(
            message.received_at,
            message.transport,
            message.format,
            message.device,
            message.body,
            message.refusal,
        )

    def message(self) -> Message:
        """Return the message as the hub knows it."""
        if self.received_at.tzinfo is None:
            raise BadRequestData("Member 'receivedAt' must be an instant with its zone.")
        return Message(
            self.received_at, self.transport, self.format, self.device, self.body, self.refusal
        )


class SentDelivery(msgspec.Struct):
    """A delivery on the wire."""

    message: SentMessage
    entities: list[Document] = []


class SentChange(msgspec.Struct, rename="camel"):
    """A change on the wire."""

    action: Action
    entity: str
    document: Document = {}
    attribute: str = ""
    dataset: str | None = None
    every_dataset: bool = False
    types: tuple[str, ...] = ()

    @classmethod
    def of(cls, change: Change) -> "SentChange":
        """Return the change as it is sent."""
        return cls(
            change.action,
            change.entity,
            change.document,
            change.attribute,
            change.dataset,
            change.every_dataset,
            change.types,
        )


class SentEvent(msgspec.Struct):
    """An event on the wire."""

    seq: int
    at: datetime
    kind: str
    entity: str
    type: str
    attributes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    before: bytes = b""

    @classmethod
    def of(cls, event: Event) -> "SentEvent":
        """Return the event as it is sent."""
        return cls(
            event.seq,
            event.at,
            event.kind,
            event.entity,
            event.type,
            event.attributes,
            event.types,
            event.before,
        )

    def event(self) -> Event:
        """Return the event as the hub knows it."""
        return Event(
            self.seq,
            self.at,
            self.kind,
            EntityId(self.entity),
            self.type,
            self.attributes,
            self.types,
            self.before,
        )
