"""COSEM date-time: twelve octets, any of which may say that it is not specified."""

from datetime import datetime, timedelta, timezone

from dalgu.kernel.clock import LOCAL

CLOCK_BYTES = 12
NO_DEVIATION = -0x8000
NOT_SPECIFIED = 0xFF


def read_clock(octets: bytes) -> datetime | None:
    """Return the instant of a date-time (IEC 62056-6-2, 4.1.6.1), `None` where it names none.

    The deviation is that of UTC from local time, in minutes; without one the clock shows the
    city's local time.

    >>> read_clock(bytes.fromhex("07ea0304030e1e00008000 00")).isoformat()
    '2026-03-04T14:30:00+09:00'
    """
    if len(octets) != CLOCK_BYTES:
        return None
    year, month, day = int.from_bytes(octets[:2], "big"), octets[2], octets[3]
    hour, minute = octets[5], octets[6]
    second = 0 if octets[7] == NOT_SPECIFIED else octets[7]
    deviation = int.from_bytes(octets[9:11], "big", signed=True)
    try:
        zone = LOCAL if deviation == NO_DEVIATION else timezone(-timedelta(minutes=deviation))
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None
