"""What a warning must say before it can be kept: asked once, at the edge."""

from dalgu.center.warnings.content import MOST_HOURS, Content, Words, hazards
from dalgu.center.warnings.errors import ContentInvalid

LONGEST = {"headline": 160, "description": 4_000, "instruction": 4_000, "cell": 400}  # signs
REQUIRED = ("headline", "description")


def sound(content: Content) -> None:
    """Return when a warning says what people must know; raise `ContentInvalid`."""
    if content.hazard not in hazards():
        raise ContentInvalid("hazard", "it is none of the list")
    if not 0 < content.hours <= MOST_HOURS:
        raise ContentInvalid("hours", f"it must be above 0 and at most {MOST_HOURS:g}")
    _words(content.ko, "ko")
    _words(content.en, "en")


def _words(words: Words, language: str) -> None:
    for field, longest in LONGEST.items():
        text = getattr(words, field)
        if field in REQUIRED and not text.strip():
            raise ContentInvalid(f"{field}_{language}", "it is required in both languages")
        if len(text) > longest:
            raise ContentInvalid(f"{field}_{language}", f"it may have {longest} signs")
        if any(ord(sign) < 32 and sign not in "\n\r\t" for sign in text):
            raise ContentInvalid(f"{field}_{language}", "it has signs that XML does not know")
