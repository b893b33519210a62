"""Programmes, roles, rounds and committees."""

from datetime import date
from typing import Annotated

from msgspec import Meta

from dalgu.certification.process.acts.act import (
    Code,
    Command,
    Count,
    Event,
    Line,
    OnProgramme,
    OnRound,
    Prose,
    Sha256,
    Value,
)
from dalgu.certification.process.words import (
    DismissalGround,
    FileKind,
    ObjectType,
    ProgrammeKind,
    ProgrammeRole,
    Qualification,
)

ALL_KINDS = tuple(FileKind)


class FrameworkUse(Value, frozen=True, kw_only=True):
    """The framework that a round is judged by, and the file rules of its call."""

    name: Code
    digest: Sha256  # of its content: the round is judged by exactly this
    quantitative: tuple[Code, ...]
    qualitative: tuple[Code, ...]
    evidence_max_age_months: Annotated[int, Meta(ge=1, le=120)] = 36
    file_kinds: tuple[FileKind, ...] = ALL_KINDS

    @property
    def indicators(self) -> tuple[str, ...]:
        """All codes, in the framework's order."""
        return (*self.quantitative, *self.qualitative)


class Group(Value, frozen=True, kw_only=True):
    """Cities that are judged together, by one committee."""

    code: Code
    title_ko: Line
    title_en: Line
    city_types: tuple[Code, ...]


class DefineProgramme(OnProgramme, tag="define_programme", frozen=True, kw_only=True):
    """Set a programme up."""

    kind: ProgrammeKind
    object_type: ObjectType
    title_ko: Line
    title_en: Line


class ProgrammeDefined(
    DefineProgramme, Event, tag="programme_defined", tag_field="event", frozen=True, kw_only=True
):
    """A programme was set up."""


class GrantRole(OnProgramme, tag="grant_role", frozen=True, kw_only=True):
    """Give a person a role in a programme."""

    person: Code
    role: ProgrammeRole
    organisation: Annotated[str, Meta(max_length=80)] = ""  # an applicant's is its area code


class RoleGranted(
    GrantRole, Event, tag="role_granted", tag_field="event", frozen=True, kw_only=True
):
    """A person has a role from now on."""


class TakeRole(OnProgramme, tag="take_role", frozen=True, kw_only=True):
    """Take a person's role away."""

    person: Code
    reason: Line


class RoleTaken(TakeRole, Event, tag="role_taken", tag_field="event", frozen=True, kw_only=True):
    """A person has no role in the programme any more."""


class PlanRound(Command, tag="plan_round", frozen=True, kw_only=True):
    """Plan a round, or plan it anew before its call is announced."""

    round: Code
    programme: Code
    year: Annotated[int, Meta(ge=2017, le=2200)]
    framework: FrameworkUse
    announced_on: date
    intake_from: date
    intake_until: date
    groups: Annotated[tuple[Group, ...], Meta(min_length=1, max_length=20)]


class RoundPlanned(
    PlanRound, Event, tag="round_planned", tag_field="event", frozen=True, kw_only=True
):
    """A round is planned so."""


class AnnounceCall(OnRound, tag="announce_call", frozen=True, kw_only=True):
    """Publish the call: from then on the round is judged by this framework alone."""


class CallAnnounced(
    AnnounceCall, Event, tag="call_announced", tag_field="event", frozen=True, kw_only=True
):
    """The call is public."""


class SeatMember(OnRound, tag="seat_member", frozen=True, kw_only=True):
    """Seat a committee member in one group, or in all of them."""

    person: Code
    qualification: Qualification
    since: date
    group: Annotated[str, Meta(max_length=80)] = ""  # empty: a common member, who judges all
    in_field: bool = False  # of the service field that is certified


class MemberSeated(
    SeatMember, Event, tag="member_seated", tag_field="event", frozen=True, kw_only=True
):
    """A member sits in the committee until the end of their term."""

    until: date


class RenewTerm(OnRound, tag="renew_term", frozen=True, kw_only=True):
    """Let a member serve another term."""

    person: Code


class TermRenewed(
    RenewTerm, Event, tag="term_renewed", tag_field="event", frozen=True, kw_only=True
):
    """A member serves another term."""

    until: date


class DismissMember(OnRound, tag="dismiss_member", frozen=True, kw_only=True):
    """Dismiss a committee member on one of the five grounds."""

    person: Code
    ground: DismissalGround
    reason: Prose


class MemberDismissed(
    DismissMember, Event, tag="member_dismissed", tag_field="event", frozen=True, kw_only=True
):
    """A member sits in the committee no longer."""


class ElectChair(OnRound, tag="elect_chair", frozen=True, kw_only=True):
    """Record whom the members of a group's committee elected from among them."""

    group: Code
    chair: Code
    present: tuple[Code, ...]
    votes_for: tuple[Code, ...]


class ChairElected(
    ElectChair, Event, tag="chair_elected", tag_field="event", frozen=True, kw_only=True
):
    """A committee has a chair."""

    members: Count
