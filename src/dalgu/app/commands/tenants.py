"""Lists, makes and deletes the hub's tenants, at the machine."""

from dalgu.access.actor import CONSOLE
from dalgu.app.commands.opening import any_city, city
from dalgu.app.tenancy import note_change
from dalgu.hub.tenants import Tenant
from dalgu.kernel.settings import Settings


async def list_tenants(settings: Settings) -> list[tuple[Tenant, int]]:
    """Return all tenants, each with how many entities it has."""
    async with city(settings) as platform:
        book = platform.book
        return [(one, await book.entities(one.name)) for one in book.every()]


async def create_tenant(settings: Settings, name: str) -> None:
    """Make a tenant before anything is in it."""
    async with any_city(settings) as platform:
        await platform.book.make(name)
        await note_change(platform.access, CONSOLE, name, "created")


async def delete_tenant(settings: Settings, name: str) -> None:
    """Delete a tenant with all its data."""
    async with city(settings) as platform:
        await note_change(platform.access, CONSOLE, name, "deletion begun")
        await platform.book.remove(name)
        await note_change(platform.access, CONSOLE, name, "deleted")
