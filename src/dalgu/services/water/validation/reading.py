"""What an area's days are judged by, read from the hub: meters, reads, edits, the weeks before."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Columns, Hub
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.ids import EntityId, entity_id
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.hourly import HOUR_S
from dalgu.services.water.metered import area_of, is_inlet
from dalgu.services.water.validation.entities import ReadingEdit, ValidatedDay
from dalgu.services.water.validation.estimating import LIKE_DAYS
from dalgu.services.water.validation.held import DAY, days_between
from dalgu.services.water.validation.hours import Window
from dalgu.services.water.validation.registers import MeterReads, meter_reads
from dalgu.services.water.validation.rules import Check, Rules
from dalgu.services.water.validation.sheet import HOURS, Sheet, Standing, decode, meters_of
from dalgu.services.water.validation.validating import (
    DAY_S,
    Edit,
    Ground,
    edited_mask,
    history_of,
)

READS_BEFORE = 8 * DAY  # a gap of a week at the window's start still has its left side
READS_AFTER = timedelta(hours=2)
NOWHERE = entity_id("DistrictMeteredArea", "none")  # meters without an area and without a dong


@dataclass(frozen=True, slots=True)
class Span:
    """Local days from `first` to `last`, both included, judged at `now`."""

    first: date
    last: date
    now: datetime

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The first midnight, UTC."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The midnight after the last day, UTC."""
        return midnight(self.last + DAY)


@dataclass(frozen=True, slots=True)
class AreaGround:
    """What one area is judged by, what it already holds, and which rows are on which sheet.

    `held` are the sheets by day; `on` is shape (n, days); `own`, shape (n,), is false for meters
    that have left the area: their rows stay as they are held.
    """

    area: EntityId
    ground: Ground
    held: dict[date, Sheet]
    named: dict[date, ValidatedDay]
    on: NDArray[np.bool_]
    own: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class City:
    """All meters with their reads and edits in a span; areas are cut out of it one by one.

    `reads.meter` and `flow_meter` are positions into `meters`. `named` are the held days of each
    area, those of the four weeks before the span among them; `elsewhere` the days on which a
    meter stands on the sheet of another area than its present one.
    """

    span: Span
    meters: list[WaterMeter]
    reads: MeterReads
    flow_meter: NDArray[np.int64]
    flow_day: NDArray[np.int64]
    edits: dict[EntityId, list[ReadingEdit]]
    named: dict[EntityId, dict[date, ValidatedDay]]
    elsewhere: dict[EntityId, set[date]]

    def areas(self) -> dict[EntityId, list[int]]:
        """Return each area with the positions of its meters."""
        found: dict[EntityId, list[int]] = {area: [] for area in self.named}
        for position, meter in enumerate(self.meters):
            found.setdefault(home_of(meter), []).append(position)
        return dict(sorted(found.items()))


def home_of(meter: WaterMeter) -> EntityId:
    """Return the area on whose sheets a meter stands."""
    return area_of(meter) or NOWHERE


def midnight(day: date) -> datetime:
    """Return the local midnight that begins a day, UTC."""
    return datetime.combine(day, time(), LOCAL).astimezone(UTC)


async def read_city(hub: Hub, span: Span, rules: Rules) -> City:
    """Read the meters of all customers with their registers and edits in a span, each once."""
    known = [WaterMeter.from_document(document) async for document in hub.every("WaterMeter")]
    meters = sorted((m for m in known if not is_inlet(m)), key=lambda meter: meter.id)
    since, until = span.start - READS_BEFORE, min(span.end + READS_AFTER, span.now + DAY)
    volume = await hub.columns("WaterMeter", "volume", since, until)
    flow = await hub.columns("WaterMeter", "flow", span.start, span.end)
    edits: dict[EntityId, list[ReadingEdit]] = {}
    async for document in hub.every("ReadingEdit"):
        edit = ReadingEdit.from_document(document)
        if edit.withdrawn_at is None and edit.meter is not None:
            edits.setdefault(edit.meter, []).append(edit)
    position = {meter.id: index for index, meter in enumerate(meters)}
    reads = await asyncio.to_thread(_reads, volume, position)
    flow_meter, flow_day = _flowing(flow, position, span, rules)
    named = await _named(hub, span)
    elsewhere = await _elsewhere(hub, span, meters, named)
    return City(span, meters, reads, flow_meter, flow_day, edits, named, elsewhere)


