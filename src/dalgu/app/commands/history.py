"""Seals history, and tells what lies where."""

from collections.abc import Callable
from datetime import datetime

from dalgu.app.commands.opening import city
from dalgu.hub.sealing import Pressed, Progress, Sealing
from dalgu.hub.sealing_plan import checked_cut, cut_of
from dalgu.kernel.settings import Settings


async def seal(
    settings: Settings, before: datetime | None, told: Callable[[Progress], None]
) -> list[Pressed]:
    """Seal the days before one, or those that are not hot any more; return the files written."""
    async with city(settings) as platform:
        return await Sealing(platform.store, told).run(_cut(settings, before, platform.clock.now()))


async def seals_due(settings: Settings, before: datetime | None) -> list[Pressed]:
    """Return the files that `seal` would write."""
    async with city(settings) as platform:
        return await Sealing(platform.store).due(_cut(settings, before, platform.clock.now()))


def _cut(settings: Settings, before: datetime | None, now: datetime) -> datetime:
    if before is None:
        return cut_of(now, settings.hub.hot_days)
    return checked_cut(before, now)
