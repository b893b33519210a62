"""What a warning says and where: what an operator fills in, before any protocol."""

from enum import StrEnum
from functools import cache
from pathlib import Path

import msgspec

from dalgu.center.warnings.cap.words import Certainty, Severity, Urgency
from dalgu.kernel.text import Text

MOST_HOURS = 168.0  # a week; longer ones are said again


class Hazard(msgspec.Struct, frozen=True):
    """One kind of danger with its codes and standard sentences (`hazards.toml`)."""

    category: str
    response: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    hours: float
    event: Text
    headline: Text
    description: Text
    instruction: Text
    cell: Text
    is_exercise: bool = False


class Shape(StrEnum):
    """How an area was given."""

    DONGS = "dongs"
    POLYGON = "polygon"
    CIRCLE = "circle"


class Where(msgspec.Struct, frozen=True):
    """The area of a warning: dongs by code, or a ring, or a circle; (lon, lat) in degrees."""

    shape: Shape
    dongs: tuple[str, ...] = ()
    ring: tuple[tuple[float, float], ...] = ()
    centre: tuple[float, float] | None = None
    radius_km: float = 0.0


class Words(msgspec.Struct, frozen=True):
    """What people read, in one language."""

    headline: str
    description: str
    instruction: str = ""
    cell: str = ""  # what a phone shows


class Content(msgspec.Struct, frozen=True):
    """A warning as it is to be told."""

    hazard: str
    where: Where
    ko: Words
    en: Words
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    hours: float
    is_exercise: bool = False


@cache
def hazards() -> dict[str, Hazard]:
    """Return what may be warned of, in the order of the file."""
    body = (Path(__file__).parent / "hazards.toml").read_bytes()
    return msgspec.toml.decode(body, type=dict[str, Hazard])


def words_of(hazard: Hazard, place: Text) -> tuple[Words, Words]:
    """Return the standard sentences for a place, Korean and English."""
    ko, en = (
        Words(
            hazard.headline.say(language).format(place=place.say(language)),
            hazard.description.say(language).format(place=place.say(language)),
            hazard.instruction.say(language),
            hazard.cell.say(language).format(place=place.say(language)),
        )
        for language in ("ko", "en")
    )
    return ko, en


def over(content: Content, ko: str = "", en: str = "") -> Content:
    """Return what a cancel says: that it is over, and why where somebody wrote it down."""
    hazard = hazards()[content.hazard]
    said = (
        (
            content.ko,
            f"[해제] {content.ko.headline}",
            ko or f"{hazard.event.ko} 경보를 해제합니다.",
        ),
        (content.en, f"[ENDED] {content.en.headline}", en or f"{hazard.event.en}: warning ended."),
    )
    told_ko, told_en = (
        Words(headline=headline, description=why, cell=why) for _, headline, why in said
    )
    return msgspec.structs.replace(content, ko=told_ko, en=told_en)
