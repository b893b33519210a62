"""Okapi BM25 over bags of terms: which texts a question's terms speak for, and how many of them.

Robertson and Zaragoza, *The Probabilistic Relevance Framework: BM25 and Beyond*, 2009. The index
is a few flat arrays; a question is one pass over the postings of its terms.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SATURATION = 0.6  # k1: how soon a repeated term adds nothing; fixed on KorQuAD (benchmarks)
LENGTH = 0.75  # b: how far a long text is discounted


@dataclass(frozen=True, slots=True)
class Spoken:
    """What each text has for one question; both of shape (texts,)."""

    score: Array  # BM25
    covered: Array  # 0 to 1: share of the question's weight whose terms the text has. The weight
    # is that of its terms and of one that no text has: two words in common are more than one.


class Bm25:
    """An index of bags; built when it is first asked after a change, from what is kept."""

    def __init__(self) -> None:
        self._terms: dict[str, int] = {}
        self._bags: list[tuple[NDArray[np.int64], Array]] = []
        self._postings: _Postings | None = None

    def add(self, bag: Sequence[str]) -> None:
        """Add a text, as the last one."""
        counted = Counter(bag)
        ids = [self._terms.setdefault(term, len(self._terms)) for term in counted]
        counts = np.fromiter(counted.values(), dtype=np.float64, count=len(counted))
        self._bags.append((np.array(ids, dtype=np.int64), counts))
        self._postings = None

    def drop(self, at: int) -> None:
        """Take the text at a place away; those after it move up."""
        del self._bags[at]
        self._postings = None

    def ask(self, bag: Sequence[str]) -> Spoken:
        """Return what every text has for the terms of a question."""
        if self._postings is None:
            self._postings = _Postings.of(self._bags, len(self._terms))
        return self._postings.ask([self._terms.get(term, -1) for term in set(bag)])

    def weight(self, term: str) -> float:
        """Return how rare a term is among the texts: its inverse document frequency.

        A term that no text has, as the empty one, is the rarest.
        """
        if self._postings is None:
            self._postings = _Postings.of(self._bags, len(self._terms))
        return self._postings.weight(self._terms.get(term, -1))


@dataclass(frozen=True, slots=True)
class _Postings:
    texts: int
    start: NDArray[np.int64]  # of each term's postings, shape (terms + 1,)
    where: NDArray[np.int64]  # the text of each posting
    gain: Array  # what each posting adds to the score
    rarity: Array  # of each term

    @classmethod
    def of(cls, bags: Sequence[tuple[NDArray[np.int64], Array]], terms: int) -> "_Postings":
        sizes = np.array([len(ids) for ids, _ in bags], dtype=np.int64)
        lengths = np.array([counts.sum() for _, counts in bags])
        nothing = np.zeros(0)
        term = np.concatenate([ids for ids, _ in bags] or [nothing.astype(np.int64)])
        count = np.concatenate([counts for _, counts in bags] or [nothing])
        text = np.repeat(np.arange(len(bags)), sizes)
        found_in = np.bincount(term, minlength=terms)
        rarity = np.log(1 + (len(bags) - found_in + 0.5) / (found_in + 0.5))
        mean = lengths.mean() if lengths.size and lengths.any() else 1.0
        damped = SATURATION * (1 - LENGTH + LENGTH * lengths / mean)
        gain = rarity[term] * count * (SATURATION + 1) / (count + damped[text])
        order = np.argsort(term, kind="stable")
        start = np.concatenate([[0], np.cumsum(found_in)]).astype(np.int64)
        return cls(len(bags), start, text[order], gain[order], rarity)

    def weight(self, term: int) -> float:
        if term < 0:
            return float(np.log(1 + (self.texts + 0.5) / 0.5))
        return float(self.rarity[term])

    def ask(self, terms: Sequence[int]) -> Spoken:
        total = self.weight(-1) + sum(self.weight(term) for term in terms)
        spans = [slice(self.start[one], self.start[one + 1]) for one in terms if one >= 0]
        if not spans:
            return Spoken(np.zeros(self.texts), np.zeros(self.texts))
        where = np.concatenate([self.where[span] for span in spans])
        gain = np.concatenate([self.gain[span] for span in spans])
        sizes = [span.stop - span.start for span in spans]
        rarity = np.repeat([self.rarity[one] for one in terms if one >= 0], sizes)
        score = np.bincount(where, weights=gain, minlength=self.texts).astype(np.float64)
        covered = np.bincount(where, weights=rarity, minlength=self.texts).astype(np.float64)
        return Spoken(score, covered / total)
