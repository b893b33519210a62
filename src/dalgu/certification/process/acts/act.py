"""Commands and events as such, and the values that several of them carry."""

from typing import Annotated

import msgspec
from msgspec import Meta

Code = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"^[^\s\x00-\x1f].*$")]
Prose = Annotated[str, Meta(min_length=1, max_length=8_000)]
Line = Annotated[str, Meta(min_length=1, max_length=300)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Level = Annotated[int, Meta(ge=0, le=5)]
Count = Annotated[int, Meta(ge=0)]
Page = Annotated[int, Meta(ge=1)]
Grade = Annotated[int, Meta(ge=1, le=5)]


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A value that commands and events carry."""


class Command(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="command"
):
    """Something that somebody asks for."""


class Event(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="event"
):
    """Something that happened."""


class OnProgramme(Command, frozen=True, kw_only=True):
    """A command within a programme."""

    programme: Code


class OnRound(Command, frozen=True, kw_only=True):
    """A command within a round."""

    round: Code


class OnCase(Command, frozen=True, kw_only=True):
    """A command on one case."""

    case: Code


class OnCertificate(Command, frozen=True, kw_only=True):
    """A command on one certificate."""

    certificate: Code


class OnMotion(Command, frozen=True, kw_only=True):
    """A command on a motion of a committee."""

    motion: Code


class OnSession(Command, frozen=True, kw_only=True):
    """A command within a committee's session."""

    session: Code
