"""What is written of moderation: never a text, a name or an address of who reported."""

import msgspec


class Reported(msgspec.Struct, frozen=True, tag="reported"):
    """A voice said that something breaks a rule; `voice` is of this subject alone."""

    voice: str
    rule: str


class Held(msgspec.Struct, frozen=True, tag="held"):
    """A machine suspects a text: a person looks at it before it shows."""

    why: str  # words
    author: str = ""


class ReportedAway(msgspec.Struct, frozen=True, tag="reported_away"):
    """So many different voices reported something that it waits for a person, unseen."""

    rule: str
    voices: int
    author: str = ""


class Hidden(msgspec.Struct, frozen=True, tag="hidden"):
    """A person took something off the pages, by a published rule, with a reason for all to read."""

    rule: str
    reason: str
    author: str = ""


class Kept(msgspec.Struct, frozen=True, tag="kept"):
    """A person looked and left it standing, or let it stand again."""

    reason: str


class Appealed(msgspec.Struct, frozen=True, tag="appealed"):
    """The author asks another person to look again."""

    words: str


class Upheld(msgspec.Struct, frozen=True, tag="upheld"):
    """Another person looked again, and it stays off."""

    reason: str


class Overturned(msgspec.Struct, frozen=True, tag="overturned"):
    """Another person looked again and put it back."""

    reason: str


ModerationDeed = Reported | Held | ReportedAway | Hidden | Kept | Appealed | Upheld | Overturned
