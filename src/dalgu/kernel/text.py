"""A phrase in the two languages of the city."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One phrase, Korean and English.

    >>> Text("물", "Water").say("en")
    'Water'
    """

    ko: str
    en: str

    def say(self, language: Language) -> str:
        """Return the phrase in one language."""
        return self.ko if language == "ko" else self.en
