"""Looks into the hub."""

from dalgu.app.commands.opening import city
from dalgu.hub.errors import EntityNotExisting
from dalgu.hub.model import Document
from dalgu.kernel.ids import EntityId
from dalgu.kernel.settings import Settings

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
