"""What is written of rounds and problems; people stand in it by account, never by name."""

from datetime import date, datetime

import msgspec

from dalgu.kernel.terms import TermDeed


class Reading(msgspec.Struct, frozen=True):
    """A window of one series as it was read: its figures, and the digest of its numbers."""

    entity: str
    attribute: str
    since: datetime
    until: datetime
    count: int
    mean: float
    low: float
    high: float
    digest: str  # SHA-256 of the kept numbers
    name: str = ""  # of the entity, as it was then
    unit: str = ""  # UN/CEFACT code


class RoundCalled(msgspec.Struct, frozen=True, tag="round_called"):
    """The city calls citizens together, or a past round is put on record with its source."""

    round: int
    title_ko: str
    title_en: str
    call_from: date | None
    call_until: date | None
    kickoff_on: date | None
    ends_on: date | None
    seats: int = 0
    source: str = ""


class RoundCounted(msgspec.Struct, frozen=True, tag="round_counted"):
    """How many took part in a past round, as published; nobody is named."""

    round: int
    began: int
    certified: int
    source: str


class Applied(msgspec.Struct, frozen=True, tag="applied"):
    """Somebody applies; `voice` is their keyed hash in this round."""

    round: int
    voice: str
    motive: str


class Withdrawn(msgspec.Struct, frozen=True, tag="withdrawn"):
    """Somebody takes an application back."""

    round: int


class Chosen(msgspec.Struct, frozen=True, tag="chosen"):
    """The desk takes these into the round."""

    round: int
    accounts: tuple[str, ...]


class SessionHeld(msgspec.Struct, frozen=True, tag="session_held"):
    """The round meets."""

    round: int
    session: int
    on: date
    kind: str
    title: str


class Attended(msgspec.Struct, frozen=True, tag="attended"):
    """Who was there; a later list takes the place of an earlier one."""

    round: int
    session: int
    accounts: tuple[str, ...]


class TeamFormed(msgspec.Struct, frozen=True, tag="team_formed"):
    """Some of a round work on one matter."""

    round: int
    team: int
    name: str
    accounts: tuple[str, ...]


class VoteOpened(msgspec.Struct, frozen=True, tag="vote_opened"):
    """Citizens may approve problems of the round."""

    round: int
    box: str
    problems: tuple[int, ...]
    most: int
    places: int
    closes_at: datetime


class VoteClosed(msgspec.Struct, frozen=True, tag="vote_closed"):
    """The count: approvals of each problem, and which the places went to."""

    round: int
    ballots: int
    approvals: tuple[tuple[int, int], ...]
    chosen: tuple[int, ...]


class Certified(msgspec.Struct, frozen=True, tag="certified"):
    """A member came often enough to be called a citizen scientist."""

    round: int
    account: str
    code: str
    attended: int
    of: int


class NameBound(msgspec.Struct, frozen=True, tag="name_bound"):
    """The holder had the paper printed with a name; only its keyed hash is kept."""

    code: str
    digest: str


class Observed(msgspec.Struct, frozen=True, tag="observed"):
    """A team, or the record of a past round, names a problem."""

    problem: int
    round: int
    team: int
    title_ko: str
    title_en: str
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    source: str = ""
    doubt_ko: str = ""  # what is not known of it
    doubt_en: str = ""


class SheetWritten(msgspec.Struct, frozen=True, tag="sheet_written"):
    """The definition sheet as a whole."""

    problem: int
    status: str
    when: str
    where: str
    origin: str
    harm: str
    stakeholders: str
    direction: str


class EvidenceLinked(msgspec.Struct, frozen=True, tag="evidence_linked"):
    """A series of the hub is shown as evidence, frozen as it was."""

    problem: int
    reading: Reading
    says: str


class VisitNoted(msgspec.Struct, frozen=True, tag="visit_noted"):
    """The team went somewhere or heard somebody."""

    problem: int
    on: date
    kind: str  # visit, seminar
    place: str
    found: str


class Judged(msgspec.Struct, frozen=True, tag="judged"):
    """Policy, law and budget: whether each allows it, and why."""

    problem: int
    policy: bool
    policy_note: str
    law: bool
    law_note: str
    budget: bool
    budget_note: str


class Planned(msgspec.Struct, frozen=True, tag="planned"):
    """Who demonstrates what, with how much money, and by which KPI it is judged."""

    problem: int
    owner: str
    money_won: int
    kpi: str
    is_more_better: bool
    target: float
    baseline: Reading
    since: date
    until: date


class Funded(msgspec.Struct, frozen=True, tag="funded"):
    """Money was paid."""

    problem: int
    amount_won: int
    on: date
    source: str
    what: str


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    """The KPI was read again, during or after the demonstration."""

    problem: int
    reading: Reading


class Scored(msgspec.Struct, frozen=True, tag="scored"):
    """A citizen scored the demonstration; a later score takes the place of an earlier one."""

    problem: int
    voice: str
    is_author: bool
    scores: dict[str, int]


class Passed(msgspec.Struct, frozen=True, tag="passed"):
    """A gate was decided. With a `source` it is the record of a past decision, on no known day."""

    problem: int
    gate: str
    checked: int
    body: str
    record: str
    on: date | None
    source: str = ""


class Stopped(msgspec.Struct, frozen=True, tag="stopped"):
    """It goes no further, for this reason."""

    problem: int
    reason: str
    body: str
    record: str
    on: date | None
    source: str = ""


class Resumed(msgspec.Struct, frozen=True, tag="resumed"):
    """A stopped problem is taken up again."""

    problem: int
    record: str


RoundDeed = (
    RoundCalled | RoundCounted | Applied | Withdrawn | Chosen | SessionHeld | Attended
    | TeamFormed | VoteOpened | VoteClosed | Certified | NameBound
)  # fmt: skip
ProblemDeed = (
    Observed | SheetWritten | EvidenceLinked | VisitNoted | Judged | Planned | Funded
    | Measured | Scored | Passed | Stopped | Resumed
)  # fmt: skip
DiscoveryDeed = RoundDeed | ProblemDeed | TermDeed
