"""How opinion moved between two ballots on the same question.

Ballots are secret, so nobody can say who changed their mind; what is known is how the shares
changed, and how many at least must have changed for that.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Moved:
    """One option before and after; shares are 0 to 1."""

    option: str
    before: int
    after: int
    share_before: float
    share_after: float

    @property
    def change(self) -> float:
        """By how much its share changed."""
        return self.share_after - self.share_before


@dataclass(frozen=True, slots=True)
class Shift:
    """A question before and after the discussion."""

    options: tuple[Moved, ...]
    cast_before: int
    cast_after: int

    @property
    def least_moved(self) -> float:
        """The least share of people who changed their mind, where the same ones voted twice.

        Half the sum of the absolute changes: the total variation distance of the two ballots.
        """
        return sum(abs(one.change) for one in self.options) / 2

    @property
    def leads_before(self) -> tuple[str, ...]:
        """The options with the most voices before."""
        return _most((one.option, one.before) for one in self.options)

    @property
    def leads_after(self) -> tuple[str, ...]:
        """The options with the most voices after."""
        return _most((one.option, one.after) for one in self.options)


def shift(options: Sequence[str], before: Mapping[str, int], after: Mapping[str, int]) -> Shift:
    """Return how a question moved from counts of one ballot to those of the other.

    >>> moved = shift(("yes", "no"), {"yes": 40, "no": 60}, {"yes": 70, "no": 30})
    >>> round(moved.least_moved, 2), moved.leads_before, moved.leads_after
    (0.3, ('no',), ('yes',))
    """
    cast_before = sum(before.get(option, 0) for option in options)
    cast_after = sum(after.get(option, 0) for option in options)
    rows = tuple(
        Moved(
            option,
            before.get(option, 0),
            after.get(option, 0),
            _share(before.get(option, 0), cast_before),
            _share(after.get(option, 0), cast_after),
        )
        for option in options
    )
    return Shift(rows, cast_before, cast_after)


def _share(count: int, whole: int) -> float:
    return count / whole if whole else 0.0


def _most(counts: Iterable[tuple[str, int]]) -> tuple[str, ...]:
    found = list(counts)
    best = max((count for _, count in found), default=0)
    return tuple(option for option, count in found if count == best and count)
