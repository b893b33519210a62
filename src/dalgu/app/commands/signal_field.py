"""A field of signal controllers over the queue simulation, as a process of its own."""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from dalgu.devices.signals.driver import FieldAddress
from dalgu.devices.signals.field import Field
from dalgu.devices.signals.process import serve
from dalgu.devices.signals.proof import Proof, prove
from dalgu.devices.signals.watchdog import Patience
from dalgu.kernel.clock import Clock, SimulatedClock, SystemClock
from dalgu.kernel.errors import InvalidInput
from dalgu.services.traffic.control.refusals import SignalNotExisting
from dalgu.services.traffic.network.compiled import compile_network
from dalgu.services.traffic.network.model import Network
from dalgu.simulation.street import QueueStreet

SECRET: Final = "DALGU_TRAFFIC__FIELD_SECRET"  # noqa: S105 - the name of the variable
WARM_UP_S: Final = 60  # the streets are not empty when the city first looks
DATA_AGE_S: Final = 12.0  # controllers decide every five to ten seconds, and repeat it in between


class FieldSecretMissing(InvalidInput):
    """A field without a secret would obey anybody."""

    slug = "field-secret-missing"
    title = "The field has no secret"

    def __init__(self) -> None:
        super().__init__(f"Set {SECRET} to a text of at least 16 signs for the field and the city.")


@dataclass(frozen=True, slots=True)
class Options:
    """What a field is run with."""

    network: Path  # as `network.shelf` keeps it
    socket: str
    seed: int = 1
    speed: float = 1.0
    since: datetime | None = None  # where the clock starts; now when there is none
    ends_with_input: bool = False  # it ends when its standard input does: its parent has gone


def run(options: Options) -> None:
    """Run a field until it is stopped.

    Raises
    ------
    FieldSecretMissing
        When the environment names no secret.
    """
    secret = os.environ.get(SECRET, "")
    if len(secret) < 16:
        raise FieldSecretMissing
    asyncio.run(_run(options, FieldAddress(options.socket, secret)))


def proofs(network: Path, signals: list[str], *, whole: bool) -> Iterator[Proof]:
    """Yield the proof of each signal named, of all when none is; raise `SignalNotExisting`.

    `whole` also visits reds and ways back to the plan, which takes minutes for a signal.
    """
    compiled = compile_network(msgspec.json.decode(network.read_bytes(), type=Network))
    for signal in signals or compiled.layout.signals:
        if signal not in compiled.signal_at:
            raise SignalNotExisting(signal)
        timing = compiled.timings[compiled.signal_at[signal]]
        yield prove(timing, reds=whole, returns=whole)


async def _run(options: Options, address: FieldAddress) -> None:
    clock = clock_of(options)
    field = warmed(options.network, clock.now().timestamp(), options.seed)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(serve(field, clock, address))
        if options.ends_with_input:
            await asyncio.to_thread(sys.stdin.buffer.read)
            serving.cancel()


def clock_of(options: Options) -> Clock:
    """Return the field's clock."""
    if options.since is None and options.speed == 1.0:
        return SystemClock()
    return SimulatedClock(options.since or SystemClock().now(), speed=options.speed)


def warmed(path: Path, at_s: float, seed: int) -> Field:
    """Return a field on its streets, with some minutes of traffic in them."""
    compiled = compile_network(msgspec.json.decode(path.read_bytes(), type=Network))
    begin_s = float(int(at_s)) - WARM_UP_S
    street = QueueStreet(compiled, begin_s, seed)
    field = Field(compiled.timings, street, Patience(age_s=DATA_AGE_S))
    for second in range(WARM_UP_S):
        field.step(begin_s + second)
    return field
