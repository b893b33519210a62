"""Looks into the hub."""

from dalgu.app.commands.opening import city, store_alone
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.model import Document
from dalgu.hub.soundness import faults
from dalgu.kernel.ids import EntityId
from dalgu.kernel.settings import Settings
from dalgu.store.digest import digest_of_files
from dalgu.store.sealed_folder import folder_of

SCHEME = "urn:ngsi-ld:"


async def count_types(settings: Settings) -> dict[str, int]:
    """Return how many entities there are of each type."""
    async with city(settings) as platform:
        return await platform.hub.types()


async def retrieve(settings: Settings, id: str) -> Document:
    """Return one entity; raise `EntityNotExisting`."""
    async with city(settings) as platform:
        if not id.startswith(SCHEME):
            raise EntityNotExisting(id)
        return await platform.hub.retrieve(EntityId(id))


async def digest(settings: Settings) -> tuple[str, dict[str, str]]:
    """Return one hash over all tables of the city, and one of each sealed file; nothing is written.

    Raise `CityNotInFolder`.
    """
    async with store_alone(settings) as store:
        sealed = [file.path for file in store.read().series.sealed.all() if file.is_durable]
        return await store.digest(), digest_of_files(folder_of(store.path), sealed)


async def verify(settings: Settings) -> list[str]:
    """Return a sentence for everything in the store that does not agree; nothing is written."""
    async with store_alone(settings) as store:
        return await faults(store)
