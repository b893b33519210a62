"""Runs a field of controllers and lets the city connect to it.

It is a process of its own, so that nothing that happens to the city happens to the controllers.
A broken or slow client costs only itself: it misses reports, its commands are refused, or it is
hung up on.
"""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from dalgu.devices.signals import wire
from dalgu.devices.signals.driver import FieldAddress
from dalgu.devices.signals.errors import FieldFrameInvalid, ObjectNotExisting, TimingInvalid
from dalgu.devices.signals.field import Field
from dalgu.devices.signals.objects import ControllerObjects
from dalgu.devices.signals.tables import TICK_S
from dalgu.kernel.clock import Clock

log = logging.getLogger("dalgu.signals")

CLIENTS_MOST: Final = 16
HELLO_S: Final = 5.0  # that a client may take to say who it is
BEHIND_MOST_S: Final = 30.0  # that a field may run after its clock; then it leaps
UNSENT_MOST_BYTES: Final = 8 * 1024 * 1024  # then a slow client misses reports
BAD_FRAMES_MOST: Final = 100  # then it is hung up on


class _Client:
    """Somebody who is connected."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self.bad_frames = 0
        self.missed = 0

    def tell(self, frame: bytes) -> None:
        if self.writer.transport.get_write_buffer_size() > UNSENT_MOST_BYTES:
            self.missed += 1
            return
        self.writer.write(frame)

    def hang_up(self, reason: str) -> None:
        self.tell(wire.frame(wire.Refused(reason, fatal=True)))
        self.writer.close()


class FieldServer:
    """A field, its clock, and those who are connected to it."""

    def __init__(self, field: Field, clock: Clock, secret: str, behind_most_s: float) -> None:
        self.field, self._clock, self._secret = field, clock, secret
        self._behind_most_s = behind_most_s
        self._clients: set[_Client] = set()
        self._leader: _Client | None = None
        self._meetings: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Step the field by its clock, second by second, until cancelled."""
        at_s = float(int(self._clock.now().timestamp()))
        while True:
            at_s += TICK_S
            behind_s = self._clock.now().timestamp() - at_s
            if behind_s > self._behind_most_s:
                log.warning("the field was %.0f s behind its clock and leaps", behind_s)
                at_s += float(int(behind_s))
            await self._clock.sleep_until(datetime.fromtimestamp(at_s, UTC))
            await asyncio.sleep(0)
            report = self.field.step(at_s)
            if self._clients:
                frame = wire.frame(wire.told(report))
                for client in tuple(self._clients):
                    client.tell(frame)

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client as long as it stays."""
        client = _Client(writer)
        meeting = asyncio.current_task()
        if meeting is not None:
            self._meetings.add(meeting)
            meeting.add_done_callback(self._meetings.discard)
        try:
            if await self._greeted(client, reader):
                await self._listen(client, reader)
        except (EOFError, OSError, FieldFrameInvalid, TimeoutError) as gone:
            log.info("a client of the field has gone: %s", type(gone).__name__)
        finally:
            self._clients.discard(client)
            self._leader = None if self._leader is client else self._leader
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def part(self) -> None:
        """Hang up on everybody."""
        for meeting in tuple(self._meetings):
            meeting.cancel()
        await asyncio.gather(*self._meetings, return_exceptions=True)

    async def _greeted(self, client: _Client, reader: asyncio.StreamReader) -> bool:
        async with asyncio.timeout(HELLO_S):
            hello = wire.to_field(await wire.read_frame(reader, wire.SAID_MOST_BYTES))
        known = isinstance(hello, wire.Hello) and hmac.compare_digest(
            hello.secret.encode(), self._secret.encode()
        )
        if not isinstance(hello, wire.Hello) or not known or len(self._clients) >= CLIENTS_MOST:
            client.hang_up("the secret is wrong" if not known else "too many are connected")
            return False
        client.tell(wire.frame(wire.Welcome(self.field.timings)))
        self._clients.add(client)
        if hello.leads:
            if self._leader is not None:
                self._leader.hang_up("somebody else leads the field now")
            self._leader = client
        return True

    async def _listen(self, client: _Client, reader: asyncio.StreamReader) -> None:
        while client.bad_frames < BAD_FRAMES_MOST:
            body = await wire.read_frame(reader, wire.SAID_MOST_BYTES)
            try:
                self._obey(client, wire.to_field(body))
            except (FieldFrameInvalid, ObjectNotExisting, TimingInvalid) as refusal:
                client.bad_frames += isinstance(refusal, FieldFrameInvalid)
                client.tell(wire.frame(wire.Refused(str(refusal))))
            await asyncio.sleep(0)  # who says much at once does not keep the field from its tick

    def _obey(self, client: _Client, message: wire.ToField) -> None:
        if isinstance(message, wire.Asks):
            client.tell(wire.frame(wire.Objects(self._objects(message))))
            return
        if client is not self._leader:
            raise FieldFrameInvalid("who only watches cannot command")
        if isinstance(message, wire.Said):
            self.field.take(wire.command_of(message))
        elif isinstance(message, wire.Orders):
            self.field.order(message.order)
        elif isinstance(message, wire.Loads):
            self.field.load(self._known(message.controller), message.plan)

    def _objects(self, asked: wire.Asks) -> dict[str, int]:
        """Answer a question; what is set is only wished, the phase machine grants it or not."""
        objects = ControllerObjects(self.field, self._known(asked.controller))
        if asked.value is not None:
            objects.set(asked.name, asked.value)
        return objects.walk(asked.name)

    def _known(self, controller: int) -> int:
        if not 0 <= controller < len(self.field.timings):
            raise FieldFrameInvalid(f"controller {controller} does not exist")
        return controller


async def serve(
    field: Field, clock: Clock, address: FieldAddress, *, behind_most_s: float = BEHIND_MOST_S
) -> None:
    """Run a field and serve its clients until cancelled.

    Where it cannot keep up with its clock it leaps after `behind_most_s`, as after a suspension.
    """
    server = FieldServer(field, clock, address.secret, behind_most_s)
    async with _listening(server, address.socket), asyncio.TaskGroup() as tasks:
        tasks.create_task(server.run())


@asynccontextmanager
async def _listening(server: FieldServer, socket: str) -> AsyncIterator[None]:
    kind, _, where = socket.partition(":")
    if kind == "unix":
        await asyncio.to_thread(Path(where).unlink, missing_ok=True)
        opened = await asyncio.start_unix_server(server.meet, where)
    else:
        host, _, port = where.rpartition(":")
        opened = await asyncio.start_server(server.meet, host, int(port))
    try:
        if kind == "unix":
            await asyncio.to_thread(Path(where).chmod, 0o600)
        yield
    finally:
        opened.close()
        await server.part()
