"""Measures the indicators and computes recorded numbers again."""

from dalgu.app.commands.opening import city
from dalgu.certification.evidence import Snapshot
from dalgu.kernel.settings import Settings


async def measure(settings: Settings) -> list[Snapshot]:
    """Measure all indicators now."""
    async with city(settings) as platform:
        return await platform.certification.assess()


async def recompute(settings: Settings) -> list[tuple[str, float | None, float]]:
    """Compute the last recorded numbers again from their frozen evidence."""
    again: list[tuple[str, float | None, float]] = []
    async with city(settings) as platform:
        for standing in (await platform.certification.scorecard()).standings:
            if standing.measured is not None and standing.measured.measurement is not None:
                digest = standing.measured.measurement
                value, points = await platform.certification.recompute(digest)
                again.append((standing.indicator.code, value, points))
    return again
