"""Whether the best text answers a question at all, or only shares words with it.

A logistic regression over signs that do not depend on how many texts there are: how far the text
stands out, how much of the question's weight it covers (as a whole and within three sentences),
and how far it is ahead of the next.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for the first text, one figure for each way of reading."""

    stands_out: tuple[float, ...]  # standard deviations above the mean of all texts
    covered: tuple[float, ...]  # 0 to 1: share of the question's weight in the text
    within: tuple[float, ...]  # 0 to 1: the same within its best three sentences
    ahead: tuple[float, ...]  # -1 to 1: lead over the best other text

    @classmethod
    def nothing(cls) -> "Signs":
        """Return the signs where there is no text."""
        return cls((), (), (), ())

    def figures(self) -> tuple[float, ...]:
        """Return all figures in one row."""
        return (*self.stands_out, *self.covered, *self.within, *self.ahead)


# A weight for each figure of the three ways; `benchmarks/citizens/handover.py --fit` found them on
# KorQuAD 1.0 dev.
CONSTANT = -5.888
WEIGHTS = (
    *(0.021, 0.042, 0.001),  # stands out: morphemes, pairs, jamo
    *(1.68, 0.9, 1.577),  # covered
    *(2.152, 1.76, 2.391),  # within
    *(0.802, 0.902, 0.834),  # ahead
)


def chance(signs: Signs) -> float:
    """Return the chance, 0 to 1, that the first text answers the question."""
    figures = signs.figures()
    if not figures:
        return 0.0
    logit = CONSTANT + sum(w * figure for w, figure in zip(WEIGHTS, figures, strict=True))
    return 1 / (1 + math.exp(-logit))
