"""The tracks of the last days, read once and kept fresh; what is older is read when asked for."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dalgu.center.replay.tracks import Track
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock

REACH = timedelta(days=10)  # seven days back, the week before each minute of today, and 48 h of age
DAY = timedelta(days=4)  # what the first asker waits for: a day, and three days of age before it
FRESH = timedelta(seconds=20)
OVERLAP = timedelta(hours=2)  # late messages: a gateway that was cut off sends what it kept
# Back-filled history comes later still, most of it soon after a city began: reads grow rarer.
FIRST_REREAD, REREAD = timedelta(minutes=1), timedelta(minutes=15)
AHEAD = timedelta(minutes=5)  # clocks of devices that are fast

Kind = tuple[str, str]  # entity type and attribute


@dataclass(slots=True)
class _Held:
    track: Track
    since: datetime  # what was read, which `track.since_s` may shorten
    until: datetime
    read_at: datetime
    reads: int  # how often all of it was read

    @property
    def is_short(self) -> bool:
        """Whether it reaches less far back than replays do."""
        return self.until - self.since < REACH - REREAD

    @property
    def good_for(self) -> timedelta:
        """How long after a read it is read again."""
        return min(REREAD, FIRST_REREAD * (1 << min(self.reads - 1, 8)))


class Tracks:
    """Every track that somebody asked for lately."""

    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub, self._clock = hub, clock
        self._held: dict[Kind, _Held] = {}
        self._locks: dict[Kind, asyncio.Lock] = {}

    async def get(self, kind: Kind, at: datetime, back: timedelta) -> Track:
        """Return a track that knows an instant and `back` before it."""
        now = self._clock.now()
        async with self._locks.setdefault(kind, asyncio.Lock()):
            held = self._held.get(kind)
            if held is None:
                if at - back < now - DAY:
                    return await self._read(kind, at - back, at + timedelta(seconds=1))
                held = await self._renew(kind, DAY)
            if at - back < _instant(held.track.since_s):
                return await self._read(kind, at - back, at + timedelta(seconds=1))
            if at > held.until - FRESH and now - held.until > FRESH:
                await self._grow(kind, held, now)
            return held.track

    async def keep(self) -> None:
        """Read anew, as far back as replays reach, what was read long ago or not so far."""
        now = self._clock.now()
        for kind in tuple(self._held):
            held = self._held[kind]
            if held.is_short or now - held.read_at >= held.good_for:
                await self._renew(kind, REACH)

    async def _renew(self, kind: Kind, reach: timedelta) -> _Held:
        now = self._clock.now()
        track = await self._read(kind, now - reach, now + AHEAD)
        before = self._held.get(kind)
        reads = 1 if before is None else before.reads + 1
        held = self._held[kind] = _Held(track, now - reach, now, now, reads)
        return held

    async def _grow(self, kind: Kind, held: _Held, now: datetime) -> None:
        newer = await self._read(kind, held.until - OVERLAP, now + AHEAD)
        since_s = int((now - REACH).timestamp())
        held.track = await asyncio.to_thread(held.track.joined, newer, since_s)
        held.until = now

    async def _read(self, kind: Kind, since: datetime, until: datetime) -> Track:
        columns = await self._hub.columns(*kind, since, until)
        span = (int(since.timestamp()), int(until.timestamp()))
        return (await asyncio.to_thread(Track.of, columns, *span)).bounded()


def _instant(at_s: int) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)
