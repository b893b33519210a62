"""A month validated again: what would read otherwise, meter by meter; written only when asked to.

Behind `dalgu water validate` and `dalgu water compare`.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, local
from dalgu.kernel.errors import InvalidInput
from dalgu.kernel.ids import EntityId
from dalgu.services.water.validation.held import DAY, read_day
from dalgu.services.water.validation.jobs import Remade, each_area, write_remade
from dalgu.services.water.validation.reading import Span
from dalgu.services.water.validation.rules import Rules
from dalgu.services.water.validation.sheet import Sheet

MOST_DAYS = 92
RERUN = "re-run"
CORRECTION = "correction"


class DaysNotValidatable(InvalidInput):
    """Days are asked for that cannot be validated."""

    slug = "water-days-not-validatable"
    title = "The days cannot be validated"

    def __init__(self, first: date, last: date, why: str) -> None:
        super().__init__(
            f"The days from {first} to {last} cannot be validated: {why}.",
            first=first.isoformat(),
            last=last.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class MeterDifference:
    """What one meter's day reads before and after: hours that differ, totals, rules raised.

    Litres; `None` where the meter is on one of the sheets only.
    """

    meter: EntityId
    hours: tuple[int, ...]
    before_l: int | None
    after_l: int | None
    raised_before: int = 0
    raised_after: int = 0


@dataclass(frozen=True, slots=True)
class DayDifference:
    """How two sheets of one area's day differ; `before_l` is None for a new day."""

    area: EntityId
    day: date
    before_l: int | None
    after_l: int
    meters: tuple[MeterDifference, ...]
    is_final: bool = False
    version: int | None = None  # that was written


@dataclass(slots=True)
class Comparison:
    """What a re-run would change, or did; days that are billed stay unless corrected."""

    days: list[DayDifference] = field(default_factory=list)

    @property
    def before_l(self) -> int:
        """What the differing days held, litres."""
        return sum(one.before_l or 0 for one in self.days)

    @property
    def after_l(self) -> int:
        """What they hold by the rules of the re-run, litres."""
        return sum(one.after_l for one in self.days)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which days, both ends included, of which area; of all areas where it is None."""

    first: date
    last: date
    area: EntityId | None = None


async def rerun(
    hub: Hub, clock: Clock, scope: Scope, rules: Rules, *, write: bool = False
) -> Comparison:
    """Validate days again and return what reads otherwise than what is held.

    With `write` each such day gets a new version, except billed ones: those change by
    `correct` alone.

    Raises
    ------
    DaysNotValidatable
        When the days are not over yet, are no days, or too many at once.
    """
    return await _run(hub, clock, scope, rules, RERUN if write else None)


async def correct(hub: Hub, clock: Clock, scope: Scope, rules: Rules, reason: str) -> Comparison:
    """Validate days again and write each that reads otherwise, billed ones as corrections."""
    return await _run(hub, clock, scope, rules, f"{CORRECTION}: {reason}")


async def compare(hub: Hub, area: EntityId, day: date, before: int, after: int) -> DayDifference:
    """Return how two versions of an area's day differ; raise `DayNotValidated` without one."""
    one = await read_day(hub, area, day, version=before)
    other = await read_day(hub, area, day, version=after)
    return DayDifference(
        area=area,
        day=day,
        before_l=one.sheet.total_l,
        after_l=other.sheet.total_l,
        meters=differences(one.sheet, other.sheet),
        is_final=bool(other.day.is_final),
        version=after,
    )


async def _run(
    hub: Hub, clock: Clock, scope: Scope, rules: Rules, reason: str | None
) -> Comparison:
    span = _span(scope, clock)
    found = Comparison()
    takes_final = bool(reason and reason.startswith(CORRECTION))

    async def take(area: EntityId, changed: list[Remade]) -> None:
        ready = [one for one in changed if takes_final or not one.is_final]
        written = await write_remade(hub, ready, span, rules, reason) if reason else []
        versions = {str(one.day): one.version for one in written}
        found.days += [_difference(area, one, versions) for one in changed]

    await each_area(hub, span, rules, take, scope.area)
    return found


def _span(scope: Scope, clock: Clock) -> Span:
    first, last, now = scope.first, scope.last, clock.now()
    if last < first:
        raise DaysNotValidatable(first, last, "the last is before the first")
    if (last - first).days >= MOST_DAYS:
        raise DaysNotValidatable(first, last, f"at most {MOST_DAYS} days go at once")
    if last > local(now).date() - DAY:
        raise DaysNotValidatable(first, last, "the last day is not over yet")
    return Span(first, last, now)


def _difference(area: EntityId, one: Remade, versions: dict[str, int | None]) -> DayDifference:
    return DayDifference(
        area=area,
        day=one.after.day,
        before_l=None if one.before is None else one.before.total_l,
        after_l=one.after.total_l,
        meters=differences(one.before, one.after),
        is_final=one.is_final,
        version=versions.get(one.after.day.isoformat()),
    )


def differences(before: Sheet | None, after: Sheet) -> tuple[MeterDifference, ...]:
    """Return the meters whose rows differ between two sheets of one day, in their order."""
    found = []
    meters = set(after.meters) | set(before.meters if before is not None else ())
    for meter in sorted(meters):
        old = None if before is None else before.row_of(meter)
        one = _between(meter, (before, old), (after, after.row_of(meter)))
        if one is not None:
            found.append(one)
    return tuple(found)


def _between(
    meter: EntityId, before: tuple[Sheet | None, int | None], after: tuple[Sheet, int | None]
) -> MeterDifference | None:
    (old, old_row), (new, new_row) = before, after
    if old is None or old_row is None or new_row is None:
        old_l = _total(old, old_row) if old is not None else None
        hours = tuple(range(new.use_l.shape[1]))
        raised = int(new.raised[new_row]) if new_row is not None else 0
        return MeterDifference(meter, hours, old_l, _total(new, new_row), 0, raised)
    differs = (old.use_l[old_row] != new.use_l[new_row]) | (
        old.standing[old_row] != new.standing[new_row]
    )
    was, is_ = int(old.raised[old_row]), int(new.raised[new_row])
    ends = ("start_register_l", "end_register_l")
    moved = any(getattr(old, end)[old_row] != getattr(new, end)[new_row] for end in ends)
    if not differs.any() and was == is_ and not moved:
        return None
    hours = tuple(np.flatnonzero(differs).tolist())
    return MeterDifference(meter, hours, _total(old, old_row), _total(new, new_row), was, is_)


def _total(sheet: Sheet, row: int | None) -> int | None:
    return None if row is None else int(np.maximum(sheet.use_l[row], 0).sum())
