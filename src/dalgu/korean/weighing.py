"""Texts as rows of weighted terms: rare terms weigh more, a repeated term a little more."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array  # type: ignore[import-untyped]  # ships no types


def weighed(bags: Sequence[Sequence[str]]) -> "csr_array":
    """Return TF-IDF rows of length one, shape (texts, different terms).

    A term found in f of n texts and t times in one weighs (1 + ln t)(1 + ln((1 + n) / (1 + f))):
    the smoothed form of Manning, Raghavan and Schütze, *Introduction to Information Retrieval*,
    2008, 6.4. A text without terms is a row of zeros.
    """
    from scipy.sparse import csr_array

    terms: dict[str, int] = {}
    columns: list[int] = []
    counts: list[int] = []
    ends = [0]
    for bag in bags:
        for term, count in Counter(bag).items():
            columns.append(terms.setdefault(term, len(terms)))
            counts.append(count)
        ends.append(len(columns))
    where, many = np.array(columns, dtype=np.int64), np.array(counts, dtype=np.float64)
    found_in = np.bincount(where, minlength=len(terms))
    rarity = 1 + np.log((1 + len(bags)) / (1 + found_in))
    values = (1 + np.log(many)) * rarity[where] if len(columns) else many
    rows = csr_array((values, where, np.array(ends)), shape=(len(bags), max(len(terms), 1)))
    length = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0)
    return csr_array(rows.multiply(scale[:, None]))
