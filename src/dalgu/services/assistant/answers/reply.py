"""What the assistant says to one question."""

from datetime import date
from enum import StrEnum

import msgspec

from dalgu.kernel.text import Text


class Kind(StrEnum):
    """What a reply does."""

    ANSWER = "answer"  # quotes a section
    CLARIFY = "clarify"  # asks back
    FILE = "file"  # leads to a request
    ELSEWHERE = "elsewhere"  # says whose matter it is
    HAND_OVER = "hand_over"  # offers a person
    TALK = "talk"  # small talk


class Citation(msgspec.Struct, frozen=True):
    """Where a quotation stands and who answers for it."""

    section: str
    document: str
    title: Text
    department: Text
    phone: str
    on: date | None  # since when the text reads so


class Suggestion(msgspec.Struct, frozen=True):
    """A section that may be meant, by its title."""

    section: str
    title: Text


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """One reply; which parts it has its kind says."""

    kind: Kind
    quotes: tuple[str, ...] = ()
    quotes_language: str = "ko"  # English where the question was and an English text exists
    rephrased: tuple[str, ...] = ()  # of the quotes, by the endpoint, checked
    citations: tuple[Citation, ...] = ()  # the first is the one quoted
    suggestions: tuple[Suggestion, ...] = ()
    service_code: str = ""
    office: Text | None = None
    phone: str = ""
    said: Text | None = None
    chance: float = 0.0

    @property
    def in_words(self) -> str:
        """What was said in short, for the person who takes the conversation over."""
        if self.quotes:
            return " ".join(self.quotes)
        if self.office is not None:
            return " ".join(part for part in ("→", self.office.ko, self.phone) if part)
        if self.said is not None:
            return self.said.ko
        return " / ".join(one.title.ko for one in self.suggestions) or "–"
