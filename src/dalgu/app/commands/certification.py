"""Measures the indicators, checks frameworks and computes recorded numbers again."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from dalgu.access.actor import CONSOLE
from dalgu.access.policy import Operation
from dalgu.app.commands.opening import city
from dalgu.certification.certification import Assessment
from dalgu.certification.framework import loading
from dalgu.certification.measuring.dryrun import Check, check
from dalgu.certification.measuring.measuring import Told
from dalgu.certification.measuring.windows import end_of_day
from dalgu.kernel.settings import Settings


class Recomputed(NamedTuple):
    """A number that came out of its frozen rows as it was recorded."""

    framework: str
    indicator: str
    value: float | None
    digest: str


async def measure(
    settings: Settings,
    names: Sequence[str],
    *,
    reference: date | None,
    freeze: bool,
    progress: Told,
) -> list[Assessment]:
    """Measure all indicators of some frameworks, as of the end of a day or of now."""
    async with city(settings) as platform:
        now = platform.clock.now()
        at = None if reference is None else end_of_day(reference)
        if at is not None and at.date() == now.astimezone(at.tzinfo).date():
            at = None  # the day is not over: as of now
        found = await platform.certification.assess_all(
            names, reference=at, freeze=freeze, progress=progress
        )
        for one in found:
            await platform.access.audit(
                CONSOLE,
                Operation.ASSESSMENT_RUN,
                one.framework.name,
                reference=one.reference.isoformat(),
                frozen=freeze,
            )
        return found


async def recompute(settings: Settings) -> list[Recomputed]:
    """Compute the last recorded numbers again, live and official, from their evidence."""
    again: list[Recomputed] = []
    async with city(settings) as platform:
        certification = platform.certification
        for name in certification.frameworks:
            for official in (False, True):
                card = await certification.scorecard(name, official=official)
                for one in card.standings:
                    digest = "" if one.measured is None else one.measured.snapshot
                    if digest:
                        value = await certification.recompute(digest)
                        again.append(Recomputed(name, one.indicator.code, value, digest))
    return again


async def check_frameworks(
    settings: Settings, names: Sequence[str], folder: Path | None
) -> list[Check]:
    """Hold frameworks, or the one of a folder, to the language, the units and the hub."""
    async with city(settings) as platform:
        certification = platform.certification
        if folder is not None:
            frameworks = [loading.read(folder, loading.FRAMEWORKS / loading.SHARED_FILE)]
        else:
            frameworks = [certification.framework(one) for one in names or certification.frameworks]
        return [
            await platform.hub.look(lambda view, one=one: check(one, view))  # type: ignore[misc]
            for one in frameworks
        ]
