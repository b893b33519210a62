"""The stream of a page: server-sent events over one connection that the browser renews.

Kinds: `clock {now, speed}`, `kpis [tile]` and `progress {share, label} | null` beat every five
seconds; `features {layer, features, gone}` and `rows {rows, gone}` say what changed, rows with
`reload` and `refresh {layer}` that the page is to load all of it; `moving` is a frame in base64.
The id of the newest event is how far the reader was told: sent back as `Last-Event-ID` it
brings exactly what was missed.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.center.context import Center
from dalgu.center.live.live import Live, Position, may_watch
from dalgu.center.live.outbox import Audience, Outbox
from dalgu.center.live.pulse import Pulse
from dalgu.kernel.errors import InvalidInput
from dalgu.web.answer import asked_language
from dalgu.web.forms import body_of
from dalgu.web.frame import actor_of

BEAT_S: Final = 5.0  # the clock is sent this often, so that a cut stream is noticed
# A stream ends by itself, the browser comes back, and the guard asks again who it is and what it
# may: so a right that was taken away, or a session that was closed, ends here too.
LIFE_S: Final = 600.0
RETRY_MS, SPREAD_MS = 300, 1_700  # after a restart not all come back in one moment
LONGEST_SWITCH: Final = 1_024  # bytes
MOVING: Final = "moving"


def routes(center: Center) -> list[Route]:
    """Return the routes; each carries its operation as its name."""
    doors = Doors(center)
    return [
        Route("/live", doors.stream, name=Operation.PAGE_READ),
        Route("/live/sound", doors.sound, methods=["POST"], name=Operation.PAGE_READ),
    ]


class Switched(msgspec.Struct, frozen=True):
    """Whether a wall was silenced."""

    silent: bool


class SwitchUnreadable(InvalidInput):
    """What was sent does not say whether the wall is silent."""

    slug = "switch-unreadable"
    title = "The switch cannot be read"

    def __init__(self) -> None:
        super().__init__('The body must be JSON as {"silent": true} or {"silent": false}.')


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.live: Live = center.rooms.live
        self.access = center.access
        self.pulse = Pulse(center)
        self._streams = 0

    async def stream(self, request: Request) -> Response:
        """Answer the page's stream."""
        audience = Audience.of(actor_of(request), asked_language(request))
        asked = set(request.query_params.get("layers", "").split())
        outbox = Outbox(audience, wants_moving=MOVING in asked)
        outbox.layers = frozenset(name for name in asked if may_watch(outbox, name))
        since = Position.read(request.headers.get("last-event-id", ""))
        self.live.check_room()
        return StreamingResponse(
            self._told(outbox, since),
            media_type="text/event-stream",
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def sound(self, request: Request) -> Response:
        """Write down that somebody silenced the alarms of their wall, or let them sound again."""
        try:
            body = await body_of(request, "switch", LONGEST_SWITCH)
            switched = msgspec.json.decode(body, type=Switched)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise SwitchUnreadable from None
        actor, state = actor_of(request), "off" if switched.silent else "on"
        await self.access.audit(actor, Operation.PAGE_READ, "wall/sound", sound=state)
        return Response(status_code=204)

    async def _told(self, outbox: Outbox, since: Position | None) -> AsyncIterator[bytes]:
        loop, language = asyncio.get_running_loop(), outbox.audience.language
        beat_s = loop.time()
        end_s = beat_s + LIFE_S
        heard: tuple[bytes, ...] = ()
        self._streams += 1
        try:
            await self.live.join(outbox, since)
            yield b"retry: %d\n\n" % (RETRY_MS + 97 * self._streams % SPREAD_MS)
            while loop.time() < end_s:
                said = []
                if loop.time() >= beat_s:
                    beat_s = loop.time() + BEAT_S
                    pulse = await self.pulse.said(language)
                    said = [one for one in pulse if one not in heard]
                    heard = pulse
                position = self.live.position  # before taking: what comes later is told again
                said += outbox.take()
                if said:
                    yield b"".join([*said, b"id: %s\n\n" % str(position).encode()])
                await outbox.wait(beat_s - loop.time())
        finally:
            self.live.leave(outbox)