async def _named(hub: Hub, span: Span) -> dict[EntityId, dict[date, ValidatedDay]]:
    """Return the days that areas hold of a span and the weeks before it."""
    found: dict[EntityId, dict[date, ValidatedDay]] = {}
    q = f'day>="{span.first - LIKE_DAYS * DAY}";day<="{span.last}"'
    async for document in hub.every("ValidatedDay", q=q):
        one = ValidatedDay.from_document(document)
        if one.area is not None and one.sheet is not None and one.day is not None:
            found.setdefault(one.area, {})[date.fromisoformat(one.day)] = one
    return found


async def _elsewhere(
    hub: Hub,
    span: Span,
    meters: list[WaterMeter],
    named: dict[EntityId, dict[date, ValidatedDay]],
) -> dict[EntityId, set[date]]:
    home = {meter.id: home_of(meter) for meter in meters}
    found: dict[EntityId, set[date]] = {}
    for area, days in named.items():
        for day, one in days.items():
            if day < span.first:
                continue
            for meter in meters_of(await hub.kept(str(one.sheet))):
                if home.get(meter, area) != area:
                    found.setdefault(meter, set()).add(day)
    return found


def _reads(columns: Columns, position: dict[EntityId, int]) -> MeterReads:
    meter = _placed(columns, position)
    kept = meter >= 0
    return meter_reads(
        meter[kept], columns.at_s[kept], columns.value[kept], columns.message_id[kept]
    )


