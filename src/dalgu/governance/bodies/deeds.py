"""What is written of bodies; members by pseudonym."""

from datetime import date, datetime

import msgspec

from dalgu.kernel.terms import TermDeed


class BodyFounded(msgspec.Struct, frozen=True, tag="body_founded"):
    """A body begins, or its rules change."""

    body: str
    kind: str  # committee, council
    counts_as: str  # businessCouncil, citizensCommittee, other: the register of meetings
    title_ko: str
    title_en: str
    basis_ko: str
    basis_en: str
    seats: int
    term_months: int
    most_renewals: int
    quorum: float  # share of the members that must be exceeded
    most_of_one_sex: float
    kinds: dict[str, tuple[int, int]]  # kind of member: least and most seats
    is_confirmed: bool
    department: str


class Seated(msgspec.Struct, frozen=True, tag="seated"):
    """Somebody takes a seat, or sits on for another term."""

    body: str
    seat: int
    member: str  # a pseudonym
    kind: str
    sex: str  # f, m; empty where it was not told
    since: date
    until: date
    renewals: int


class Unseated(msgspec.Struct, frozen=True, tag="unseated"):
    """Somebody leaves a seat before its term ends."""

    body: str
    seat: int
    on: date
    reason: str


class MeetingCalled(msgspec.Struct, frozen=True, tag="meeting_called"):
    """The body is called together; `form` is in_person, online or written."""

    body: str
    meeting: int
    at: datetime
    minutes: int  # how long it is to last
    place: str
    form: str
    title: str


class ItemAdded(msgspec.Struct, frozen=True, tag="item_added"):
    """A matter is put on the agenda."""

    body: str
    meeting: int
    item: int
    title: str
    by: str
    paper: str


class Recused(msgspec.Struct, frozen=True, tag="recused"):
    """A member has an interest in a matter and stays out of it."""

    body: str
    meeting: int
    item: int
    seat: int
    reason: str


class Attended(msgspec.Struct, frozen=True, tag="attended"):
    """Which seats were there; `of` are the seats that were filled on the day."""

    body: str
    meeting: int
    seats: tuple[int, ...]
    of: int


class MinutesWritten(msgspec.Struct, frozen=True, tag="minutes_written"):
    """The minutes; what is not published says why."""

    body: str
    meeting: int
    text: str
    is_published: bool
    reason: str


class Decided(msgspec.Struct, frozen=True, tag="decided"):
    """A matter is decided by a count of hands."""

    body: str
    meeting: int
    item: int
    is_adopted: bool
    ayes: int
    noes: int
    abstained: int
    text: str
    department: str  # who follows it up; empty where nothing is to be done
    rule: str  # of the follow-up


class Followed(msgspec.Struct, frozen=True, tag="followed"):
    """What became of a decision."""

    body: str
    meeting: int
    item: int
    outcome: str  # done, partly, not_done
    text: str


class CalledOff(msgspec.Struct, frozen=True, tag="called_off"):
    """A meeting does not take place."""

    body: str
    meeting: int
    reason: str


BodyDeed = (
    BodyFounded | Seated | Unseated | MeetingCalled | ItemAdded | Recused | Attended
    | MinutesWritten | Decided | Followed | CalledOff | TermDeed
)  # fmt: skip
