"""What `dalgu check` finds of the health of a city, be it running or not."""

from dalgu.app.commands.opening import city
from dalgu.app.health import checks, looked_at
from dalgu.kernel.settings import Settings


async def health_of(settings: Settings) -> list[tuple[str, str, str]]:
    """Return name, state and sentence of each check that needs no running process."""
    async with city(settings) as platform:
        found = await looked_at(checks(platform.store, platform.clock, None))
    return [(one.name, str(one.state), one.output) for one in found]
