"""The day sheets the hub holds: read by all that bills, balances and forecasts; written here.

A `ValidatedDay` names the newest version of an area's day; its history names the older ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub, Query
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.validation.entities import ValidatedDay
from dalgu.services.water.validation.sheet import (
    HOURS,
    Sheet,
    Standing,
    decode,
    encode,
    is_same,
)

DAY = timedelta(days=1)
CHUNK = 100  # entities of one query
MOST_VERSIONS = 10_000
TICK = timedelta(milliseconds=1)
LITRES_PER_M3 = 1000


class DayNotValidated(NotExisting):
    """No sheet of an area's day, or not in this version, is held."""

    slug = "water-day-not-validated"
    title = "The day is not validated"

    def __init__(self, area: str, day: date, version: int | None = None) -> None:
        which = "" if version is None else f" in version {version}"
        super().__init__(
            f"Day {day.isoformat()} of area {area} is not validated{which}; "
            "'dalgu water validate' makes its sheet.",
            area=area,
            day=day.isoformat(),
            version=version,
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A version of a day's sheet, and the SHA-256 the hub keeps it under."""

    sheet: Sheet
    version: int
    digest: str
    day: ValidatedDay


@dataclass(frozen=True, slots=True)
class MeterHours:
    """One meter's validated days, oldest first, and the sheets that say so.

    `start_register_l`, `end_register_l`, `raised` are shape (days,), -1 where no register is
    known; `use_l` shape (days, 24), int32 litres, -1 where missing; `standing` of that shape.
    """

    meter: EntityId
    days: list[date]
    start_register_l: NDArray[np.int64]
    end_register_l: NDArray[np.int64]
    use_l: NDArray[np.int32]
    standing: NDArray[np.uint8]
    raised: NDArray[np.uint32]
    versions: list[int] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)


def day_id(area: EntityId, day: date) -> EntityId:
    """Return the id of the ValidatedDay of an area.

    >>> day_id(EntityId("urn:ngsi-ld:DistrictMeteredArea:a"), date(2026, 1, 2))
    'urn:ngsi-ld:ValidatedDay:a:2026-01-02'
    """
    return entity_id("ValidatedDay", area.split(":", 3)[-1], day.isoformat())


async def read_day(hub: Hub, area: EntityId, day: date, *, version: int | None = None) -> Held:
    """Return the sheet that holds for a day, or an older version of it.

    Raises
    ------
    DayNotValidated
        When there is no such sheet.
    SheetDamaged, KeptNotExisting
        When what the hub keeps is no longer the sheet.
    """
    entities = await _entities(hub, [day_id(area, day)])
    if not entities or entities[0].sheet is None or entities[0].version is None:
        raise DayNotValidated(area, day, version)
    [found] = entities
    if version is None or version == found.version:
        return await _held(hub, found)
    digest = await _digest_of(hub, found.id, version)
    if digest is None:
        raise DayNotValidated(area, day, version)
    return Held(decode(await hub.kept(digest)), version, digest, found)


async def read_days(hub: Hub, area: EntityId, first: date, last: date) -> list[Held]:
    """Return the sheets that hold for an area's days, both ends included; missing days absent."""
    ids = [day_id(area, day) for day in days_between(first, last)]
    return [await _held(hub, found) for found in await _entities(hub, ids) if found.sheet]


async def read_meter(
    hub: Hub, meter: EntityId, area: EntityId, first: date, last: date
) -> MeterHours:
    """Return what is validated of one meter on the sheets of an area, both ends included."""
    held = await read_days(hub, area, first, last)
    placed = [(one, one.sheet.row_of(meter)) for one in held]
    rows = [(one, row) for one, row in placed if row is not None]
    return MeterHours(
        meter=meter,
        days=[one.sheet.day for one, _ in rows],
        start_register_l=np.array([one.sheet.start_register_l[r] for one, r in rows], np.int64),
        end_register_l=np.array([one.sheet.end_register_l[r] for one, r in rows], np.int64),
        use_l=np.array([one.sheet.use_l[r] for one, r in rows], np.int32).reshape(-1, HOURS),
        standing=np.array([one.sheet.standing[r] for one, r in rows], np.uint8).reshape(-1, HOURS),
        raised=np.array([one.sheet.raised[r] for one, r in rows], np.uint32),
        versions=[one.version for one, _ in rows],
        digests=[one.digest for one, _ in rows],
    )


async def write_day(
    hub: Hub, sheet: Sheet, reason: str, rules_digest: str, now: datetime
) -> ValidatedDay | None:
    """Write a new version of a day where its sheet says something else; return it, else None."""
    before = await _entities(hub, [day_id(sheet.area, sheet.day)])
    named, why = (before[0] if before else None), (reason, rules_digest)
    written = await new_version(hub, sheet, named, why, now)
    if written is not None:
        await hub.upsert([written])
    return written


async def new_version(
    hub: Hub, sheet: Sheet, before: ValidatedDay | None, why: tuple[str, str], now: datetime
) -> ValidatedDay | None:
    """Keep a sheet and return the ValidatedDay that is to name it; None where nothing changed.

    `why` is the reason in words and the SHA-256 of the rules.
    """
    if before is not None and before.sheet is not None:
        held = decode(await hub.kept(before.sheet))
        if is_same(held, sheet):
            return None
        if before.observed_at is not None:
            now = max(now, before.observed_at + TICK)  # versions are told apart by their instants
    reason, rules_digest = why
    return ValidatedDay(
        id=day_id(sheet.area, sheet.day),
        observed_at=now,
        area=sheet.area,
        day=sheet.day.isoformat(),
        version=1 + (before.version or 0 if before is not None else 0),
        sheet=await hub.keep(encode(sheet)),
        rules=rules_digest,
        reason=reason,
        meter_count=len(sheet.meters),
        hours_actual=sheet.count(Standing.ACTUAL),
        hours_estimated=sheet.count(Standing.LINEAR, Standing.PROFILE),
        hours_edited=sheet.count(Standing.EDITED),
        hours_missing=sheet.count(Standing.MISSING),
        total=sheet.total_l / LITRES_PER_M3,
        is_final=before.is_final if before is not None else None,
    )


def days_between(first: date, last: date) -> list[date]:
    """Return the days from `first` to `last`, both included.

    >>> len(days_between(date(2026, 2, 1), date(2026, 3, 1)))
    29
    """
    return [first + n * DAY for n in range((last - first).days + 1)]


async def _held(hub: Hub, found: ValidatedDay) -> Held:
    digest = str(found.sheet)
    return Held(decode(await hub.kept(digest)), found.version or 1, digest, found)


async def _entities(hub: Hub, ids: Sequence[EntityId]) -> list[ValidatedDay]:
    """Return those of some ValidatedDays that there are, in the order of the ids."""
    found: dict[str, ValidatedDay] = {}
    for start in range(0, len(ids), CHUNK):
        some = tuple(ids[start : start + CHUNK])
        page = await hub.query(Query(types=("ValidatedDay",), ids=some, limit=CHUNK))
        found |= {doc["id"]: ValidatedDay.from_document(doc) for doc in page.entities}
    return [found[one] for one in ids if one in found]


async def _digest_of(hub: Hub, day: EntityId, version: int) -> str | None:
    """Return the digest of an older version: versions and sheets share their instants."""
    versions = await hub.history(day, "version", last=MOST_VERSIONS)
    at = [one["observedAt"] for one, _ in versions if one["value"] == version]
    sheets = await hub.history(day, "sheet", last=MOST_VERSIONS)
    digests = [str(one["value"]) for one, _ in sheets if at and one["observedAt"] == at[0]]
    return digests[0] if digests else None
