"""What is written of following: accounts and subjects, never an address."""

from typing import Literal

import msgspec

Frequency = Literal["daily", "weekly", "never"]


class Followed(msgspec.Struct, frozen=True, tag="followed"):
    """An account wants to hear of a thing; mails come in the language it was followed in."""

    account: str
    language: Literal["ko", "en"]


class Unfollowed(msgspec.Struct, frozen=True, tag="unfollowed"):
    """An account has heard enough of a thing."""

    account: str


class FrequencySet(msgspec.Struct, frozen=True, tag="frequency"):
    """How often an account gets a digest; `never` leaves the feeds."""

    account: str
    frequency: Frequency


class Hooked(msgspec.Struct, frozen=True, tag="hooked"):
    """The city sends its news to another program."""

    number: int
    url: str
    room: str  # empty for all rooms


class Unhooked(msgspec.Struct, frozen=True, tag="unhooked"):
    """The city no longer sends there."""

    number: int


FollowDeed = Followed | Unfollowed | FrequencySet | Hooked | Unhooked
