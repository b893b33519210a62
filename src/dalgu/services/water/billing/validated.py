"""The validated hours of an area's month, day sheet by day sheet, each read once.

The sheets a month stands on are listed in a manifest, kept under its own digest: what a bill
stands on is then one digest, however many meters there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub, Query
from dalgu.kernel.ids import EntityId
from dalgu.services.water.billing.period import Month
from dalgu.services.water.validation.entities import ValidatedDay
from dalgu.services.water.validation.held import day_id, days_between
from dalgu.services.water.validation.sheet import Sheet, Standing, decode

UNKNOWN = -1
MEASURED = (Standing.ACTUAL, Standing.EDITED)


class SheetRef(msgspec.Struct, frozen=True, array_like=True):
    """Which sheet held for a day: its version and its SHA-256."""

    day: date
    version: int
    digest: str
    entity: EntityId  # the ValidatedDay


class Manifest(msgspec.Struct, frozen=True):
    """The sheets of one area and month that a bill stands on."""

    area: EntityId
    month: str
    sheets: tuple[SheetRef, ...]

    def encode(self) -> bytes:
        """Return the manifest as it is kept."""
        return msgspec.json.encode(self)

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest as it is kept."""
        return sha256(self.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AreaMonth:
    """What n meters of an area counted on each of the month's d days.

    `register_l` is shape (n, d + 1), int64 litres at the local midnights, -1 where unknown;
    `counted_l` the same, but going by the hours where these are whole; `estimated_l` and
    `missing_h` are shape (n, d).
    """

    manifest: Manifest
    month: Month
    row: dict[EntityId, int]
    register_l: NDArray[np.int64]
    counted_l: NDArray[np.int64]
    estimated_l: NDArray[np.int64]
    missing_h: NDArray[np.int64]

    def midnight(self, day: date) -> int:
        """Return the column of the start of a day."""
        return (day - self.month.first).days


async def manifest_now(hub: Hub, area: EntityId, month: Month) -> Manifest:
    """Return the sheets that hold for an area's month now; days without one are absent."""
    ids = tuple(day_id(area, day) for day in days_between(month.first, month.last))
    page = await hub.query(Query(types=("ValidatedDay",), ids=ids, limit=len(ids)))
    refs = []
    for document in page.entities:
        day = ValidatedDay.from_document(document)
        if day.day is not None and day.sheet is not None:
            refs.append(SheetRef(date.fromisoformat(day.day), day.version or 1, day.sheet, day.id))
    return Manifest(area, str(month), tuple(sorted(refs, key=lambda ref: ref.day)))


async def read_area_month(hub: Hub, manifest: Manifest, month: Month) -> AreaMonth:
    """Read the sheets of a manifest; raise `KeptNotExisting` when one is gone."""
    sheets = [decode(await hub.kept(ref.digest)) for ref in manifest.sheets]
    return lay_out(manifest, month, sheets)


def lay_out(manifest: Manifest, month: Month, sheets: Iterable[Sheet]) -> AreaMonth:
    """Return sheets of a month as one table, registers filled in where hours tell them."""
    by_day = {sheet.day: sheet for sheet in sheets}
    meters = sorted({meter for sheet in by_day.values() for meter in sheet.meters})
    row = {meter: index for index, meter in enumerate(meters)}
    shape = (len(meters), month.days)
    register = np.full((len(meters), month.days + 1), UNKNOWN, dtype=np.int64)
    known, measured = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    missing = np.full(shape, 24, dtype=np.int64)
    for day, sheet in by_day.items():
        column = (day - month.first).days
        # Registers are the dial's; hours are what was validated.
        at = np.array([row[meter] for meter in sheet.meters], dtype=np.int64)
        start, end = sheet.start_register_l, sheet.end_register_l
        register[at, column] = np.where(start >= 0, start, register[at, column])
        register[at, column + 1] = np.where(end >= 0, end, register[at, column + 1])
        use = np.where(sheet.use_l >= 0, sheet.use_l, 0).astype(np.int64)
        known[at, column] = use.sum(axis=1)
        measured[at, column] = np.where(np.isin(sheet.standing, MEASURED), use, 0).sum(axis=1)
        missing[at, column] = (sheet.use_l < 0).sum(axis=1)
    _fill(register, known, missing)
    counted = _counted(register, known, missing)
    estimated = np.where(counted[:, 1:] >= 0, np.diff(counted, axis=1), known) - measured
    unknown = (counted[:, 1:] < 0) | (counted[:, :-1] < 0)
    estimated = np.where(unknown, known - measured, estimated)
    return AreaMonth(manifest, month, row, register, counted, np.maximum(estimated, 0), missing)


def _fill(
    register: NDArray[np.int64], known: NDArray[np.int64], missing: NDArray[np.int64]
) -> None:
    """Fill unknown midnights in place from their neighbours over days whose hours are whole."""
    days = known.shape[1]
    for day in range(days):
        tells = (register[:, day + 1] < 0) & (register[:, day] >= 0) & (missing[:, day] == 0)
        register[tells, day + 1] = register[tells, day] + known[tells, day]
    for day in reversed(range(days)):
        tells = (register[:, day] < 0) & (register[:, day + 1] >= 0) & (missing[:, day] == 0)
        register[tells, day] = register[tells, day + 1] - known[tells, day]


def _counted(
    register: NDArray[np.int64], known: NDArray[np.int64], missing: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return registers that count what the hours say on each day whose hours are whole.

    They differ from the meter's own where that was exchanged or rolled over, or where a person
    set other hours.
    """
    counted, offset = register.copy(), np.zeros(len(register), dtype=np.int64)
    for day in range(known.shape[1]):
        start, end = register[:, day], register[:, day + 1]
        tells = (start >= 0) & (end >= 0) & (missing[:, day] == 0)
        offset += np.where(tells, start + known[:, day] - end, 0)
        counted[:, day + 1] = np.where(end >= 0, end + offset, UNKNOWN)
    return counted
