"""What is written of dispersion: which signs stand, what was advised, sent and withdrawn."""

import msgspec

from dalgu.devices.signals.timing import Plan
from dalgu.kernel.text import Text

Lines = tuple[str, ...]
Message = tuple[Lines, ...]  # the phases of a sign


class SignPlaced(msgspec.Struct, frozen=True, tag="sign_placed"):
    """A message sign stands over a link, for who enters it."""

    sign: str
    link: str
    name: Text
    rows: int
    columns: int
    phases: int


class SignRemoved(msgspec.Struct, frozen=True, tag="sign_removed"):
    """A sign stands no more."""

    sign: str


class Way(msgspec.Struct, frozen=True):
    """An advised way: its links, the share of the followers it carries, what it is called."""

    links: tuple[str, ...]
    share: float
    via: Text


class Split(msgspec.Struct, frozen=True):
    """How the followers of a sign leave its link: shares usually, and as advised."""

    exit: str
    usual: float
    advised: float


class SignDraft(msgspec.Struct, frozen=True):
    """What one sign is to show, why, and what it is reckoned to do."""

    sign: str
    link: str
    passing_vph: float
    followed_vph: float
    extra_s: float
    saved_s: float
    splits: tuple[Split, ...]
    ways: tuple[Way, ...]
    ko: Message
    en: Message


class LinkChange(msgspec.Struct, frozen=True):
    """Flow of a link: usually, with the closure alone, with advice; vehicles an hour."""

    link: str
    usual_vph: float
    alone_vph: float
    advised_vph: float


class OverloadedLink(msgspec.Struct, frozen=True):
    """Degree of saturation of a link's worst lane group: usually, alone, advised."""

    link: str
    usual: float
    alone: float
    advised: float


class NewPlan(msgspec.Struct, frozen=True):
    """A proposed plan of a signal beside the one that runs."""

    signal: str
    before: Plan
    after: Plan


class Simulated(msgspec.Struct, frozen=True):
    """One course in the queue simulation."""

    mean_delay_s: float
    arrived: int
    outside: int
    spread_s: float = 0.0  # standard error of the difference from the closure alone


class Effect(msgspec.Struct, frozen=True):
    """What was simulated: the closure alone, with signs, with signs and plans."""

    alone: Simulated
    signs: Simulated
    plans: Simulated | None = None


class Reckoned(msgspec.Struct, frozen=True):
    """Figures of the equilibria: vehicle hours spent in an hour, and how exact they are."""

    usual_h: float
    alone_h: float
    advised_h: float
    settled_h: float
    bound_vph: float
    cut_off_vph: float
    relative_gap: float
    good_geh: float


class Draft(msgspec.Struct, frozen=True):
    """A closure thought through."""

    network: str  # digest
    hour: int
    links: tuple[str, ...]
    capacity_share: float
    cause: str
    place: Text
    incident: str
    reckoned: Reckoned
    signs: tuple[SignDraft, ...]
    changes: tuple[LinkChange, ...]
    overloads: tuple[OverloadedLink, ...]
    plans: tuple[NewPlan, ...]
    effect: Effect


class PlanDrawn(msgspec.Struct, frozen=True, tag="plan_drawn"):
    """A dispersion plan was drawn up for a closure."""

    number: int
    draft: Draft


class TextEdited(msgspec.Struct, frozen=True, tag="text_edited"):
    """Somebody wrote what a sign of a plan is to show in other words."""

    number: int
    sign: str
    ko: Message
    en: Message


class PlanSent(msgspec.Struct, frozen=True, tag="plan_sent"):
    """The signs show the plan; `proposals` are the signal plans laid before their operators."""

    number: int
    signs: tuple[str, ...]
    proposals: tuple[int, ...]


class PlanWithdrawn(msgspec.Struct, frozen=True, tag="plan_withdrawn"):
    """The plan is over: its signs are dark again, its signal plans ended."""

    number: int
    why: str


DispersionDeed = SignPlaced | SignRemoved | PlanDrawn | TextEdited | PlanSent | PlanWithdrawn
