"""Texts for message signs: what a driver reads in passing, within what the sign can show.

At most two phases, each understood alone, at least a second a word and eight seconds together:
FHWA, *Manual on Uniform Traffic Control Devices* 2009, section 2L.05. A Korean letter is as wide
as two Latin ones; signs know the letters of KS X 1001 and no others.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Literal
from unicodedata import east_asian_width

from dalgu.services.traffic.dispersion.errors import (
    SignCharacterUnknown,
    SignTextEmpty,
    SignTextTooLong,
    SignTextTooTall,
)

Language = Literal["ko", "en"]

MOST_PHASES = 2
LEAST_PHASE_S = 2.0
S_PER_WORD = 1.0
MOST_CYCLE_S = 8.0
S_PER_MIN = 60.0
LEAST_MINUTES = 3  # fewer are within what drivers doubt
FIRST_HANGUL, FINALS, RIEUL = 0xAC00, 28, 8


class Cause(StrEnum):
    """Why a link is closed."""

    ACCIDENT = "accident"
    WORKS = "works"
    EVENT = "event"
    FLOOD = "flood"
    FIRE = "fire"
    DISASTER = "disaster"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class Face:
    """What a sign can show: rows, columns in Latin letters, and whether it can alternate."""

    rows: int
    columns: int
    phases: int = MOST_PHASES


@dataclass(frozen=True, slots=True)
class Facts:
    """What a message tells, in one language: where, why, which way instead, what it saves.

    `via` is empty where no single way is advised; `saved_s` counts where it is worth a line.
    """

    place: str
    cause: Cause
    is_closed: bool
    via: str = ""
    saved_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Phase:
    """Lines shown together, and for how long."""

    lines: tuple[str, ...]
    shown_s: float


def cells(line: str) -> int:
    """Return how many columns a line takes.

    >>> cells("사고 A")
    6
    """
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in line)


def compose(facts: Facts, face: Face, language: Language) -> tuple[Phase, ...]:
    """Return the message that fits the sign: what happened first, then what to do.

    Lines that do not fit are abbreviated, then broken. The time saved is left out first, then
    how much is closed; place, cause and the way never are.

    Raises
    ------
    SignTextTooLong
        When a name does not fit even so.
    SignTextTooTall
        When the lines that are needed do not fit.
    SignCharacterUnknown
        When a name has a letter that signs do not know.

    Examples
    --------
    >>> facts = Facts("범어네거리", Cause.ACCIDENT, True, "동대구로", 720.0)
    >>> [phase.lines for phase in compose(facts, Face(2, 16), "ko")]
    [('범어네거리 사고', '전면 통제'), ('동대구로로 우회', '12분 절감')]

    """
    words = _words()[language]
    told, asked = _told(facts, words), _asked(facts, words)
    happened = [_fitted(line, face, language) for line in told]
    to_do = [_fitted(line, face, language) for line in asked]
    for leave_out in range(3):
        first = happened[:1] + (happened[1:] if leave_out < 2 else [])
        second = to_do[:1] + (to_do[1:] if leave_out < 1 else [])
        phases = _phases(_flat(first), _flat(second), face)
        if phases is not None:
            message = tuple(Phase(lines, shown_s(lines, len(phases))) for lines in phases)
            require_fit(message, face)
            return message
    needed = len(_flat(happened[:1] + to_do[:1]))
    raise SignTextTooTall(needed, face.rows * face.phases)


def edited(texts: tuple[str, ...], face: Face) -> tuple[Phase, ...]:
    """Return a message as somebody typed it, one text of several lines for each phase.

    Raises
    ------
    SignTextEmpty, SignTextTooLong, SignTextTooTall, SignCharacterUnknown
        When the sign cannot show it.

    """
    kept = [tuple(line.strip() for line in text.splitlines() if line.strip()) for text in texts]
    phases = [lines for lines in kept if lines]
    message = tuple(Phase(lines, shown_s(lines, len(phases))) for lines in phases)
    require_fit(message, face)
    return message


def require_fit(message: tuple[Phase, ...], face: Face) -> None:
    """Refuse a message that the sign cannot show."""
    if not message:
        raise SignTextEmpty
    if len(message) > min(face.phases, MOST_PHASES):
        raise SignTextTooTall(sum(len(one.lines) for one in message), face.rows * face.phases)
    for phase in message:
        if len(phase.lines) > face.rows:
            raise SignTextTooTall(len(phase.lines), face.rows)
        for line in phase.lines:
            require_known(line)
            if cells(line) > face.columns:
                raise SignTextTooLong(line, cells(line), face.columns)


def require_known(line: str) -> None:
    """Refuse letters outside KS X 1001 and printable ASCII."""
    for letter in line:
        try:
            code = letter.encode("euc_kr")
        except UnicodeEncodeError:
            code = b""
        # Syllables outside the standard are spelt in eight bytes by the codec.
        if len(code) not in (1, 2) or not letter.isprintable():
            raise SignCharacterUnknown(letter, line)


def shown_s(lines: tuple[str, ...], phases: int) -> float:
    """Return how long a phase is shown, s: a second a word, and never over its share of eight."""
    words = sum(len(line.split()) for line in lines)
    return min(max(LEAST_PHASE_S, S_PER_WORD * words), MOST_CYCLE_S / max(phases, 1))


def towards(word: str) -> str:
    """Return the Korean particle for the way one takes.

    >>> towards("동대구로"), towards("3번길"), towards("앞산순환")
    ('로', '로', '으로')
    """
    code = ord(word[-1]) - FIRST_HANGUL if word else -1
    final = code % FINALS if 0 <= code < 11_172 else 0
    return "로" if final in (0, RIEUL) else "으로"


def _told(facts: Facts, words: "_Words") -> list[str]:
    place = facts.place if words.language == "ko" else facts.place.upper()
    cause = words.causes[facts.cause]
    state = words.closed if facts.is_closed else words.narrowed
    happened = words.at.format(place=place, cause=cause).strip()
    return (
        [happened, state] if facts.cause is not Cause.CLOSURE or not facts.is_closed else [happened]
    )


def _asked(facts: Facts, words: "_Words") -> list[str]:
    minutes = int(facts.saved_s // S_PER_MIN)
    saves = [words.saves.format(minutes=minutes)] if minutes >= LEAST_MINUTES else []
    if not facts.via:
        return []
    via = facts.via if words.language == "ko" else facts.via.upper()
    return [words.use.format(via=via, particle=towards(facts.via)), *saves]


def _fitted(line: str, face: Face, language: Language) -> list[str]:
    """Return a line abbreviated until it fits, or else broken at a space."""
    short = line
    for word, shorter in _words()[language].short.items():
        if cells(short) <= face.columns:
            return [short]
        if word != " ":
            short = re.sub(r" {2,}", " ", short.replace(word, shorter)).strip()
    if cells(short) <= face.columns:
        return [short]
    halves = _broken(short, face.columns)
    if halves is not None:
        return halves
    short = short.replace(" ", "") if language == "ko" else short
    if cells(short) <= face.columns:
        return [short]
    raise SignTextTooLong(short, cells(short), face.columns)


def _broken(line: str, columns: int) -> list[str] | None:
    """Return a line broken at the space that parts it most evenly, `None` where none fits."""
    parts = line.split(" ")
    pairs = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    fitting = [pair for pair in pairs if all(cells(half) <= columns for half in pair)]
    best = min(fitting, key=lambda pair: abs(cells(pair[0]) - cells(pair[1])), default=None)
    return None if best is None else list(best)


def _flat(lines: list[list[str]]) -> tuple[str, ...]:
    return tuple(part for line in lines for part in line)


def _phases(
    first: tuple[str, ...], second: tuple[str, ...], face: Face
) -> list[tuple[str, ...]] | None:
    if len(first) + len(second) <= face.rows:
        return [first + second]
    fits = max(len(first), len(second)) <= face.rows and min(face.phases, MOST_PHASES) > 1
    return [first, second] if fits and second else None


@dataclass(frozen=True, slots=True)
class _Words:
    language: str
    at: str
    use: str
    saves: str
    closed: str
    narrowed: str
    causes: dict[str, str]
    short: dict[str, str]


@cache
def _words() -> dict[str, _Words]:
    tables = tomllib.loads(files(__package__).joinpath("messages.toml").read_text("utf-8"))
    fields = ("at", "use", "saves", "closed", "narrowed", "causes", "short")
    return {
        language: _Words(language, **{name: table[name] for name in fields})
        for language, table in tables.items()
    }
