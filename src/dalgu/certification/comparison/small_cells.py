"""Counts of people that are too small to show in public.

A count of 1 to 4 could point to persons. Where a total stands beside the cells, one hidden cell
could be computed from the others; then the next smallest is hidden too.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LEAST_SHOWN = 5  # persons


@dataclass(frozen=True, slots=True)
class Cell:
    """A count as the public sees it: None where it is hidden, small or beside a small one."""

    count: int | None
    is_small: bool = False

    @property
    def is_hidden(self) -> bool:
        """Tell whether the count is hidden."""
        return self.count is None

    @property
    def shown(self) -> str:
        """What a page prints."""
        if self.count is not None:
            return f"{self.count:,}"
        return f"<{LEAST_SHOWN}" if self.is_small else "–"


def suppress(counts: Mapping[str, int], *, with_total: bool = False) -> dict[str, Cell]:
    """Return counts for the public, the small ones hidden; `with_total`: their sum is public.

    Where all others are 0 the total is as telling as the small cell: then the caller hides it.

    >>> [cell.count for cell in suppress({"a": 3, "b": 40, "c": 0}).values()]
    [None, 40, 0]
    >>> [cell.count for cell in suppress({"a": 3, "b": 40, "c": 12}, with_total=True).values()]
    [None, 40, None]
    """
    small = {key for key, count in counts.items() if 0 < count < LEAST_SHOWN}
    hidden = set(small)
    others = [key for key, count in counts.items() if count >= LEAST_SHOWN]
    if with_total and len(small) == 1 and others:
        hidden.add(min(others, key=lambda key: counts[key]))
    return {
        key: Cell(None if key in hidden else count, is_small=key in small)
        for key, count in counts.items()
    }
