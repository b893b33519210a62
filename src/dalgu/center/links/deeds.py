"""What can happen on a link: each a struct with a tag, kept in the center's book.

The subject is the incident that a message is about; of tests and settings it is the link's own
entry in the register, of an agency's report the alert that it became.
"""

from datetime import datetime

import msgspec


class LinkSet(msgspec.Struct, frozen=True, tag="set"):
    """Somebody said where a link goes; address and token themselves are in the vault."""

    link: str
    host: str  # without path and account; empty: to nowhere but the record
    callback: str  # digest of the token that the agency shows


class Prepared(msgspec.Struct, frozen=True, tag="prepared"):
    """A message stands; from now on it is carried, also after a power cut."""

    link: str
    message: str
    target: str  # http or recorded
    digest: str  # SHA-256 of the message as sent
    size: int  # bytes
    is_drill: bool = False


class Delivered(msgspec.Struct, frozen=True, tag="delivered"):
    """The agency took it, or the record did."""

    message: str
    attempts: int


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """It was given up."""

    message: str
    attempts: int
    reason: str


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The agency said how far it is."""

    message: str
    status: str
    at: datetime
    note: str = ""


class Reported(msgspec.Struct, frozen=True, tag="reported"):
    """An agency told us something; it became an alert."""

    link: str
    reference: str
    alert: str


LinkDeed = LinkSet | Prepared | Delivered | Failed | Answered | Reported
