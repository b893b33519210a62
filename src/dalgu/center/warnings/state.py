"""What is known of warnings: the fold of their deeds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from dalgu.access.logbook import Entry
from dalgu.center.warnings.cap.message import Alert
from dalgu.center.warnings.cap.words import Kind
from dalgu.center.warnings.content import Content
from dalgu.center.warnings.deeds import (
    CoveredNumbers,
    Delivered,
    Drafted,
    Ended,
    Ending,
    Lapsed,
    OfficeSet,
    PartnerGone,
    PartnerSet,
    Proposed,
    Received,
    Sent,
    SourceGone,
    SourceSet,
    Verdict,
)
from dalgu.center.warnings.office import Office
from dalgu.kernel.ids import entity_id


class Standing(StrEnum):
    """How far a warning has come."""

    DRAFT = "draft"
    WAITING = "waiting"  # for a second person
    ACTIVE = "active"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Message:
    """One message that went out."""

    alert: Alert
    content: Content
    covered: CoveredNumbers
    at: datetime
    actor: str


@dataclass(slots=True)
class PublicWarning:
    """One warning as it stands now."""

    number: int
    content: Content
    incident: str | None
    drafted_at: datetime
    drafted_by: str
    standing: Standing = Standing.DRAFT
    proposed_by: str | None = None
    next: Content | None = None  # of a sent one: what its next version says
    messages: list[Message] = field(default_factory=list)
    deliveries: list[tuple[datetime, Delivered]] = field(default_factory=list)
    ended_at: datetime | None = None

    @property
    def subject(self) -> str:
        """What its entries stand under."""
        return self.incident or warning_id(self.number)

    @property
    def is_active(self) -> bool:
        """Whether the public is warned now."""
        return self.standing is Standing.ACTIVE

    @property
    def newest(self) -> Message | None:
        """The newest message, `None` for a draft."""
        return self.messages[-1] if self.messages else None

    @property
    def expires_at(self) -> datetime | None:
        """When it ends by itself."""
        return None if self.newest is None else self.newest.alert.expires_at()


def warning_id(number: int) -> str:
    """Return the subject of a warning that belongs to no incident."""
    return entity_id("Warning", str(number))


@dataclass(slots=True)
class Known:
    """All that the room knows."""

    office: Office
    warnings: dict[int, PublicWarning] = field(default_factory=dict)
    by_identifier: dict[str, tuple[int, int]] = field(default_factory=dict)  # warning, message
    by_incident: dict[str, list[int]] = field(default_factory=dict)
    partners: dict[str, PartnerSet] = field(default_factory=dict)
    sources: dict[str, SourceSet] = field(default_factory=dict)
    received: list[tuple[datetime, Received]] = field(default_factory=list)
    seen: dict[tuple[str, str, str], str | None] = field(default_factory=dict)  # to its alert
    refused: set[str] = field(default_factory=set)  # digests of documents and messages
    open_foreign: dict[str, Received] = field(default_factory=dict)  # by alert

    def take(self, entry: Entry) -> None:
        """Know what an entry says."""
        FOLDS[type(entry.deed)](self, entry)


def _drafted(known: Known, entry: Entry) -> None:
    deed: Drafted = entry.deed
    warning = known.warnings.get(deed.warning)
    if warning is None:
        made = PublicWarning(deed.warning, deed.content, deed.incident, entry.at, entry.actor)
        known.warnings[deed.warning] = made
        if deed.incident is not None:
            known.by_incident.setdefault(deed.incident, []).append(deed.warning)
        return
    warning.proposed_by = None
    if warning.messages:
        warning.next = deed.content
    else:
        warning.content, warning.standing = deed.content, Standing.DRAFT


def _proposed(known: Known, entry: Entry) -> None:
    warning = known.warnings[entry.deed.warning]
    warning.proposed_by = entry.actor
    if not warning.messages:
        warning.standing = Standing.WAITING


def _sent(known: Known, entry: Entry) -> None:
    deed: Sent = entry.deed
    warning = known.warnings[deed.warning]
    known.by_identifier[deed.alert.identifier] = (warning.number, len(warning.messages))
    message = Message(deed.alert, deed.content, deed.covered, entry.at, entry.actor)
    warning.messages.append(message)
    warning.content, warning.next, warning.proposed_by = deed.content, None, None
    is_over = deed.alert.kind == Kind.CANCEL
    warning.standing = Standing.CANCELLED if is_over else Standing.ACTIVE
    warning.ended_at = entry.at if is_over else None


def _ended(known: Known, entry: Entry) -> None:
    deed: Ended = entry.deed
    warning = known.warnings[deed.warning]
    warning.standing, warning.ended_at = Standing(deed.ending), entry.at
    if deed.ending is Ending.EXPIRED:
        warning.next = warning.proposed_by = None


def _delivered(known: Known, entry: Entry) -> None:
    known.warnings[entry.deed.warning].deliveries.append((entry.at, entry.deed))


def _received(known: Known, entry: Entry) -> None:
    deed: Received = entry.deed
    known.received.append((entry.at, deed))
    if deed.verdict is Verdict.REFUSED:
        known.refused.add(deed.message or deed.digest)
        return
    known.seen[deed.sender, deed.identifier, deed.sent] = deed.alert
    if deed.alert is None:
        return
    if deed.verdict is Verdict.CANCELLED:
        known.open_foreign.pop(deed.alert, None)
    else:
        known.open_foreign[deed.alert] = deed


def _lapsed(known: Known, entry: Entry) -> None:
    known.open_foreign.pop(entry.deed.alert, None)


def _partner_set(known: Known, entry: Entry) -> None:
    known.partners[entry.deed.name] = entry.deed


def _partner_gone(known: Known, entry: Entry) -> None:
    known.partners.pop(entry.deed.name, None)


def _source_set(known: Known, entry: Entry) -> None:
    known.sources[entry.deed.name] = entry.deed


def _source_gone(known: Known, entry: Entry) -> None:
    known.sources.pop(entry.deed.name, None)


def _office_set(known: Known, entry: Entry) -> None:
    known.office = entry.deed.office


FOLDS: dict[type, Callable[[Known, Entry], Any]] = {
    Drafted: _drafted,
    Proposed: _proposed,
    Sent: _sent,
    Ended: _ended,
    Delivered: _delivered,
    Received: _received,
    Lapsed: _lapsed,
    PartnerSet: _partner_set,
    PartnerGone: _partner_gone,
    SourceSet: _source_set,
    SourceGone: _source_gone,
    OfficeSet: _office_set,
}
