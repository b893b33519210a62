"""What is written of test-bed calls; firms by their name, people by account."""

from datetime import date

import msgspec

from dalgu.kernel.terms import TermDeed
from dalgu.services.citizens.discovery.deeds import Reading


class CallOpened(msgspec.Struct, frozen=True, tag="call_opened"):
    """The city offers sites for trials."""

    call: int
    title_ko: str
    title_en: str
    asks: str
    since: date
    until: date
    slots: int
    sites: tuple[str, ...]


class Submitted(msgspec.Struct, frozen=True, tag="submitted"):
    """A firm or a group applies; the actor is who may speak for it."""

    application: int
    call: int
    firm: str
    title: str
    what: str
    needs: str  # data, people, places


class Vetted(msgspec.Struct, frozen=True, tag="vetted"):
    """Whether it may be reviewed, by the points of the checklist."""

    application: int
    is_eligible: bool
    record: str


class Recused(msgspec.Struct, frozen=True, tag="recused"):
    """A reviewer has an interest in it and stays out."""

    application: int
    reason: str


class Reviewed(msgspec.Struct, frozen=True, tag="reviewed"):
    """A reviewer scores it by every criterion."""

    application: int
    scores: dict[str, int]
    note: str


class Selected(msgspec.Struct, frozen=True, tag="selected"):
    """The slots of a call go to these."""

    call: int
    applications: tuple[int, ...]
    means: tuple[tuple[int, float], ...]


class Booked(msgspec.Struct, frozen=True, tag="booked"):
    """A site is kept for an application, the last day included."""

    booking: int
    application: int
    site: str
    since: date
    until: date


class Released(msgspec.Struct, frozen=True, tag="released"):
    """A booking is given back."""

    booking: int


class PermitAsked(msgspec.Struct, frozen=True, tag="permit_asked"):
    """A permit is applied for, or written down as needed."""

    application: int
    permit: str
    authority: str


class PermitAnswered(msgspec.Struct, frozen=True, tag="permit_answered"):
    """The authority answered."""

    application: int
    permit: str
    is_granted: bool
    record: str


class Agreed(msgspec.Struct, frozen=True, tag="agreed"):
    """City and firm agreed on what runs where, and by what it is judged."""

    application: int
    since: date
    until: date
    record: str


class IndicatorSet(msgspec.Struct, frozen=True, tag="indicator_set"):
    """An indicator of the run, with its target and how it was before."""

    application: int
    indicator: int
    name: str
    is_more_better: bool
    target: float
    before: Reading


class IndicatorRead(msgspec.Struct, frozen=True, tag="indicator_read"):
    """What the hub said of an indicator during the run."""

    application: int
    indicator: int
    reading: Reading


class RunBegun(msgspec.Struct, frozen=True, tag="run_begun"):
    """The trial runs."""

    application: int


class RunScored(msgspec.Struct, frozen=True, tag="run_scored"):
    """A citizen scored the trial."""

    application: int
    voice: str
    is_author: bool
    scores: dict[str, int]


class RunCertified(msgspec.Struct, frozen=True, tag="run_certified"):
    """The city certifies that it was demonstrated, with the figures."""

    application: int
    code: str
    record: str


class RunStopped(msgspec.Struct, frozen=True, tag="run_stopped"):
    """It goes no further."""

    application: int
    reason: str
    record: str


CallDeed = (
    CallOpened | Submitted | Vetted | Recused | Reviewed | Selected | Booked | Released
    | PermitAsked | PermitAnswered | Agreed | IndicatorSet | IndicatorRead | RunBegun
    | RunScored | RunCertified | RunStopped | TermDeed
)  # fmt: skip
