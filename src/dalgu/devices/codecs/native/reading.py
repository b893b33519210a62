"""What the native decoders share: refusals by name, and the numbers and instants of JavaScript."""

from datetime import UTC, datetime
from functools import lru_cache

from dalgu.devices.codecs.errors import CodecRefusal


def refused(codec: str, reason: str) -> CodecRefusal:
    """Return the refusal of a payload by a native decoder."""
    return CodecRefusal(codec, reason)


def need(codec: str, payload: bytes, size: int) -> None:
    """Return when a payload has so many bytes; else raise `CodecRefusal`."""
    if len(payload) < size:
        raise refused(codec, f"{len(payload)} bytes where {size} are needed")


def one_decimal(value: float) -> float:
    """Return a number with one decimal (ECMA-262 `toFixed`: of two as near, the larger).

    >>> one_decimal(0.25), one_decimal(0.75), one_decimal(0.15)
    (0.3, 0.8, 0.1)
    """
    is_tie = (value * 4) % 2 == 1
    return round(value + 0.01, 1) if is_tie else round(value, 1)


# Meters of a city date their registers by the same hours.
@lru_cache(maxsize=4_096)
def instant_text(at_s: int) -> str:
    """Return an instant as ISO 8601 in UTC with milliseconds and no zone.

    >>> instant_text(1721847600)
    '2024-07-24T19:00:00.000'
    """
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S.000")


@lru_cache(maxsize=4_096)
def clock_text(at_s: int) -> str:
    """Return an instant in UTC as people write it.

    >>> clock_text(1718804520)
    '2024-06-19 13:42:00'
    """
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%d %H:%M:%S")
