"""What can happen to warnings: structs with tags, kept in the center's book.

A warning that belongs to an incident is written under the incident's id, any other under its own;
each deed names its warning, so the room finds it under either.
"""

from enum import StrEnum

import msgspec

from dalgu.center.warnings.cap.message import Alert
from dalgu.center.warnings.content import Content
from dalgu.center.warnings.office import Office


class Ending(StrEnum):
    """How a warning came to its end."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    DISCARDED = "discarded"  # a draft that nobody sent


class Outcome(StrEnum):
    """What became of a message on its way to a partner."""

    DELIVERED = "delivered"
    RECORDED = "recorded"  # by a target that only records what it would send
    FAILED = "failed"


class Verdict(StrEnum):
    """What became of a message that came in."""

    RAISED = "raised"  # an alert for operators
    UPDATED = "updated"
    CANCELLED = "cancelled"
    ELSEWHERE = "elsewhere"  # does not touch the city
    NOTED = "noted"  # a test, an exercise, an acknowledgement
    REFUSED = "refused"  # breaks a rule


class CoveredNumbers(msgspec.Struct, frozen=True):
    """Whom a message was sent to, as counted before it was sent."""

    residents: int
    households: int
    elderly: int
    dongs: tuple[str, ...]
    districts: tuple[str, ...]
    things: dict[str, int] = {}


class Drafted(msgspec.Struct, frozen=True, tag="drafted"):
    """Somebody wrote down what is to be told; of a sent warning it is its next version."""

    warning: int
    content: Content
    incident: str | None = None


class Proposed(msgspec.Struct, frozen=True, tag="proposed"):
    """Somebody asks a second person to look at an extreme warning and send it."""

    warning: int


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """A message went out: alert, update or cancel, as `alert.kind` says."""

    warning: int
    alert: Alert
    content: Content
    covered: CoveredNumbers


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """It ended without a message of its own."""

    warning: int
    ending: Ending


class Delivered(msgspec.Struct, frozen=True, tag="delivered"):
    """What became of one message on its way to one target."""

    warning: int
    identifier: str
    target: str
    outcome: Outcome
    attempts: int = 1
    said: str = ""  # the answer's status, why it failed, or the text that would be sent


class Received(msgspec.Struct, frozen=True, tag="received"):
    """A message came in from elsewhere."""

    source: str
    verdict: Verdict
    digest: str  # SHA-256 of the bytes, which the hub keeps
    sender: str = ""
    identifier: str = ""
    sent: str = ""
    kind: str = ""
    status: str = ""
    event: str = ""
    headline: str = ""
    severity: str = ""
    expires: str | None = None
    alert: str | None = None  # id of the Alert entity
    message: str = ""  # SHA-256 of the message alone, where it could be read
    rule: str | None = None  # that it breaks
    why: str = ""


class Lapsed(msgspec.Struct, frozen=True, tag="lapsed"):
    """A foreign warning's time is over."""

    alert: str


class PartnerSet(msgspec.Struct, frozen=True, tag="partner_set"):
    """Messages go to this address from now on; its token lies in the vault."""

    name: str
    url: str
    version: str = "1.2"


class PartnerGone(msgspec.Struct, frozen=True, tag="partner_gone"):
    """Messages go there no more."""

    name: str


class SourceSet(msgspec.Struct, frozen=True, tag="source_set"):
    """A feed is asked for warnings from now on."""

    name: str
    url: str
    every_s: int = 60


class SourceGone(msgspec.Struct, frozen=True, tag="source_gone"):
    """A feed is asked no more."""

    name: str


class OfficeSet(msgspec.Struct, frozen=True, tag="office_set"):
    """The city tells others who it is, and its rule about a second person."""

    office: Office


WarningDeed = (
    Drafted | Proposed | Sent | Ended | Delivered | Received | Lapsed
    | PartnerSet | PartnerGone | SourceSet | SourceGone | OfficeSet
)  # fmt: skip
