"""Hours that a person sets, with a reason; withdrawn again, never deleted.

An edit is an entity of its own; the sheets are made anew by it, the old versions stay. What the
register says is held against it: hours that do not add up to it must be confirmed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np

from dalgu.access.actor import Actor
from dalgu.hub.hub import Hub
from dalgu.kernel.clock import Clock, iso, local
from dalgu.kernel.errors import AlreadyExisting, InvalidInput, NotExisting
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.validation.checking import check_sum
from dalgu.services.water.validation.entities import ReadingEdit
from dalgu.services.water.validation.held import Held, days_between, read_day, write_day
from dalgu.services.water.validation.reading import home_of, midnight
from dalgu.services.water.validation.rerun import CORRECTION, Scope, correct, rerun
from dalgu.services.water.validation.rules import Check, Rules, load_rules
from dalgu.services.water.validation.sheet import HOURS, Sheet, Standing
from dalgu.services.water.validation.validating import BREAKS

HOUR = timedelta(hours=1)
SHORTEST_REASON = 10  # signs
LONGEST_REASON = 500
MOST_HOURS = 31 * HOURS
EARLIEST_YEAR, LATEST_YEAR = 2000, 9000
MOST_L = 5_000_000  # of one hour: the overload flow of the largest meters


class EditInvalid(InvalidInput):
    """Hours cannot be set as asked."""

    slug = "water-edit-invalid"
    title = "The edit is invalid"

    def __init__(self, why: str) -> None:
        super().__init__(f"The hours cannot be set: {why}.")


class EditNotConserving(InvalidInput):
    """Set hours do not add up to what the register says of them."""

    status = 409
    slug = "water-edit-not-conserving"
    title = "The hours do not add up to the register"

    def __init__(self, meter: str, was_l: int, set_l: int) -> None:
        super().__init__(
            f"The hours of {meter} hold {was_l} l by its register; the edit sets {set_l} l, "
            f"{set_l - was_l:+d} l. Confirm the difference to set them all the same.",
            meter=meter,
            register_l=was_l,
            edit_l=set_l,
            difference_l=set_l - was_l,
        )


class DayIsFinal(InvalidInput):
    """A billed day is to be changed, and not as a correction."""

    status = 409
    slug = "water-day-final"
    title = "The day was billed"

    def __init__(self, area: str, day: date) -> None:
        super().__init__(
            f"Day {day.isoformat()} of area {area} was billed; it changes by a correction only. "
            "Mark the edit as a correction.",
            area=area,
            day=day.isoformat(),
        )


class EditNotExisting(NotExisting):
    """There is no such edit of the meter."""

    slug = "water-edit-not-existing"
    title = "The edit does not exist"

    def __init__(self, meter: str, edit: str) -> None:
        super().__init__(f"Edit {edit[:80]} of {meter} does not exist.", meter=meter)


class EditWithdrawn(AlreadyExisting):
    """The edit was taken back before."""

    slug = "water-edit-withdrawn"
    title = "The edit is withdrawn already"

    def __init__(self, edit: str, by: str) -> None:
        super().__init__(f"Edit {edit} is withdrawn already, by {by}.", edit=edit)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants: whole litres of full hours from `first_hour` on, and why.

    `is_confirmed`: the hours need not add up to the register; `is_correction`: billed days may
    change.
    """

    first_hour: datetime
    values_l: Sequence[int]
    reason: str
    is_confirmed: bool = False
    is_correction: bool = False


async def edit(
    hub: Hub, clock: Clock, actor: Actor, meter: EntityId, wanted: Wanted
) -> ReadingEdit:
    """Set hours of a meter in a person's name; the days they lie in get new versions.

    Raises
    ------
    EntityNotExisting, DayNotValidated
        When there is no such meter, or one of the days has no sheet so far.
    EditInvalid, EditNotConserving, DayIsFinal
        When the hours, their sum or their days do not allow it.
    """
    now = clock.now()
    wanted = _checked(wanted, now)
    area = home_of(WaterMeter.from_document(await hub.retrieve(meter)))
    last_hour = wanted.first_hour + (len(wanted.values_l) - 1) * HOUR
    days = days_between(local(wanted.first_hour).date(), local(last_hour).date())
    held = [await read_day(hub, area, day) for day in days]
    _check_sheets(meter, wanted, held)
    written = ReadingEdit(
        id=entity_id("ReadingEdit", meter.split(":", 3)[-1], f"{now:%Y%m%dT%H%M%S%f}Z"),
        observed_at=now,
        meter=meter,
        first_hour=iso(wanted.first_hour),
        hours=len(wanted.values_l),
        values=[float(value) for value in wanted.values_l],
        reason=wanted.reason,
        edited_by=actor.id,
        edited_at=iso(now),
    )
    await hub.create(written)
    rules = load_rules()
    for one in held:
        why = f"{CORRECTION if one.day.is_final else 'edit'}: {wanted.reason}"
        sheet = edited(one.sheet, meter, wanted, rules)
        await write_day(hub, sheet, why, rules.digest, now)
    return written


