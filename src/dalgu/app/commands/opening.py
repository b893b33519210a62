"""Opens the city of a folder for a command, which may run beside a running platform.

The store takes writers of several processes, and the platform follows what they write.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dalgu.app.folder import Folder
from dalgu.app.model_city import held
from dalgu.app.platform import Platform, opened
from dalgu.kernel.clock import Clock, SimulatedClock, SystemClock
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.settings import Settings
from dalgu.store.sqlite import Store


class CityNotInFolder(NotExisting):
    """The folder holds no city."""

    slug = "city-not-in-folder"
    title = "The folder holds no city"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Folder '{folder}' holds no city. Start one with: dalgu up --data {folder}",
            folder=str(folder),
        )


@asynccontextmanager
async def city(settings: Settings) -> AsyncIterator[Platform]:
    """Open the city of the folder that the settings name; raise `CityNotInFolder`."""
    folder = Folder(settings.data_path)
    if not folder.database.exists():
        raise CityNotInFolder(folder.path)
    async with opened(settings, folder, _city_clock) as platform:
        await platform.keys.load()
        yield platform


@asynccontextmanager
async def store_alone(settings: Settings) -> AsyncIterator[Store]:
    """Open the store of a city and nothing else, so that not even an audit entry is written."""
    folder = Folder(settings.data_path)
    if not folder.database.exists():
        raise CityNotInFolder(folder.path)
    store = Store.open(folder.database)
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def any_city(settings: Settings) -> AsyncIterator[Platform]:
    """Open the city of the folder, or begin an empty one."""
    async with opened(settings, Folder(settings.data_path), _city_clock) as platform:
        await platform.keys.load()
        yield platform


def _city_clock(store: Store) -> Clock:
    """Return the wall's clock, unless the simulated city lives in a later time."""
    state, now = held(store), SystemClock().now()
    if state is not None and state.heard_until is not None and state.heard_until > now:
        return SimulatedClock(state.heard_until)
    return SystemClock()
