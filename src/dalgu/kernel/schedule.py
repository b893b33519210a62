"""When work is due: pure values, asked with the city's clock, in local time."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from dalgu.kernel.clock import LOCAL


@dataclass(frozen=True, slots=True)
class Every:
    """Work that is due at each multiple of a period since midnight UTC."""

    period: timedelta

    def next_run(self, after: datetime) -> datetime:
        """Return the first due instant strictly after `after`, UTC.

        >>> Every(timedelta(minutes=15)).next_run(datetime(2026, 1, 1, 0, 7, tzinfo=UTC)).minute
        15
        """
        midnight = after.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        passed = (after - midnight) // self.period
        return midnight + (passed + 1) * self.period


@dataclass(frozen=True, slots=True)
class Daily:
    """Work that is due once a day at a local time."""

    at: time

    def next_run(self, after: datetime) -> datetime:
        """Return the first due instant strictly after `after`, UTC.

        >>> Daily(time(4, 30)).next_run(datetime(2026, 1, 1, tzinfo=UTC)).hour
        19
        """
        day = after.astimezone(LOCAL).date()
        due = datetime.combine(day, self.at, LOCAL)
        if due <= after:
            due = datetime.combine(day + timedelta(days=1), self.at, LOCAL)
        return due.astimezone(UTC)


Schedule = Every | Daily


def every(*, minutes: float = 0, hours: float = 0) -> Every:
    """Return a schedule of a fixed period."""
    return Every(timedelta(minutes=minutes, hours=hours))


def daily(at: str) -> Daily:
    """Return a schedule for a local time of day, as `04:30`."""
    return Daily(time.fromisoformat(at))
