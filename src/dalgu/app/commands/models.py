"""Looks into the Smart Data Models, and into what did not fit them."""

from dalgu.app.commands.opening import city
from dalgu.app.platform import declared_types
from dalgu.hub.smart_data_models.declared import DeclaredType, registry
from dalgu.hub.smart_data_models.validation import Unfit, unfit
from dalgu.kernel.settings import Settings


def declared() -> list[DeclaredType]:
    """Return the entity types of this platform, each with its model."""
    from dalgu import services

    return list(registry(declared_types(tuple(services.load()))).values())


async def reports(settings: Settings, limit: int) -> list[Unfit]:
    """Return the newest reports of entities that do not fit their models."""
    async with city(settings) as platform:
        return await platform.store.scan(lambda tables: unfit(tables.records)[:limit])
