"""Whom the places of an approval vote go to. Pure."""

from collections.abc import Mapping


def chosen(approvals: Mapping[int, int], places: int) -> tuple[int, ...]:
    """Return what most approve, as many as there are places and all that tie with the last.

    What nobody approves is not chosen. Equals go on together rather than by lot: a place more is
    cheaper than an arbitrary refusal, and the next gates sift again.

    >>> chosen({1: 5, 2: 3, 3: 3, 4: 0}, 2)
    (1, 2, 3)
    """
    ranked = sorted((count for count in approvals.values() if count > 0), reverse=True)
    if not ranked or places < 1:
        return ()
    last = ranked[min(places, len(ranked)) - 1]
    winners = [one for one, count in approvals.items() if count >= last and count > 0]
    return tuple(sorted(winners, key=lambda one: (-approvals[one], one)))


def ranks(approvals: Mapping[int, int]) -> dict[int, int]:
    """Return the rank of each; equals share one.

    >>> ranks({1: 5, 2: 3, 3: 3, 4: 1})
    {1: 1, 2: 2, 3: 2, 4: 4}
    """
    return {
        one: 1 + sum(other > count for other in approvals.values())
        for one, count in approvals.items()
    }