async def withdraw(  # who takes what back, why, and whether billed days may change
    hub: Hub, clock: Clock, actor: Actor, edit_id: EntityId, *, is_correction: bool = False
) -> ReadingEdit:
    """Take an edit back in a person's name; its days are validated again without it.

    Raises
    ------
    EntityNotExisting, EditWithdrawn, DayIsFinal
        When there is no such edit, it was taken back before, or a day of it was billed.
    """
    now = clock.now()
    found = ReadingEdit.from_document(await hub.retrieve(edit_id))
    if found.withdrawn_at is not None:
        raise EditWithdrawn(edit_id, str(found.withdrawn_by))
    meter = EntityId(str(found.meter))
    area = home_of(WaterMeter.from_document(await hub.retrieve(meter)))
    first_hour = datetime.fromisoformat(str(found.first_hour))
    last_hour = first_hour + ((found.hours or 1) - 1) * HOUR
    scope = Scope(local(first_hour).date(), local(last_hour).date(), area)
    for day in days_between(scope.first, scope.last):
        if (await read_day(hub, area, day)).day.is_final and not is_correction:
            raise DayIsFinal(area, day)
    taken = replace(found, observed_at=now, withdrawn_by=actor.id, withdrawn_at=iso(now))
    await hub.upsert([taken])
    rules = load_rules()
    if is_correction:
        await correct(hub, clock, scope, rules, f"edit withdrawn: {found.reason}")
    else:
        await rerun(hub, clock, scope, rules, write=True)
    return taken


async def edits_of(hub: Hub, meter: EntityId) -> list[ReadingEdit]:
    """Return the edits of a meter, newest first, the withdrawn among them."""
    found = [
        ReadingEdit.from_document(document)
        async for document in hub.every("ReadingEdit", q=f'meter=="{meter}"')
    ]
    return sorted(found, key=lambda one: str(one.edited_at), reverse=True)


def edited(sheet: Sheet, meter: EntityId, wanted: Wanted, rules: Rules) -> Sheet:
    """Return a sheet with the hours of an edit that lie in its day."""
    row = sheet.row_of(meter)
    if row is None:
        raise EditInvalid(f"{meter} is not on the sheet of {sheet.day}")
    place, litres = _hours_in(sheet.day, wanted)
    use_l, standing, raised = sheet.use_l.copy(), sheet.standing.copy(), sheet.raised.copy()
    use_l[row, place] = litres
    standing[row, place] = Standing.EDITED
    if not int(raised[row]) & (BREAKS | Check.ROLLOVER.bit):
        ends = (
            sheet.start_register_l[row : row + 1, None],
            sheet.end_register_l[row : row + 1, None],
        )
        off = int(check_sum(use_l[row : row + 1], *ends, rules)[0, 0])
        raised[row] = int(raised[row]) & ~Check.SUM.bit | off
    return replace(sheet, use_l=use_l, standing=standing, raised=raised)


def _hours_in(day: date, wanted: Wanted) -> tuple[slice, Sequence[int]]:
    """Return the hours of a day that an edit sets, and their litres."""
    first = int((wanted.first_hour - midnight(day)) // HOUR)
    start, end = max(0, first), min(HOURS, first + len(wanted.values_l))
    return slice(start, end), wanted.values_l[start - first : end - first]


def _check_sheets(meter: EntityId, wanted: Wanted, held: list[Held]) -> None:
    was_l, is_known = 0, True
    for one in held:
        if one.day.is_final and not wanted.is_correction:
            raise DayIsFinal(one.sheet.area, one.sheet.day)
        row = one.sheet.row_of(meter)
        if row is None:
            raise EditInvalid(f"{meter} is not on the sheet of {one.sheet.day}")
        before = one.sheet.use_l[row, _hours_in(one.sheet.day, wanted)[0]]
        is_known &= bool(np.all(before >= 0)) and not int(one.sheet.raised[row]) & Check.OPEN.bit
        was_l += int(np.maximum(before, 0).sum())
    set_l = sum(wanted.values_l)
    if is_known and set_l != was_l and not wanted.is_confirmed:
        raise EditNotConserving(meter, was_l, set_l)


def _checked(wanted: Wanted, now: datetime) -> Wanted:
    """Return what is wanted with its reason trimmed and its instant in UTC, or refuse it."""
    reason = " ".join(wanted.reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise EditInvalid(f"the reason must have {SHORTEST_REASON} to {LONGEST_REASON} signs")
    if not 1 <= len(wanted.values_l) <= MOST_HOURS:
        raise EditInvalid(f"1 to {MOST_HOURS} hours can be set at once")
    if any(not 0 <= value <= MOST_L for value in wanted.values_l):
        raise EditInvalid(f"each hour must be from 0 to {MOST_L} litres")
    first = wanted.first_hour
    if not EARLIEST_YEAR <= first.year <= LATEST_YEAR:  # beyond, other zones have no date
        raise EditInvalid("the first hour lies in no year that is known of")
    if first.tzinfo is None or first.astimezone(UTC) != _full_hour(first):
        raise EditInvalid("the first hour must be a full hour with its zone")
    end = _full_hour(first) + len(wanted.values_l) * HOUR
    if end > midnight(local(now).date()):
        raise EditInvalid("its days must be over")
    return replace(wanted, reason=reason, first_hour=_full_hour(first))


def _full_hour(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
