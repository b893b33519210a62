"""What happens in a shift: each a struct with a tag, kept in the center's book."""

from datetime import datetime
from enum import StrEnum

import msgspec

from dalgu.center.shifts.roster import Roster
from dalgu.center.shifts.sheet import Sheet


class Category(StrEnum):
    """What an entry of the log is about."""

    SITUATION = "situation"
    INCIDENT = "incident"
    FACILITY = "facility"
    CONTACT = "contact"
    STAFF = "staff"
    PASS_ON = "pass_on"  # noqa: S105 - a category, not a secret


class DutyTaken(msgspec.Struct, frozen=True, tag="duty_taken"):
    """Somebody is on duty."""

    shift: str


class DutyLeft(msgspec.Struct, frozen=True, tag="duty_left"):
    """Somebody is not on duty any more."""

    shift: str


class Written(msgspec.Struct, frozen=True, tag="written"):
    """Somebody wrote in the log; nothing is ever taken out, a correction strikes it through."""

    key: str  # made where it was written: the same one twice is one entry
    shift: str
    at: datetime  # when it was written; the book's own instant tells when it came here
    category: Category
    text: str
    incident: int | None = None
    strikes: str | None = None  # key of the entry that this one corrects
    is_late: bool = False  # came after its shift was handed over


class HandedOver(msgspec.Struct, frozen=True, tag="handed_over"):
    """The leaving one signed the sheet, which stands here as it was signed."""

    shift: str
    sheet: Sheet
    digest: str  # SHA-256 of the sheet
    mentions: dict[str, str]  # number of each open P1 and P2 to what is said of it
    notes: str = ""


class TakenOver(msgspec.Struct, frozen=True, tag="taken_over"):
    """The taking one signed the same sheet."""

    shift: str
    into: str  # the shift that is taken
    digest: str
    notes: str = ""


class RosterSet(msgspec.Struct, frozen=True, tag="roster_set"):
    """The room changes at these hours from now on."""

    roster: Roster


ShiftDeed = DutyTaken | DutyLeft | Written | HandedOver | TakenOver | RosterSet
