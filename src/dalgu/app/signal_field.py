"""Keeps the simulated field of signals running beside a model city: a child process."""

import asyncio
import logging
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec

from dalgu.app.commands.signal_field import SECRET
from dalgu.app.folder import Folder
from dalgu.devices.signals.driver import FieldAddress
from dalgu.kernel.clock import Clock, iso
from dalgu.services.traffic.control.control import Control
from dalgu.store.durable import create

log = logging.getLogger("dalgu.simulation")

LOOK_AGAIN: Final = timedelta(seconds=2)
REST_S: Final = 5.0  # after a field that ended by itself
STOP_S: Final = 5.0
COMMAND: Final = (sys.executable, "-c", "from dalgu.cli import main; main()", "traffic", "field")

Child = subprocess.Popen[bytes]


class SignalField:
    """Starts the field of the network in force, and starts it again when either changes."""

    def __init__(self, control: Control, clock: Clock, *, seed: int, speed: float) -> None:
        self._control, self._clock = control, clock
        self._seed, self._speed = seed, speed

    async def run(self) -> None:
        """Keep a field running until cancelled."""
        with tempfile.TemporaryDirectory(prefix="dalgu-") as folder:  # a socket's path is short
            address = FieldAddress(f"unix:{folder}/field", secrets.token_urlsafe(24))
            while True:
                taken = self._control.state.network
                if taken is None:
                    await asyncio.sleep(LOOK_AGAIN.total_seconds())
                    continue
                child = await self._start(self._control.shelf.path(taken.digest), address)
                try:
                    with self._announced(address):
                        await self._watch(child, taken.digest)
                finally:
                    await _stop(child)

    @contextmanager
    def _announced(self, address: FieldAddress) -> Iterator[None]:
        """Tell the city, and commands beside it, where the field listens."""
        file = Folder(self._control.ground.folder).field_file
        self._control.listens_at = address
        _put(file, address)
        try:
            yield
        finally:
            self._control.listens_at = None
            with suppress(OSError):
                file.unlink()

    async def _start(self, network: Path, address: FieldAddress) -> Child:
        # Not by the event loop: uvloop runs Python in the fork, which lets go of what threads hold
        # that are not there, and a DuckDB connection crashes waiting for its own.
        return await asyncio.to_thread(
            subprocess.Popen,
            [*COMMAND, *self._options(network, address, self._clock.now())],
            stdin=subprocess.PIPE,
            env=os.environ | {SECRET: address.secret},
        )

    def _options(self, network: Path, address: FieldAddress, now: datetime) -> Sequence[str]:
        return (
            str(network), "--socket", address.socket, "--seed", str(self._seed),
            "--speed", str(self._speed), "--since", iso(now), "--ends-with-input",
        )  # fmt: skip

    async def _watch(self, child: Child, digest: str) -> None:
        """Return when the field has ended, or another network is in force."""
        while child.poll() is None:
            taken = self._control.state.network
            if taken is None or taken.digest != digest:
                return
            await asyncio.sleep(LOOK_AGAIN.total_seconds())
        log.warning("the field of signals ended with code %s; it starts again", child.returncode)
        await asyncio.sleep(REST_S)


def _put(file: Path, address: FieldAddress) -> None:
    """Write for commands where the field listens; on a full disk the signals run all the same."""
    try:
        file.unlink(missing_ok=True)  # of a city that was killed
        create(file, msgspec.json.encode(address))
    except OSError as refused:
        log.warning("commands do not find the field of signals: %s", refused)


async def _stop(child: Child) -> None:
    child.terminate()
    try:
        await asyncio.to_thread(child.communicate, timeout=STOP_S)
    except subprocess.TimeoutExpired:
        child.kill()
        await asyncio.to_thread(child.communicate)
