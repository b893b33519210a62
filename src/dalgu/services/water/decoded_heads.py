"""What the codecs of network servers make of pressure loggers: heads in metres of water.

Pressure alone is refused: without the height of the gauge it is no head, and only heads of
different places can be compared.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from dalgu.hub.model import JSON
from dalgu.kernel.errors import InvalidInput

LOWEST_M, HIGHEST_M = -500.0, 9_000.0  # no ground with people is lower, no net stands higher
UNIT = "m"


class DecodedHeadsUnusable(InvalidInput):
    """The fields that a network server decoded hold no head that can be trusted."""

    slug = "water-decoded-heads-unusable"
    title = "The decoded heads cannot be used"

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"The decoded fields of a pressure logger {reason}. "
            "Check the codec in the network server, or the profile in the device registry.",
            reason=reason,
        )


def read_heads(values: Mapping[str, JSON]) -> list[tuple[datetime | None, float]]:
    """Return heads in metres, each with its instant where the codec gave one.

    Raises
    ------
    DecodedHeadsUnusable
        When the fields have no known shape, another unit, or an impossible head.

    Examples
    --------
    >>> read_heads({"head_m": 131.5})
    [(None, 131.5)]

    """
    rows = values.get("heads")
    if isinstance(rows, list):
        return [_read(row) for row in rows]
    if "head_m" in values:
        return [(None, _checked(values["head_m"]))]
    raise DecodedHeadsUnusable("have neither 'heads' nor 'head_m'")


def _read(row: JSON) -> tuple[datetime | None, float]:
    if not isinstance(row, Mapping):
        raise DecodedHeadsUnusable("have a head that is not an object")
    if row.get("Unit") != UNIT:
        raise DecodedHeadsUnusable(f"have a head in unit '{str(row.get('Unit'))[:20]}'")
    return _instant(row.get("Timestamp")), _checked(row.get("Value"))


def _checked(value: JSON) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DecodedHeadsUnusable("have a head that is not a number")
    if not LOWEST_M <= value <= HIGHEST_M:  # nor is NaN
        raise DecodedHeadsUnusable(f"have a head outside {LOWEST_M:.0f} to {HIGHEST_M:,.0f} m")
    return float(value)


def _instant(value: JSON) -> datetime | None:
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(str(value))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise DecodedHeadsUnusable(f"have the instant '{str(value)[:40]}'") from None
