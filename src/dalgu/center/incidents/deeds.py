"""What can happen to an incident: each a struct with a tag, kept in the center's book."""

from datetime import datetime

import msgspec

from dalgu.center.incidents.words import Outcome, Part, Priority
from dalgu.center.incidents.work import WorkDeed


class Raised(msgspec.Struct, frozen=True, tag="raised"):
    """An incident began."""

    title_ko: str
    title_en: str
    category: str
    sub_category: str
    priority: Priority
    rule: str
    lon: float | None = None
    lat: float | None = None
    district: str | None = None
    dong: str | None = None
    cause: str | None = None
    origin: str | None = None
    drill: str | None = None


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """Alerts came to it, each with the thing it speaks of."""

    alerts: tuple[str, ...]
    things: tuple[str, ...] = ()


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """Somebody acknowledged it."""


class Assigned(msgspec.Struct, frozen=True, tag="assigned"):
    """Somebody is to act."""

    to: str


class TakenInHand(msgspec.Struct, frozen=True, tag="in_hand"):
    """Somebody acts."""


class Closed(msgspec.Struct, frozen=True, tag="closed"):
    """Nobody has to act any more."""

    outcome: Outcome
    note: str = ""
    override: str = ""  # why it is closed although mandatory steps are open


class Reopened(msgspec.Struct, frozen=True, tag="reopened"):
    """It was closed too early."""

    reason: str


class Commented(msgspec.Struct, frozen=True, tag="commented"):
    """Somebody wrote something down."""

    text: str


class Shelved(msgspec.Struct, frozen=True, tag="shelved"):
    """Out of sight for a while, for a reason (ISA-18.2)."""

    until: datetime
    reason: str


class Unshelved(msgspec.Struct, frozen=True, tag="unshelved"):
    """Back in sight."""


class Merged(msgspec.Struct, frozen=True, tag="merged"):
    """It is the same as another, which goes on."""

    into: int


class Changed(msgspec.Struct, frozen=True, tag="changed"):
    """Title, priority, place or cause were set right; `None` leaves one as it is."""

    title_ko: str | None = None
    title_en: str | None = None
    priority: Priority | None = None
    lon: float | None = None
    lat: float | None = None
    cause: str | None = None
    district: str | None = None
    dong: str | None = None


class PartTaken(msgspec.Struct, frozen=True, tag="part"):
    """Somebody took a part in it."""

    who: str
    part: Part


class Arrived(msgspec.Struct, frozen=True, tag="arrived"):
    """Help arrived at the place."""

    at: datetime


LifeDeed = (
    Raised | Joined | Seen | Assigned | TakenInHand | Closed | Reopened | Commented
    | Shelved | Unshelved | Merged | Changed | PartTaken | Arrived
)  # fmt: skip
IncidentDeed = LifeDeed | WorkDeed
