"""How the city reaches controllers: a driver follows the reports of a field and commands it.

`connect` opens the driver of the field that we ship (`process`), over a Unix or TCP socket. A
driver of other controllers has the same three verbs.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Protocol

from dalgu.devices.signals import wire
from dalgu.devices.signals.errors import (
    FieldFrameInvalid,
    FieldSecretInvalid,
    FieldUnreachable,
    RefusedByField,
)
from dalgu.devices.signals.field import Order
from dalgu.devices.signals.report import Command, Report
from dalgu.devices.signals.timing import Plan, Timing

ANSWER_S: Final = 10.0  # that the field may take to answer or to accept what is sent


@dataclass(frozen=True, slots=True)
class FieldAddress:
    """Where a field listens: `unix:/path/to/socket` or `tcp:host:port`, and its secret."""

    socket: str
    secret: str


class Driver(Protocol):
    """What the city needs of a field of controllers."""

    @property
    def timings(self) -> tuple[Timing, ...]:
        """Return what is set in the controllers, in the order of all arrays."""
        ...

    def reports(self) -> AsyncIterator[Report]:
        """Yield a report each second of the field's clock, the newest if one was missed."""
        ...

    async def send(self, command: Command) -> None:
        """Tell which stages shall be served; controllers may do otherwise."""
        ...

    async def order(self, order: Order) -> None:
        """Pass on the order of a person."""
        ...

    async def load(self, controller: int, plan: Plan) -> None:
        """Give a controller a plan."""
        ...


class FieldClient:
    """The driver of a field that runs as `process`."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.timings: tuple[Timing, ...] = ()
        self._size: dict[str, int] = {}
        self.refusals: list[str] = []  # of the last orders and plans, the newest last

    async def greet(self, secret: str, *, leads: bool) -> None:
        """Say who we are and hear what the field consists of."""
        await self._write(wire.Hello(secret, leads))
        answer = await self._read()
        if isinstance(answer, wire.Refused):
            raise FieldSecretInvalid
        if not isinstance(answer, wire.Welcome) or answer.version != wire.VERSION:
            raise FieldFrameInvalid("the field does not welcome")
        self.timings = answer.timings
        self._size = wire.sizes(answer.timings)

    async def reports(self) -> AsyncIterator[Report]:
        """Yield the field's reports until it closes.

        Raises
        ------
        FieldUnreachable
            The field has closed, or leads to somebody else now.

        """
        while True:
            message = await self._read()
            if isinstance(message, wire.Told):
                yield wire.report_of(message, self._size)
            elif isinstance(message, wire.Refused):
                self.refusals = [*self.refusals[-9:], message.reason]
                if message.fatal:
                    raise FieldUnreachable(message.reason)

    async def send(self, command: Command) -> None:
        """Tell which stages shall be served."""
        await self._write(wire.said(command))

    async def order(self, order: Order) -> None:
        """Pass on the order of a person."""
        await self._write(wire.Orders(order))

    async def load(self, controller: int, plan: Plan) -> None:
        """Give a controller a plan; a refusal is told among the `refusals`."""
        await self._write(wire.Loads(controller, plan))

    async def ask(
        self, controller: int, name: str = "", value: int | None = None
    ) -> dict[str, int]:
        """Return objects of a controller: all, those of a name, or one, set to a value before.

        For who does not follow the reports: those that come meanwhile are passed over.

        Raises
        ------
        RefusedByField
            There is no such object, or it cannot be set to that.
        FieldUnreachable
            The field has closed, or does not answer.

        """
        await self._write(wire.Asks(controller, name, value))
        try:
            async with asyncio.timeout(ANSWER_S):
                return await self._answer()
        except TimeoutError as late:
            raise FieldUnreachable("it does not answer") from late

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def _answer(self) -> dict[str, int]:
        while True:
            message = await self._read()
            if isinstance(message, wire.Objects):
                return message.values
            if isinstance(message, wire.Refused):
                raise RefusedByField(message.reason)

    async def _read(self) -> wire.FromField:
        try:
            return wire.from_field(await wire.read_frame(self._reader, wire.FRAME_MOST_BYTES))
        except (EOFError, OSError) as gone:
            raise FieldUnreachable("it has closed the connection") from gone

    async def _write(self, message: wire.ToField) -> None:
        try:
            self._writer.write(wire.frame(message))
            async with asyncio.timeout(ANSWER_S):
                await self._writer.drain()
        except (OSError, TimeoutError) as gone:
            raise FieldUnreachable("it does not accept what is sent") from gone


@asynccontextmanager
async def connect(address: FieldAddress, *, leads: bool = True) -> AsyncIterator[FieldClient]:
    """Open the driver of a field.

    Raises
    ------
    FieldUnreachable
        Nobody answers there.
    FieldSecretInvalid
        The secret is wrong.

    """
    client = FieldClient(*await _opened(address.socket))
    try:
        try:
            async with asyncio.timeout(ANSWER_S):
                await client.greet(address.secret, leads=leads)
        except TimeoutError as late:
            raise FieldUnreachable("it does not answer") from late
        yield client
    finally:
        await client.close()


async def _opened(socket: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    kind, _, where = socket.partition(":")
    host, _, port = where.rpartition(":")
    try:
        async with asyncio.timeout(ANSWER_S):
            if kind == "unix":
                return await asyncio.open_unix_connection(where)
            return await asyncio.open_connection(host, int(port))
    except (OSError, ValueError, TimeoutError) as gone:
        raise FieldUnreachable(f"nobody listens at '{socket}'") from gone
