"""Seals history, asks it and takes it out."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dalgu.access.actor import CONSOLE
from dalgu.access.policy import Operation
from dalgu.app.commands.opening import city
from dalgu.app.retention import Forecast, Kept, going_by_rules, keep_history
from dalgu.hub.analysis import Part, ask, export
from dalgu.hub.sealing import Pressed, Progress, Sealing
from dalgu.hub.sealing_plan import checked_cut, cut_of
from dalgu.kernel.settings import Settings
from dalgu.store.analysis import Answer


async def seal(
    settings: Settings, before: datetime | None, told: Callable[[Progress], None]
) -> Kept:
    """Seal the days before one, or those that are not hot any more, by the retention rules."""
    async with city(settings) as platform:
        cut = _cut(settings, before, platform.clock.now())
        done = await keep_history(platform.store, platform.clock, settings, before=cut, told=told)
        await platform.access.audit(
            CONSOLE,
            Operation.JOB_RUN,
            "hub.seal",
            rows=sum(one.rows for one in done.files),
            files=len(done.files),
            emptied_messages=done.emptied.messages,
        )
        return done


async def retention_forecast(settings: Settings) -> Forecast:
    """Return what the retention rules would take now."""
    async with city(settings) as platform:
        return await going_by_rules(platform.store, platform.clock, settings)


async def seals_due(settings: Settings, before: datetime | None) -> list[Pressed]:
    """Return the files that `seal` would write."""
    async with city(settings) as platform:
        return await Sealing(platform.store).due(_cut(settings, before, platform.clock.now()))


def _cut(settings: Settings, before: datetime | None, now: datetime) -> datetime:
    if before is None:
        return cut_of(now, settings.hub.hot_days)
    return checked_cut(before, now)


async def ask_history(
    settings: Settings, question: str, part: Part, told: Callable[[int], None]
) -> Answer:
    """Answer one SELECT over hot and sealed history."""
    async with city(settings) as platform:
        return await ask(platform.store, question, part, told)


async def export_history(
    settings: Settings, target: Path, format: str, part: Part, told: Callable[[int], None]
) -> int:
    """Write a part of the history to a file; return how many rows."""
    async with city(settings) as platform:
        return await export(platform.store, target, format, part, told)
