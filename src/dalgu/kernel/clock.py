"""The only source of time. Nobody else reads the wall clock: a city's day may last minutes."""

import asyncio
import heapq
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Seoul")
LARGEST_SLEW = timedelta(hours=1)  # what a time server or a leap takes back, and more
SLEWED_SPEED = 0.5


class Clock(Protocol):
    """What every part that needs time is given."""

    def now(self) -> datetime:
        """Return the city's present instant, aware, UTC."""
        ...

    async def sleep_until(self, at: datetime) -> None:
        """Return once the city's clock has reached `at`."""
        ...


def _wall() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The wall clock, except that it does not go back when the machine's is set back a little.

    While the machine's clock is behind what was told already, this one goes on at half speed until
    they meet: stamps stay in their order and everything that waits goes on. Beyond `LARGEST_SLEW`
    somebody has set the clock right, and it is followed at once.
    """

    def __init__(self, wall: Callable[[], datetime] = _wall) -> None:
        self._wall = wall
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._looked_s = 0.0

    def now(self) -> datetime:
        """Return the present instant, UTC."""
        wall, look_s = self._wall(), time.monotonic()
        if wall < self._latest and self._latest - wall <= LARGEST_SLEW:
            wall = self._latest + timedelta(seconds=(look_s - self._looked_s) * SLEWED_SPEED)
        self._latest, self._looked_s = wall, look_s
        return wall

    async def sleep_until(self, at: datetime) -> None:
        """Return once `at` has come."""
        await asyncio.sleep(max(0.0, (at - self.now()).total_seconds()))


class SimulatedClock:
    """A clock that runs `speed` times as fast as the wall, from `start` on."""

    def __init__(self, start: datetime, *, speed: float = 1.0) -> None:
        self.speed = speed
        self._start = start
        self._origin_s = time.monotonic()

    def now(self) -> datetime:
        """Return the city's instant, UTC."""
        elapsed_s = (time.monotonic() - self._origin_s) * self.speed
        return self._start + timedelta(seconds=elapsed_s)

    async def sleep_until(self, at: datetime) -> None:
        """Return once the city's clock has reached `at`."""
        await asyncio.sleep(max(0.0, (at - self.now()).total_seconds() / self.speed))


class ManualClock:
    """A clock that stands still until it is advanced: for tests and for replays."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._tie = 0

    def now(self) -> datetime:
        """Return the instant the clock stands at, UTC."""
        return self._now

    async def sleep_until(self, at: datetime) -> None:
        """Return once the clock has been advanced to `at`."""
        if at <= self._now:
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tie += 1
        heapq.heappush(self._sleepers, (at, self._tie, woken))
        await woken

    async def advance(self, by: timedelta) -> None:
        """Move on by `by`, waking every sleeper in order and letting it run."""
        until = self._now + by
        while self._sleepers and self._sleepers[0][0] <= until:
            at, _, woken = heapq.heappop(self._sleepers)
            self._now = max(self._now, at)
            if not woken.done():
                woken.set_result(None)
            await asyncio.sleep(0)
        self._now = until
        await asyncio.sleep(0)


def local(at: datetime) -> datetime:
    """Return the instant in the city's local time, for screens and schedules."""
    return at.astimezone(LOCAL)


def second_of_day(at: datetime) -> float:
    """Return the seconds since the city's local midnight.

    >>> second_of_day(datetime(2026, 3, 4, 15, 0, 30, tzinfo=UTC))
    30.0
    """
    here = local(at)
    return here.hour * 3_600.0 + here.minute * 60.0 + here.second


def iso(at: datetime) -> str:
    """Return the instant as NGSI-LD writes it: UTC, `Z`, no fraction when it is zero.

    >>> iso(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    '2026-01-02T03:04:05Z'
    """
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
