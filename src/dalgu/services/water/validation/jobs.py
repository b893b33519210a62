"""The nightly job: validate yesterday, and whatever of the last 31 days has come late."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.ids import EntityId
from dalgu.kernel.schedule import daily
from dalgu.kernel.text import Text
from dalgu.service import Job
from dalgu.services.water.validation.entities import ValidatedDay
from dalgu.services.water.validation.held import DAY, new_version
from dalgu.services.water.validation.reading import AreaGround, Span, read_area, read_city
from dalgu.services.water.validation.rules import Rules, load_rules
from dalgu.services.water.validation.sheet import COLUMNS, Sheet, Standing, is_same
from dalgu.services.water.validation.validating import judge, sheet_of

SETTLING_DAYS = 31
NIGHTLY = "nightly"
LATE = "late reads"


@dataclass(frozen=True, slots=True)
class Remade:
    """What validating found to be otherwise on one day: `before` is None for a new day."""

    before: Sheet | None
    after: Sheet
    named: ValidatedDay | None

    @property
    def is_final(self) -> bool:
        """Whether the day was billed."""
        return bool(self.named is not None and self.named.is_final)


@dataclass(slots=True)
class Run:
    """What a run of validation did; `final` are billed days that would read otherwise now."""

    written: list[ValidatedDay] = field(default_factory=list)
    final: list[tuple[EntityId, date]] = field(default_factory=list)


async def validate(hub: Hub, clock: Clock) -> None:
    """Validate yesterday and whatever of the last 31 days came late; harmless when run twice."""
    now = clock.now()
    yesterday = local(now).date() - DAY
    span = Span(yesterday - timedelta(days=SETTLING_DAYS - 1), yesterday, now)
    await validate_span(hub, span, load_rules())


async def validate_span(hub: Hub, span: Span, rules: Rules) -> Run:
    """Validate days of the whole city and write each that is new or otherwise than held.

    A billed day is left as it is and named: it changes by a correction alone.
    """
    run = Run()

    async def write(area: EntityId, changed: list[Remade]) -> None:
        run.final += [(area, one.after.day) for one in changed if one.is_final]
        open_days = [one for one in changed if not one.is_final]
        run.written += await write_remade(hub, open_days, span, rules)

    await each_area(hub, span, rules, write)
    return run


async def each_area(
    hub: Hub,
    span: Span,
    rules: Rules,
    take: Callable[[EntityId, list[Remade]], Awaitable[None]],
    only: EntityId | None = None,
) -> None:
    """Judge the days area by area and hand over those that are otherwise than held."""
    city = await read_city(hub, span, rules)
    for area, members in city.areas().items():
        if only is not None and area != only:
            continue
        ground = await read_area(hub, city, area, members)
        if ground is not None:
            await take(area, await asyncio.to_thread(remade, ground, span, rules))


def remade(area: AreaGround, span: Span, rules: Rules) -> list[Remade]:
    """Return the days of an area whose sheets are new or say something else than those held."""
    judged = judge(area.ground, span.now.timestamp(), rules)
    changed = []
    for day in range(span.days):
        on = area.on[:, day]
        if not on.any():
            continue
        sheet = _rows(sheet_of(area.area, span.first, area.ground, judged, day), on)
        held = area.held.get(sheet.day)
        if held is not None:
            sheet = _keep_known(sheet, held, judged.is_cut[on, day], area.own[on])
            if is_same(held, sheet):
                continue
        changed.append(Remade(held, sheet, area.named.get(sheet.day)))
    return changed


def _rows(sheet: Sheet, on: NDArray[np.bool_]) -> Sheet:
    if on.all():
        return sheet
    meters = tuple(sheet.meters[i] for i in np.flatnonzero(on).tolist())
    return replace(sheet, meters=meters, **{name: getattr(sheet, name)[on] for name in COLUMNS})


def _keep_known(
    sheet: Sheet, held: Sheet, is_cut: NDArray[np.bool_], own: NDArray[np.bool_]
) -> Sheet:
    """Keep held rows of meters that left, and where a gap reaches in from before what was read.

    Such a row was made knowing more, as long as no more of its hours are read now.
    """
    rows = [(i, held.row_of(sheet.meters[i])) for i in np.flatnonzero(is_cut | ~own).tolist()]
    pairs = [(i, row) for i, row in rows if row is not None]
    if not pairs:
        return sheet
    to, of = np.array(pairs).T
    read_now = (sheet.standing[to] == Standing.ACTUAL).sum(axis=1)
    read_then = (held.standing[of] == Standing.ACTUAL).sum(axis=1)
    kept = ~own[to] | (read_now <= read_then)
    columns = {name: getattr(sheet, name).copy() for name in COLUMNS}
    for name, column in columns.items():
        column[to[kept]] = getattr(held, name)[of[kept]]
    return replace(sheet, **columns)


async def write_remade(
    hub: Hub, changed: list[Remade], span: Span, rules: Rules, reason: str | None = None
) -> list[ValidatedDay]:
    """Write the sheets of days that changed, all ValidatedDays of an area at once."""
    written = []
    for one in changed:
        why = reason or (NIGHTLY if one.before is None else LATE)
        version = await new_version(hub, one.after, one.named, (why, rules.digest), span.now)
        if version is not None:
            written.append(version)
    if written:
        await hub.upsert(written)
    return written


JOBS = (
    Job(
        "water.validate",
        Text("검침값 검증과 추정", "Validation and estimation of meter readings"),
        daily("03:40"),
        validate,
    ),
)
