"""Instants as the tables keep them: whole microseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECONDS_PER_S = 1_000_000
MICROSECONDS_PER_DAY = 86_400 * MICROSECONDS_PER_S


def micros(at: datetime) -> int:
    """Return the microseconds since 1970 of an aware instant, exactly.

    >>> micros(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
    1000005
    """
    passed = at - EPOCH
    return (
        passed.days * MICROSECONDS_PER_DAY
        + passed.seconds * MICROSECONDS_PER_S
        + passed.microseconds
    )


def instant(at_us: int) -> datetime:
    """Return the aware UTC instant of some microseconds since 1970.

    >>> instant(1_000_005).isoformat()
    '1970-01-01T00:00:01.000005+00:00'
    """
    return EPOCH + timedelta(microseconds=at_us)
