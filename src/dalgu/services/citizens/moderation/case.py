"""One text before moderation: what was said of it and done with it, as a fold of its deeds."""

from dataclasses import dataclass, field
from datetime import datetime

from dalgu.access.logbook import Entry
from dalgu.services.citizens.moderation.deeds import (
    Appealed,
    Held,
    Hidden,
    Kept,
    ModerationDeed,
    Overturned,
    Reported,
    ReportedAway,
    Upheld,
)
from dalgu.services.citizens.moderation.words import Standing


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the public log."""

    at: datetime
    seq: int
    kind: str  # tag of the deed
    rule: str = ""
    reason: str = ""


@dataclass(slots=True)
class Case:
    """What is so with one subject."""

    subject: str
    standing: Standing = Standing.SHOWN
    rule: str = ""
    reason: str = ""
    author: str = ""
    since: datetime | None = None
    reporters: set[str] = field(default_factory=set)
    rules: dict[str, int] = field(default_factory=dict)  # how often each was reported
    is_judged: bool = False  # a person looked: reports alone do not hide it again
    hidden_by: str = ""
    appeal: str = ""  # words of an appeal that waits
    has_appealed: bool = False
    steps: list[Step] = field(default_factory=list)

    @property
    def is_hidden(self) -> bool:
        """Whether it is off the pages."""
        return self.standing in (Standing.HELD, Standing.REPORTED_AWAY, Standing.HIDDEN)

    @property
    def is_waiting(self) -> bool:
        """Whether a person of the city must look at it."""
        waits = self.standing in (Standing.HELD, Standing.REPORTED_AWAY)
        return waits or bool(self.appeal) or bool(self.reporters and not self.is_judged)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What stands in the place of a hidden text."""

    subject: str
    standing: Standing
    rule: str
    reason: str
    since: datetime | None


def fold(case: Case, entry: Entry, deed: ModerationDeed) -> None:
    """Change a case by a deed."""
    match deed:
        case Reported():
            case.reporters.add(deed.voice)
            case.rules[deed.rule] = case.rules.get(deed.rule, 0) + 1
        case Held() | ReportedAway() | Hidden():
            case.standing = _STANDINGS[type(deed)]
            case.since, case.author = entry.at, deed.author
            case.rule, case.reason = getattr(deed, "rule", ""), getattr(deed, "reason", "")
            case.hidden_by = entry.actor
            case.is_judged = isinstance(deed, Hidden)
            case.has_appealed = False
        case Appealed():
            case.appeal, case.has_appealed = deed.words, True
        case Upheld():
            case.appeal, case.is_judged = "", True
            case.standing = Standing.HIDDEN
            case.reason = case.reason or deed.reason
        case Kept() | Overturned():
            was = case.is_hidden
            case.standing = Standing.RESTORED if was else Standing.SHOWN
            case.appeal, case.is_judged, case.since = "", True, entry.at


_STANDINGS = {
    Held: Standing.HELD,
    ReportedAway: Standing.REPORTED_AWAY,
    Hidden: Standing.HIDDEN,
}
