"""Which of many texts answers a question: several ways of reading vote by how far each stands out.

Morphemes know what a word is, pairs of letters know no spacing, jamo survive slips. Each way
scores all texts (BM25); scores become z-scores over the texts, as ways differ in scale, and are
mixed by fixed shares. Sentence vectors, where given, are one more way.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dalgu.korean.answerable import Signs
from dalgu.korean.asking import without_asking
from dalgu.korean.bm25 import Bm25, Spoken
from dalgu.korean.letters import jamo_groups, pairs
from dalgu.korean.morphemes import morphemes
from dalgu.korean.sentences import bags_of, best_window
from dalgu.korean.vectors import Vectors

Array = NDArray[np.float64]
Reader = Callable[[str], list[str]]

OUT = -9.0  # the z-score of a text that may not be found


@dataclass(frozen=True, slots=True)
class Way:
    """A way of reading and its share in the mix."""

    read: Reader
    share: float


# Shares fixed on KorQuAD 1.0 dev, clean and with slips (benchmarks/citizens/retrieval.py).
WAYS = (Way(morphemes, 0.4), Way(pairs, 0.3), Way(jamo_groups, 0.3))
MEANING = 0.4  # share of the vectors beside all others together


@dataclass(frozen=True, slots=True)
class Found:
    """A text and how far it stands out among all, in standard deviations."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """The texts that answer best, and the signs whether the first answers at all."""

    found: tuple[Found, ...]
    signs: Signs


class Ranking:
    """Texts by name. A new or changed text is read once; the rest stays."""

    def __init__(self, ways: Sequence[Way] = WAYS, vectors: Vectors | None = None) -> None:
        self._ways, self._vectors = tuple(ways), vectors
        self._indices = [Bm25() for _ in ways]
        self._names: list[str] = []
        self._texts: list[str] = []
        self._meant: list[NDArray[np.float32]] = []

    def put(self, name: str, text: str) -> None:
        """Add a text, or read a changed one anew."""
        self.drop(name)
        self._names.append(name)
        self._texts.append(text)
        for way, index in zip(self._ways, self._indices, strict=True):
            index.add(way.read(text))
        if self._vectors is not None:
            self._meant.append(self._vectors.of_passages([text])[0])

    def drop(self, name: str) -> None:
        """Take a text away; nothing happens when there is none of the name."""
        if name not in self._names:
            return
        at = self._names.index(name)
        for kept in (self._names, self._texts, self._meant):
            if kept:
                del kept[at]
        for index in self._indices:
            index.drop(at)

    def __len__(self) -> int:
        return len(self._names)

    def ask(self, question: str, k: int = 10, *, without: Collection[str] = ()) -> Ranked:
        """Return the `k` best texts for a question, those named in `without` left out."""
        left = np.array([name not in without for name in self._names], dtype=bool)
        if not left.any():
            return Ranked((), Signs.nothing())
        about = without_asking(question)
        bags = [way.read(about) for way in self._ways]
        spoken = [index.ask(bag) for index, bag in zip(self._indices, bags, strict=True)]
        stands_out = [standing(one.score, left) for one in spoken]
        mixed = sum(
            (way.share * z for way, z in zip(self._ways, stands_out, strict=True)),
            start=np.zeros(len(left)),
        )
        mixed = self._with_meaning(question, mixed, left)
        order = np.argsort(-mixed, kind="stable")[: min(k, int(left.sum()))]
        found = tuple(Found(self._names[at], float(mixed[at])) for at in order)
        return Ranked(found, self._signs(int(order[0]), bags, spoken, left))

    def _with_meaning(self, question: str, mixed: Array, left: NDArray[np.bool_]) -> Array:
        if self._vectors is None:
            return mixed
        asked = self._vectors.of([question])[0]
        meant = (np.stack(self._meant) @ asked).astype(np.float64)
        return (1 - MEANING) * mixed + MEANING * standing(meant, left)

    def _signs(
        self,
        first: int,
        bags: Sequence[Sequence[str]],
        spoken: Sequence[Spoken],
        left: NDArray[np.bool_],
    ) -> Signs:
        text = self._texts[first]
        within = [
            best_window(
                {term: index.weight(term) for term in set(bag)},
                bags_of(text, way.read),
                unseen=index.weight(""),
            )[0]
            for way, index, bag in zip(self._ways, self._indices, bags, strict=True)
        ]
        return Signs(
            stands_out=tuple(float(standing(one.score, left)[first]) for one in spoken),
            covered=tuple(float(one.covered[first]) for one in spoken),
            within=tuple(within),
            ahead=tuple(_ahead(one.score, first, left) for one in spoken),
        )


def standing(score: Array, left: NDArray[np.bool_]) -> Array:
    """Return z-scores over the texts that are left, shape (texts,); the others get `OUT`."""
    kept = score[left]
    spread = float(kept.std())
    scaled = (score - kept.mean()) / spread if spread > 0 else np.zeros_like(score)
    return np.where(left, scaled, OUT)


def _ahead(score: Array, first: int, left: NDArray[np.bool_]) -> float:
    """How far the first is ahead of the best other one, as a share of its own score, -1 to 1."""
    others = left.copy()
    others[first] = False
    second = float(score[others].max()) if others.any() else 0.0
    highest = max(float(score[first]), second)
    return (float(score[first]) - second) / highest if highest > 0 else 0.0
