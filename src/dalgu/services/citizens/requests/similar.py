"""Which open requests say the same as a new one: same type, near, recent, in like words.

It only suggests. Nobody is kept from filing, nothing is merged by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from dalgu.kernel.geo import Position, distance_m

WITHIN_M = 50.0
WITHIN = timedelta(days=30)
MOST = 5
LIKENESS, NEARNESS = 0.6, 0.4  # shares of the score
SAME = 0.5  # score from which the page says "this looks like yours"


class Likely(Protocol):
    """What compares texts: `dalgu.korean.likeness.Likeness`."""

    def nearest(self, text: str, among: Mapping[str, str], k: int) -> list[tuple[str, float]]:
        """Return the most alike texts by id, with 0 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A request that may be the same."""

    number: int
    code: str
    place: Position
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Hint:
    """A request that may be the same, and how sure that is."""

    number: int
    away_m: float
    likeness: float  # of the words, 0 to 1
    score: float  # of words and nearness, 0 to 1

    @property
    def is_likely(self) -> bool:
        """Whether it should be shown first, as probably the same."""
        return self.score >= SAME


def hints(new: Candidate, known: Iterable[Candidate], compare: Likely) -> list[Hint]:
    """Return the requests of the same type within 50 m and 30 days, the likeliest first."""
    near = [
        (one, away)
        for one in known
        if one.code == new.code
        and one.number != new.number
        and abs(new.at - one.at) <= WITHIN
        and (away := distance_m(new.place, one.place)) <= WITHIN_M
    ]
    return _ranked(new, near, compare)[:MOST]


def _ranked(new: Candidate, near: Sequence[tuple[Candidate, float]], compare: Likely) -> list[Hint]:
    texts = {str(one.number): one.text for one, _ in near}
    alike = dict(compare.nearest(new.text, texts, len(texts))) if new.text and texts else {}
    found = []
    for one, away in near:
        likeness = alike.get(str(one.number), 0.0)
        score = LIKENESS * likeness + NEARNESS * (1 - away / WITHIN_M)
        found.append(Hint(one.number, away, likeness, score))
    return sorted(found, key=lambda one: (-one.score, one.number))
