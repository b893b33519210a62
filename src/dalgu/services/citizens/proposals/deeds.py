"""What is written of proposals: pseudonyms of accounts and keyed voices, never a name."""

from datetime import date, datetime

import msgspec

from dalgu.kernel.terms import TermDeed
from dalgu.services.citizens.proposals.spaces import Space
from dalgu.services.citizens.proposals.words import Act, Decision, Side, Topic


class Place(msgspec.Struct, frozen=True):
    """What a proposal speaks of; degrees, WGS 84."""

    lon: float
    lat: float
    district: str = ""
    dong: str = ""


class Published(msgspec.Struct, frozen=True, tag="published"):
    """A proposal or a petition matures from now on, a question of the city is asked."""

    number: int
    space: str
    title: str
    text: str
    topic: Topic = Topic.OTHER
    language: str = "ko"
    place: Place | None = None
    similar: tuple[int, ...] = ()  # those that the author was shown and did not support instead
    follows: str = ""  # the subject in another room that it came out of
    department: str = ""  # of who asks
    closes_at: datetime | None = None  # of a question


class Supported(msgspec.Struct, frozen=True, tag="supported"):
    """One voice more; `voice` is of this matter alone."""

    voice: str


class SupportWithdrawn(msgspec.Struct, frozen=True, tag="support_withdrawn"):
    """One voice less."""

    voice: str


class Commented(msgspec.Struct, frozen=True, tag="commented"):
    """Somebody wrote for, against or beside it, or answered who did."""

    comment: int
    side: Side
    text: str
    parent: int | None = None


class CommentSupported(msgspec.Struct, frozen=True, tag="comment_supported"):
    """One voice for a comment."""

    comment: int
    voice: str


class CommentSupportWithdrawn(msgspec.Struct, frozen=True, tag="comment_support_withdrawn"):
    """One voice less for a comment."""

    comment: int
    voice: str


class Withdrawn(msgspec.Struct, frozen=True, tag="withdrawn"):
    """Its author took it back while nobody else supported it."""

    reason: str


class Archived(msgspec.Struct, frozen=True, tag="archived"):
    """Its window closed with too few."""

    supports: int


class Reached(msgspec.Struct, frozen=True, tag="reached"):
    """So many support it that the city must act."""

    act: Act
    supports: int


class Routed(msgspec.Struct, frozen=True, tag="routed"):
    """A department has it."""

    department: str


class Transferred(msgspec.Struct, frozen=True, tag="transferred"):
    """Another department has it; the author sees why."""

    department: str
    reason: str


class SupplementAsked(msgspec.Struct, frozen=True, tag="supplement_asked"):
    """The author is asked for what is lacking, until and with a day."""

    what: str
    until: date


class Supplemented(msgspec.Struct, frozen=True, tag="supplemented"):
    """The author added what was asked for."""

    text: str


class SupplementLapsed(msgspec.Struct, frozen=True, tag="supplement_lapsed"):
    """Nothing was added in time; the clock runs on."""


class Carried(msgspec.Struct, frozen=True):
    """A supporter of a merged proposal, and their voice in the one that took it in."""

    account: str
    voice: str


class Merged(msgspec.Struct, frozen=True, tag="merged"):
    """It says what an earlier one says, and goes on there."""

    into: int
    reason: str


class TookIn(msgspec.Struct, frozen=True, tag="took_in"):
    """A later one goes on here: its authors at once, its supporters as they choose until a day."""

    number: int
    authors: tuple[str, ...]
    carried: tuple[Carried, ...]
    until: date


class CarryChosen(msgspec.Struct, frozen=True, tag="carry_chosen"):
    """A supporter of a merged one said whether their support goes on here."""

    voice: str
    is_agreed: bool


class CarryEnded(msgspec.Struct, frozen=True, tag="carry_ended"):
    """The notice is over: who kept silent counts, or does not, as the space has it."""

    number: int  # of the merged one
    is_counted: bool


class Converted(msgspec.Struct, frozen=True, tag="converted"):
    """It is work for an office, and became a service request."""

    request: str
    reason: str


class Answered(msgspec.Struct, frozen=True, tag="answered"):
    """The department answers."""

    decision: Decision
    department: str
    reason: str
    law: str = ""
    cost_won: int | None = None
    next_on: date | None = None
    act: Act = Act.ANSWER


class Planned(msgspec.Struct, frozen=True, tag="planned"):
    """What is done, by whom and until when, and how one will see it."""

    text: str
    department: str
    until: date
    entity: str = ""  # whose attribute will tell, in the hub
    attribute: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """A figure of the hub before and after; means over the days named, as they were read then."""

    entity: str
    attribute: str
    unit: str
    before: float
    after: float
    before_days: tuple[date, date]
    after_days: tuple[date, date]
    before_count: int
    after_count: int


class Implemented(msgspec.Struct, frozen=True, tag="implemented"):
    """It is there."""

    text: str
    entity: str = ""
    evidence: Evidence | None = None


class Stalled(msgspec.Struct, frozen=True, tag="stalled"):
    """The plan does not go on."""

    reason: str


class Reopened(msgspec.Struct, frozen=True, tag="reopened"):
    """It is before the department again."""

    reason: str


class Appealed(msgspec.Struct, frozen=True, tag="appealed"):
    """The author does not accept the answer."""

    reason: str


class Fulfilled(msgspec.Struct, frozen=True, tag="fulfilled"):
    """What a tier promised was done: a forum, the mayor's answer."""

    act: Act
    on: date
    record: str


class CommitteeDecided(msgspec.Struct, frozen=True, tag="committee_decided"):
    """The committee grants the debate that a petition asks for, or not."""

    is_granted: bool
    on: date
    reason: str


class DebateHeld(msgspec.Struct, frozen=True, tag="debate_held"):
    """The debate was held."""

    on: date
    record: str
    result: str


class AskClosed(msgspec.Struct, frozen=True, tag="ask_closed"):
    """The comments on a question are closed."""

    comments: int


class ResultRecorded(msgspec.Struct, frozen=True, tag="result_recorded"):
    """What the department made of the comments."""

    text: str
    used: tuple[int, ...] = ()  # comments that changed something
    next_on: date | None = None


class SpaceSet(msgspec.Struct, frozen=True, tag="space_set"):
    """A space has this policy from now on; terms that run keep theirs."""

    space: Space


class TemplateKept(msgspec.Struct, frozen=True, tag="template_kept"):
    """An answer that is written often; without a text it is dropped."""

    name: str
    decision: Decision
    text: str


ProposalDeed = (
    Published | Supported | SupportWithdrawn | Commented | CommentSupported
    | CommentSupportWithdrawn | Withdrawn | Archived | Reached | Routed | Transferred
    | SupplementAsked | Supplemented | SupplementLapsed | Merged | TookIn | CarryChosen
    | CarryEnded | Converted | Answered | Planned | Implemented | Stalled | Reopened | Appealed
    | Fulfilled | CommitteeDecided | DebateHeld | AskClosed | ResultRecorded | SpaceSet
    | TemplateKept | TermDeed
)  # fmt: skip
