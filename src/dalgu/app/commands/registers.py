"""Fills registers from files, tells how they stand, exports them, and makes blank files."""

from collections.abc import Callable
from pathlib import Path

from dalgu.access.actor import CONSOLE
from dalgu.app.commands.opening import any_city, city
from dalgu.app.registers import filing
from dalgu.devices.progress import Progress
from dalgu.governance.errors import RegisterFileTooLarge, RegisterFileUnfit, Unfit
from dalgu.governance.exporting import export_register
from dalgu.governance.importing import Options
from dalgu.governance.register import Register
from dalgu.governance.report import Report
from dalgu.governance.sheets import MAX_BYTES
from dalgu.governance.standing import Standing, standings
from dalgu.kernel.settings import Settings


async def list_registers(settings: Settings) -> list[Standing]:
    """Return how every register of a city stands."""
    async with city(settings) as platform:
        return await standings(platform.hub, platform.clock)


async def fill_register(
    settings: Settings,
    register: Register,
    file: Path,
    options: Options,
    progress: Callable[[Progress], None],
) -> Report:
    """Fill a register of a city, or of a new one, from a file."""
    body = _bytes_of(file)
    async with any_city(settings) as platform:
        return await filing(platform).fill(
            CONSOLE, register, file.name, body, options, progress=progress
        )


async def export(settings: Settings, register: Register, form: str) -> bytes:
    """Return a register of a city as a file."""
    async with city(settings) as platform:
        return await export_register(platform.hub, register, form)


def _bytes_of(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise RegisterFileTooLarge(file.name, "bytes", MAX_BYTES)
        return file.read_bytes()
    except OSError as error:
        raise RegisterFileUnfit(file.name, Unfit.UNREADABLE, error.strerror or "") from None
