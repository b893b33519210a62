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

from dalgu.hub.hub import Hub
from dalgu.kernel.ids import EntityId
from dalgu.services.water.billing.period import Month
from dalgu.services.water.billing.sheet_codec import decode
from dalgu.services.water.validation.entities import ValidatedDay
from dalgu.services.water.validation.sheet import Sheet, Standing

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
    `counted_l` the same, but going on where a meter was exchanged; `estimated_l` and
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


async def manifests(hub: Hub, month: Month) -> dict[EntityId, Manifest]:
    """Return for each area the sheets that hold for a month now."""
    q = f'day>="{month.first}";day<="{month.last}"'
    found: dict[EntityId, list[SheetRef]] = {}
    async for document in hub.every("ValidatedDay", q=q):
        day = ValidatedDay.from_document(document)
        if day.area is not None and day.day is not None and day.sheet is not None:
            ref = SheetRef(date.fromisoformat(day.day), day.version or 1, day.sheet, day.id)
            found.setdefault(day.area, []).append(ref)
    return {
        area: Manifest(area, str(month), tuple(sorted(refs, key=lambda ref: ref.day)))
        for area, refs in found.items()
    }


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
    """Return registers that go on where the meter's own began anew on a day of whole hours."""
    counted, offset = register.copy(), np.zeros(len(register), dtype=np.int64)
    for day in range(known.shape[1]):
        start, end = register[:, day], register[:, day + 1]
        anew = (start >= 0) & (end >= 0) & (end < start) & (missing[:, day] == 0)
        offset += np.where(anew, start + known[:, day] - end, 0)
        counted[:, day + 1] = np.where(end >= 0, end + offset, UNKNOWN)
    return counted


async def read_hours(
    hub: Hub, manifest: Manifest, meter: EntityId
) -> list[tuple[date, NDArray[np.int32], bool]]:
    """Return one meter's hours of each sheet that has it, and whether any is an estimate."""
    found = []
    for ref in manifest.sheets:
        sheet = decode(await hub.kept(ref.digest))
        if meter in sheet.meters:
            row = sheet.meters.index(meter)
            estimated = np.isin(sheet.standing[row], (Standing.LINEAR, Standing.PROFILE))
            found.append((ref.day, sheet.use_l[row], bool(estimated.any())))
    return found
