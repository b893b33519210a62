"""Sessions, motions and votes of a committee."""

from typing import Annotated

from msgspec import Meta

from dalgu.certification.process.acts.act import (
    Code,
    Command,
    Event,
    Level,
    OnMotion,
    OnSession,
    Prose,
)
from dalgu.certification.process.quorum import Tally
from dalgu.certification.process.words import MotionKind, Vote


class OpenSession(Command, tag="open_session", frozen=True, kw_only=True):
    """Open a session with those who attend."""

    round: Code
    group: Code
    present: tuple[Code, ...]


class SessionOpened(
    OpenSession, Event, tag="session_opened", tag_field="event", frozen=True, kw_only=True
):
    """Two thirds of the seated members attend: the session is open."""

    session: str
    members: tuple[str, ...]  # seated on that day


class PutMotion(OnSession, tag="put_motion", frozen=True, kw_only=True):
    """Put a question about a case to the vote."""

    case: Code
    kind: MotionKind
    reason: Prose
    indicator: Annotated[str, Meta(max_length=80)] = ""
    level: Level | None = None
    value: float | None = None
    person: Annotated[str, Meta(max_length=80)] = ""  # whom a party challenges
    objection: Annotated[str, Meta(max_length=80)] = ""


class MotionPut(PutMotion, Event, tag="motion_put", tag_field="event", frozen=True, kw_only=True):
    """Members may vote."""

    motion: str


class CastVote(OnMotion, tag="cast_vote", frozen=True, kw_only=True):
    """Vote; a later vote replaces the earlier until the motion is counted."""

    vote: Vote


class VoteCast(CastVote, Event, tag="vote_cast", tag_field="event", frozen=True, kw_only=True):
    """A member has voted."""

    person: str


class CountMotion(OnMotion, tag="count_motion", frozen=True, kw_only=True):
    """Count the votes."""


class MotionDecided(
    CountMotion, Event, tag="motion_decided", tag_field="event", frozen=True, kw_only=True
):
    """The committee has decided."""

    tally: Tally
    points: float | None = None  # of accepted scores
    grade: int | None = None


class CloseSession(OnSession, tag="close_session", frozen=True, kw_only=True):
    """Close a session with its minutes."""

    minutes: Prose


class SessionClosed(
    CloseSession, Event, tag="session_closed", tag_field="event", frozen=True, kw_only=True
):
    """The session is over."""