def _flowing(
    columns: Columns, position: dict[EntityId, int], span: Span, rules: Rules
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    meter = _placed(columns, position)
    with np.errstate(invalid="ignore"):
        flows = (meter >= 0) & (columns.value >= rules.limit(Check.STUCK, "flow_m3h"))
    day = ((columns.at_s[flows] - span.start.timestamp()) // DAY_S).astype(np.int64)
    return meter[flows], day


def _placed(columns: Columns, position: dict[EntityId, int]) -> NDArray[np.int64]:
    wanted = np.array([position.get(meter, -1) for meter in columns.ids], dtype=np.int64)
    return wanted[columns.entity] if len(columns.ids) else np.zeros(0, np.int64)


async def read_area(hub: Hub, city: City, area: EntityId, members: list[int]) -> AreaGround | None:
    """Return what one area is judged by; None where no meter of it was ever read."""
    named = city.named.get(area, {})
    sheets = {day: decode(await hub.kept(str(found.sheet))) for day, found in sorted(named.items())}
    return await asyncio.to_thread(_area_ground, city, area, members, sheets)


def _area_ground(
    city: City, area: EntityId, members: list[int], sheets: dict[date, Sheet]
) -> AreaGround | None:
    span = city.span
    before = {day: sheet for day, sheet in sheets.items() if day < span.first}
    held = {day: sheet for day, sheet in sheets.items() if day >= span.first}
    ids = sorted(
        {city.meters[i].id for i in members}.union(*(sheet.meters for sheet in sheets.values()))
    )
    row = {meter: index for index, meter in enumerate(ids)}
    reads = _own_reads(city, row, members)
    on = _on_sheet(city, row, reads, members, (before, held))
    if not on.any():
        return None
    days = span.days
    edits = tuple(_edits(city, row))
    window = Window(
        start_s=span.start.timestamp(),
        days=days,
        weekday=span.first.weekday(),
        history_l=_history(span.first, row, before),
        edited=edited_mask(len(ids), days, edits),
    )
    flowing = np.zeros((len(ids), days), bool)
    place = _rows(city, row, members)[city.flow_meter]
    inside = place >= 0
    flowing[place[inside], np.clip(city.flow_day[inside], 0, days - 1)] = True
    diameters = {city.meters[i].id: city.meters[i].diameter for i in members}
    ground = Ground(
        meters=tuple(ids),
        diameter_mm=np.array([diameters.get(one) or np.nan for one in ids], dtype=np.float64),
        reads=reads,
        window=window,
        history=history_of(window),
        flowing=flowing,
        edits=edits,
    )
    own = np.zeros(len(ids), bool)
    own[[row[city.meters[i].id] for i in members]] = True
    return AreaGround(area, ground, held, city.named.get(area, {}), on, own)


def _rows(city: City, row: dict[EntityId, int], members: Iterable[int]) -> NDArray[np.int64]:
    """Return for each meter of the city its row in the area, -1 where it is another's."""
    rows = np.full(len(city.meters), -1, np.int64)
    for position in members:
        rows[position] = row[city.meters[position].id]
    return rows


def _own_reads(city: City, row: dict[EntityId, int], members: list[int]) -> MeterReads:
    """Return the reads of an area's meters, by their rows; both orders are those of the ids."""
    low = np.searchsorted(city.reads.meter, members)
    high = np.searchsorted(city.reads.meter, np.array(members) + 1)
    take = np.zeros(len(city.reads.meter), bool)
    for start, end in zip(low.tolist(), high.tolist(), strict=True):
        take[start:end] = True
    mine = city.reads.kept(take)
    return MeterReads(
        _rows(city, row, members)[mine.meter], mine.at_s, mine.register_l, mine.message
    )


def _on_sheet(
    city: City,
    row: dict[EntityId, int],
    reads: MeterReads,
    members: list[int],
    sheets: tuple[dict[date, Sheet], dict[date, Sheet]],
) -> NDArray[np.bool_]:
    """Return which meters stand on which day's sheet, shape (n, days).

    An active meter stands on all from the day of its first read on; whatever a sheet holds
    stays on it.
    """
    span, (before, held) = city.span, sheets
    first_s = np.full(len(row), np.inf)
    if len(reads.meter):
        starts = np.flatnonzero(np.r_[True, np.diff(reads.meter) != 0])
        first_s[reads.meter[starts]] = reads.at_s[starts]
    for sheet in before.values():
        first_s[[row[meter] for meter in sheet.meters]] = -np.inf
    active = np.zeros(len(row), bool)
    for position in members:
        meter = city.meters[position]
        active[row[meter.id]] = meter.is_active is not False
    ends_s = span.start.timestamp() + DAY_S * np.arange(1, span.days + 1)
    on: NDArray[np.bool_] = active[:, None] & (first_s[:, None] < ends_s)
    for moved, days in city.elsewhere.items():
        if moved in row:
            on[row[moved], [(day - span.first).days for day in days]] = False
    for day, sheet in held.items():
        on[[row[meter] for meter in sheet.meters], (day - span.first).days] = True
    return on


def _history(first: date, row: dict[EntityId, int], before: dict[date, Sheet]) -> NDArray[np.int32]:
    history_l = np.full((len(row), LIKE_DAYS * HOURS), -1, np.int32)
    for column, day in enumerate(days_between(first - LIKE_DAYS * DAY, first - DAY)):
        sheet = before.get(day)
        if sheet is not None:
            rows = [row[meter] for meter in sheet.meters]
            read = np.where(sheet.standing == Standing.ACTUAL, sheet.use_l, -1)
            history_l[rows, column * HOURS : (column + 1) * HOURS] = read
    return history_l


def _edits(city: City, row: dict[EntityId, int]) -> Iterable[Edit]:
    """Yield the edits that touch the span, in the order they were made."""
    start_s, hours = city.span.start.timestamp(), city.span.days * HOURS
    found = [edit for meter in row for edit in city.edits.get(meter, ())]
    for edit in sorted(found, key=lambda one: (str(one.edited_at), one.id)):
        first_s = datetime.fromisoformat(str(edit.first_hour)).timestamp()
        hour = int((first_s - start_s) // HOUR_S)
        litres = tuple(int(value) for value in edit.values or ())
        litres = litres[max(0, -hour) : max(0, hours - hour)]
        if litres:
            yield Edit(row[EntityId(str(edit.meter))], max(hour, 0), litres)
