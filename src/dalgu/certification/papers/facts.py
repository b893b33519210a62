"""What is printed on the result paper, the index of evidence and a notice of revocation.

Plain values: whoever prints fills them. A value that does not exist is None and prints as a dash.
"""

from datetime import date
from enum import StrEnum

import msgspec

from dalgu.certification.framework.model import Kind, OfficialStatus
from dalgu.kernel.text import Text

NOTHING = Text("", "")


class PaperHead(msgspec.Struct, frozen=True):
    """What every paper of a case says at its head and foot."""

    number: str  # of the application or case
    city: Text
    programme: Text
    legal_effect: bool
    framework: str
    framework_title: Text
    framework_hash: str
    official_status: OfficialStatus  # of the framework as a whole
    issuer: Text
    printed_on: date


class IndicatorResult(msgspec.Struct, frozen=True):
    """One indicator as it was judged."""

    code: str
    name: Text
    kind: Kind
    status: Text  # measured, estimated, not available, awaiting review …
    official_status: OfficialStatus
    points: float
    full: float
    value: float | None = None
    unit: Text = NOTHING
    numerator: float | None = None
    denominator: float | None = None
    median: float | None = None  # of the reviewers' levels
    reviewers: int = 0
    evidence: tuple[str, ...] = ()


class ItemResult(msgspec.Struct, frozen=True):
    """One evaluation item."""

    code: str
    name: Text
    points: float
    full: float
    indicators: tuple[IndicatorResult, ...] = ()


class AreaResult(msgspec.Struct, frozen=True):
    """One area."""

    code: str
    name: Text
    points: float
    full: float
    items: tuple[ItemResult, ...] = ()


class Member(msgspec.Struct, frozen=True):
    """A member of the committee: the record keeps their list (guideline art. 15)."""

    name: str
    affiliation: str
    role: Text
    was_present: bool
    was_recused: bool = False


class Vote(msgspec.Struct, frozen=True):
    """A motion of the committee and how it was voted."""

    motion: Text
    on: date
    in_favour: int
    against: int
    abstained: int
    needed: int  # votes in favour that carry it
    is_carried: bool


class DecisionFacts(msgspec.Struct, frozen=True):
    """What was decided, when and by whom."""

    outcome: Text
    decided_by: Text
    decided_on: date
    reported_on: date | None = None  # the operator's report to the ministry
    certificate: str = ""
    expires_on: date | None = None
    note: Text = NOTHING


class ResultFacts(msgspec.Struct, frozen=True):
    """All of a result paper; every applicant gets one."""

    head: PaperHead
    city_type: Text
    reference_on: date
    points: float
    total_points: float
    grade: int | None
    is_certified: bool
    score_digest: str
    areas: tuple[AreaResult, ...]
    grade_probability: float | None = None  # share 0 to 1
    committee: tuple[Member, ...] = ()
    votes: tuple[Vote, ...] = ()
    decision: DecisionFacts | None = None  # None: not decided yet


class IndexDocument(msgspec.Struct, frozen=True):
    """One document of evidence and where in it to look."""

    title: str
    file: str
    pages: str  # "3–5, 12"
    digest: str  # SHA-256 of the file
    issuer: str = ""
    dated: date | None = None
    is_stamped: bool = False  # carries "identical to original"


class IndexEntry(msgspec.Struct, frozen=True):
    """One indicator in the mandatory index: its summary and the pages that show it."""

    code: str
    name: Text
    kind: Kind
    summary: str
    documents: tuple[IndexDocument, ...] = ()


class IndexFacts(msgspec.Struct, frozen=True):
    """The mandatory index table of the evidence of an application."""

    head: PaperHead
    reference_on: date
    entries: tuple[IndexEntry, ...]


class NoticeKind(StrEnum):
    """The steps of a revocation (Decree art. 32)."""

    FIRST = "first"
    SECOND = "second"
    REVOCATION = "revocation"


class Ground(StrEnum):
    """Why a certificate is revoked (Act art. 33)."""

    FRAUD = "fraud"  # must be revoked
    BELOW_CRITERIA = "below_criteria"  # may be revoked


class NoticeFacts(msgspec.Struct, frozen=True):
    """One notice of a revocation case.

    The first and the second notice set `due_on`, the last day for an explanation. The notice of
    revocation says what became of the explanation, from when it counts and where it is posted.
    """

    head: PaperHead
    kind: NoticeKind
    certificate: str
    certificate_issued_on: date
    ground: Ground
    reason: Text
    due_on: date | None = None
    earlier: tuple[date, ...] = ()  # days of the notices before
    explanation: Text = NOTHING  # what was explained and how it was judged; empty: none came
    effective_on: date | None = None
    posted_at: str = ""  # address of the public posting
