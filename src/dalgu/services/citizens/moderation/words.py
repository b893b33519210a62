"""The words of moderation: the published rules, and what becomes of a text."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from dalgu.kernel.text import Text


class Standing(StrEnum):
    """What a text is on the pages."""

    SHOWN = "shown"
    HELD = "held"  # a machine suspects it; a person looks before it shows
    REPORTED_AWAY = "reported_away"  # so many reported it; a person looks
    HIDDEN = "hidden"  # a person took it off, by a rule
    RESTORED = "restored"  # a person put it back


@dataclass(frozen=True, slots=True)
class PublishedRule:
    """One thing that must not stand, in words."""

    id: str
    title: Text
    long: Text


@cache
def rules() -> dict[str, PublishedRule]:
    """Return the published rules by id, in their order."""
    read = tomllib.loads((Path(__file__).parent / "rules.toml").read_text("utf-8"))
    return {
        key: PublishedRule(key, Text(one["ko"], one["en"]), Text(one["ko_long"], one["en_long"]))
        for key, one in read.items()
    }
