"""The sentences of a text, and those of them that speak most to a question."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache

WINDOW = 3  # sentences that are read as one

_END = re.compile(r"(?<=[.!?。])\s+|\n+")


def sentences(text: str) -> list[str]:
    """Return the sentences of a text in order.

    >>> sentences("창구는 09시에 엽니다. 주말에는 쉽니다.")
    ['창구는 09시에 엽니다.', '주말에는 쉽니다.']
    """
    return [part.strip() for part in _END.split(text) if part.strip()]


def best_window(
    asked: Mapping[str, float],
    bags: Sequence[Iterable[str]],
    *,
    unseen: float = 0.0,
    size: int = WINDOW,
) -> tuple[float, int]:
    """Return the greatest share of a question's weight within a few sentences, and their place.

    The sentences follow each other; the place is that of the first. `asked` weighs the terms of
    the question, `unseen` what is asked beside them; `bags` are the terms of each sentence.
    """
    total = sum(asked.values()) + unseen
    if not total or not bags:
        return 0.0, 0
    held = [asked.keys() & set(bag) for bag in bags]
    starts = range(max(len(bags) - size + 1, 1))
    share = [
        sum(asked[term] for term in set().union(*held[at : at + size])) / total for at in starts
    ]
    best = max(starts, key=share.__getitem__)
    return share[best], best


@lru_cache(maxsize=4_096)
def bags_of(text: str, reader: Callable[[str], list[str]]) -> tuple[frozenset[str], ...]:
    """Return the terms of each sentence of a text."""
    return tuple(frozenset(reader(one)) for one in sentences(text))
