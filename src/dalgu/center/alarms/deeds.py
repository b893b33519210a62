"""What the room of alarms writes into the book."""

from typing import Any

import msgspec

from dalgu.center.incidents.words import Priority


class Passed(msgspec.Struct, frozen=True, array_like=True):
    """An alert of which nobody has to do anything at once: an event."""

    alert: str
    thing: str
    kind: str
    severity: int
    issued_s: float
    rule: str  # the event rule that says why


class Batch(msgspec.Struct, frozen=True, tag="batch"):
    """What some alerts, taken together, came to. Those of incidents stand with these."""

    heard: int
    joined: int
    repeated: int = 0
    suppressed: int = 0
    fleeting: int = 0
    passed: tuple[Passed, ...] = ()
    chattering: tuple[tuple[str, str], ...] = ()
    drill: str | None = None


class RuleSet(msgspec.Struct, frozen=True, tag="rule"):
    """Somebody set a rule: all that is now set of it, and why."""

    rule: str
    reason: str
    is_on: bool = True
    priority: Priority | None = None
    radius_m: float | None = None
    window_s: float | None = None


class Ended(msgspec.Struct, frozen=True, tag="ended"):
    """The sources of an incident's alerts have ended all of them: it may be closed."""

    alerts: int


AlarmDeed: Any = Batch | RuleSet | Ended
