"""How alike two short texts are, and which of many say the same.

Words first: morphemes and groups of letters, so that particles, endings, spacing and a slip of
the finger matter little. Where sentence vectors are there, the meaning joins in.
"""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dalgu.korean.morphemes import morphemes, plain
from dalgu.korean.neighbourhood import shared
from dalgu.korean.vectors import Vectors
from dalgu.korean.weighing import weighed

if TYPE_CHECKING:
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # ships no types

Array = NDArray[np.float64]

MORPHEMES, LETTERS = 0.6, 0.4  # shares of the likeness by words
MEANING = 0.55  # share of the vectors where they are there
UNRELATED = 0.80  # cosine of two sentences that have nothing in common, of e5
SAME = 0.45  # likeness from which two texts belong together
TOGETHER = 0.7  # share of their neighbourhoods from which texts are of one matter
NEIGHBOURS = (0.3, 0.5)  # least likeness of neighbours, by words alone and with vectors
MANY = 100  # texts from which neighbourhoods tell something
TERMS_KEPT = 50_000  # texts whose terms are remembered
ROWS_AT_ONCE = 2_000

Terms = tuple[tuple[str, ...], tuple[str, ...]]


class Likeness:
    """Compares texts; remembers their terms, so a growing collection costs only what is new."""

    def __init__(self, vectors: Vectors | None = None) -> None:
        self._vectors = vectors
        self._terms: OrderedDict[str, Terms] = OrderedDict()

    def nearest(self, text: str, among: Mapping[str, str], k: int) -> list[tuple[str, float]]:
        """Return the `k` most alike of some texts by id, the most alike first, with 0 to 1."""
        if not among:
            return []
        names, texts = list(among), [text, *among.values()]
        scores = self._between(texts, slice(0, 1))[0, 1:]
        best = np.argsort(-scores, kind="stable")[:k]
        return [(names[at], float(scores[at])) for at in best]

    def between(self, texts: Sequence[str]) -> Array:
        """Return how alike each text is to each, shape (n, n), 0 to 1."""
        return self._between(texts, slice(0, len(texts)))

    def clusters(self, texts: Sequence[str], *, least: float = SAME) -> list[list[int]]:
        """Return the places of texts that say the same, the largest group first.

        Groups join while the mean likeness between their members is at least `least` (average
        linkage: one text between two matters does not chain them into one).
        """
        if len(texts) < 2:
            return [[at] for at in range(len(texts))]
        return _joined(self.between(texts), least)

    def matters(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the places of texts of one matter among many, the largest group first.

        As `clusters`, but by the company that texts keep: needs some hundred texts, finds what
        says the same in other words. Holds n * n numbers: 10,000 texts take some 2 GB.
        """
        if len(texts) < MANY:
            return self.clusters(texts)
        return _joined(self.company(texts), TOGETHER)

    def company(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return how far texts keep the same company, shape (n, n), 0 to 1."""
        return np.asarray(self.keep_company(self.between(texts)).toarray(), np.float32)

    def keep_company(self, alike: Array) -> "csr_array":
        """Return the same from how alike the texts are, sparse."""
        least = NEIGHBOURS[self._vectors is not None]
        return shared(alike.astype(np.float32), least=least)

    def _between(self, texts: Sequence[str], rows: slice) -> Array:
        terms = [self._terms_of(text) for text in texts]
        words = weighed([one[0] for one in terms])
        letters = weighed([one[1] for one in terms])
        alike = MORPHEMES * _cosines(words, rows) + LETTERS * _cosines(letters, rows)
        if self._vectors is not None:
            vectors = self._vectors.of(texts)
            meant = (vectors[rows] @ vectors.T).astype(np.float64)
            meant = np.clip((meant - UNRELATED) / (1 - UNRELATED), 0.0, 1.0)
            alike = MEANING * meant + (1 - MEANING) * alike
        return np.clip(alike, 0.0, 1.0)

    def _terms_of(self, text: str) -> Terms:
        known = self._terms.get(text)
        if known is None:
            known = self._terms[text] = (tuple(morphemes(text)), tuple(letter_groups(text)))
            if len(self._terms) > TERMS_KEPT:
                self._terms.popitem(last=False)
        return known


def _joined(alike: Array | NDArray[np.float32], least: float) -> list[list[int]]:
    from scipy.cluster.hierarchy import (  # type: ignore[import-untyped]  # ships no types
        fcluster,
        linkage,
    )

    upper = np.triu_indices(len(alike), 1)
    apart = np.clip(1.0 - alike[upper], 0.0, 1.0)
    labels = fcluster(linkage(apart, "average"), 1.0 - least, "distance")
    groups: dict[int, list[int]] = {}
    for at, label in enumerate(labels):
        groups.setdefault(int(label), []).append(at)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0]))


def letter_groups(text: str) -> list[str]:
    """Return the groups of two and three letters within the words of a text, edges marked.

    >>> letter_groups("시민")
    ['_시', '시민', '민_', '_시민', '시민_']
    """
    found: list[str] = []
    for word in plain(text).split():
        edged = f"_{word}_"
        found += [edged[at : at + 2] for at in range(len(edged) - 1)]
        found += [edged[at : at + 3] for at in range(len(edged) - 2)]
    return found


def _cosines(rows: "csr_array", which: slice) -> Array:
    asked = rows[which]
    parts = [
        (asked[at : at + ROWS_AT_ONCE] @ rows.T).toarray()
        for at in range(0, asked.shape[0], ROWS_AT_ONCE)
    ]
    return np.concatenate(parts)
