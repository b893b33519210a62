"""Factors between units of one quantity, for values that come in another unit than the hub's.

Each factor is a fraction of whole numbers, so that 68,321 L become 68.321 m³ to the last bit.
"""

from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.units import unit

# To the first unit of each row; UN/CEFACT Recommendation 20 gives the conversion factors.
_FAMILIES: tuple[dict[str, tuple[int, int]], ...] = (
    {"MTQ": (1, 1), "LTR": (1, 1_000)},
    {"SEC": (1, 1), "MIN": (60, 1), "HUR": (3_600, 1), "DAY": (86_400, 1)},
    {"MTK": (1, 1), "KMK": (1_000_000, 1)},
    {"C62": (1, 1), "P1": (1, 100)},
)


class UnitsDiffer(InvalidInput):
    """Two units measure different quantities."""

    slug = "units-differ"
    title = "The units cannot be converted"

    def __init__(self, source: str, target: str) -> None:
        super().__init__(
            f"Unit '{source}' cannot be converted to '{target}'; "
            "they measure different quantities or no factor is known.",
            source=source,
            target=target,
        )


def factor(source: str, target: str) -> tuple[int, int]:
    """Return numerator and denominator that turn a value in `source` into one in `target`.

    Raises
    ------
    UnitUnknown, UnitsDiffer
        When a code is not in the table of units, or no factor leads from one to the other.

    Examples
    --------
    >>> factor("LTR", "MTQ")
    (1, 1000)

    """
    if unit(source) == unit(target):
        return 1, 1
    for family in _FAMILIES:
        if source in family and target in family:
            up, down = family[source], family[target]
            return up[0] * down[1], up[1] * down[0]
    raise UnitsDiffer(source, target)
