"""A bill made again from its evidence, down to the frames: the same to the won, or where not.

Bill, tariff, manifest, day sheets, hours, device messages: each step is done again from what
the step below it says, never from the bill, and every difference is named with its place.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

import msgspec
import numpy as np
from numpy.typing import NDArray

from dalgu.hub.hub import Hub, Series
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError
from dalgu.kernel.ids import EntityId
from dalgu.kernel.text import Text
from dalgu.services.water.billing.charging import Charged, charge
from dalgu.services.water.billing.drafting import use_from_json, use_of
from dalgu.services.water.billing.entities import WaterBill
from dalgu.services.water.billing.errors import TariffInvalid
from dalgu.services.water.billing.frames import (
    Decoding,
    Frame,
    Frames,
    message_ids,
    midnight,
    series_of,
)
from dalgu.services.water.billing.ledger import bill_of
from dalgu.services.water.billing.lines import LineKind, figure
from dalgu.services.water.billing.period import Month, TermDays, month_of
from dalgu.services.water.billing.sealing import mark_of, read_seal
from dalgu.services.water.billing.tariff import Tariff, read_tariff
from dalgu.services.water.billing.use import Use
from dalgu.services.water.billing.validated import AreaMonth, Manifest, SheetRef, lay_out
from dalgu.services.water.billing.words import FOUND, REPLAY
from dalgu.services.water.hourly import Reads, hourly_consumption
from dalgu.services.water.validation.rules import Check
from dalgu.services.water.validation.sheet import HOURS, Sheet, SheetDamaged, Standing, decode

HOUR = timedelta(hours=1)
HOUR_TOLERANCE_L = 1  # registers at two full hours, each rounded to the litre
VALUE_TOLERANCE_L = 0.5
LITRES_PER_M3 = 1000
# Days on which the hours need not add up to the dial's registers, as a rule has told.
UNSUMMED = Check.ROLLOVER.bit | Check.CHANGE.bit | Check.RATE.bit | Check.SUM.bit


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the evidence does not say what stands above it."""

    where: str
    what: Text
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class DayEvidence:
    """One day's sheet as it is kept, and the meter's hours on it."""

    day: date
    version: int
    digest: str
    is_sound: bool
    use_l: tuple[int, ...] = ()  # -1 where missing
    standing: tuple[int, ...] = ()


@dataclass(slots=True)
class Replay:
    """What came of making a bill again."""

    bill: WaterBill
    recomputed_won: int | None = None
    findings: list[Finding] = field(default_factory=list)
    days: list[DayEvidence] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    values: int = 0  # registers of the history that were held against messages
    imported: int = 0  # registers that came by no message
    sealed: int = 0  # messages whose bytes were held against the seal of the issued bill
    closed: int = 0  # registers of messages that cannot be opened here: no key, or emptied

    @property
    def is_same(self) -> bool:
        """Whether all evidence holds and gives the same won."""
        return not self.findings and self.recomputed_won == self.bill.amount

    @property
    def verdict(self) -> Text:
        """The result in a few words."""
        if self.is_same:
            return REPLAY["same"]
        name = "differs" if self.recomputed_won != self.bill.amount else "damaged"
        return REPLAY[name]

    def find(self, where: str, what: str, expected: object, found: object) -> None:
        """Note a difference."""
        self.findings.append(Finding(where, FOUND[what], str(expected), str(found)))


async def replay(hub: Hub, bill: str, decoding: Decoding) -> Replay:
    """Return a bill made again from its tariff, its sheets and its messages.

    Raises
    ------
    BillNotExisting
        When there is no such bill. All else that is wrong is a finding.
    """
    made = Replay(await bill_of(hub, bill))
    month = month_of(str(made.bill.period))
    tariff = await _tariff(hub, made)
    manifest = await _manifest(hub, made)
    sheets = [] if manifest is None else await _sheets(hub, made, manifest)
    if tariff is not None and manifest is not None and made.bill.meter is not None:
        _charge_again(made, tariff, lay_out(manifest, month, sheets))
    if made.bill.meter is not None:
        await _against_messages(made, Frames(hub, decoding), month, sheets)
    return made


async def _body(hub: Hub, made: Replay, what: str, digest: str, where: str) -> bytes | None:
    """Return kept bytes, a finding where they are gone or no longer those of their digest."""
    try:
        body = await hub.kept(digest)
    except DalguError as gone:
        made.find(where, what, digest, gone.detail)
        return None
    if sha256(body).hexdigest() != digest:
        made.find(where, what, digest, sha256(body).hexdigest())
    return body


async def _tariff(hub: Hub, made: Replay) -> Tariff | None:
    digest = str(made.bill.tariff_digest)
    body = await _body(hub, made, "tariff", digest, f"tariff {made.bill.tariff}")
    if body is None:
        return None
    try:
        return read_tariff(body)
    except TariffInvalid as broken:
        made.find(f"tariff {made.bill.tariff}", "tariff", digest, broken.detail)
        return None


async def _manifest(hub: Hub, made: Replay) -> Manifest | None:
    digest = str((made.bill.evidence or {}).get("manifest"))
    body = await _body(hub, made, "manifest", digest, "list of day sheets")
    if body is None:
        return None
    try:
        return msgspec.json.decode(body, type=Manifest)
    except msgspec.MsgspecError as broken:
        made.find("list of day sheets", "manifest", digest, broken)
        return None


async def _sheets(hub: Hub, made: Replay, manifest: Manifest) -> list[Sheet]:
    sheets = []
    for ref in manifest.sheets:
        where, before = f"day sheet {ref.day} version {ref.version}", len(made.findings)
        body = await _body(hub, made, "sheet", ref.digest, where)
        sheet = None if body is None else _sheet(made, ref, body, where)
        is_sound = len(made.findings) == before
        made.days.append(_day(ref, sheet, made.bill.meter, is_sound=is_sound))
        if sheet is not None:
            sheets.append(sheet)
    return sheets


def _sheet(made: Replay, ref: SheetRef, body: bytes, where: str) -> Sheet | None:
    try:
        sheet = decode(body)
    except SheetDamaged as broken:
        made.find(where, "sheet", ref.digest, broken.detail)
        return None
    row = sheet.row_of(EntityId(str(made.bill.meter)))
    if row is not None and not int(sheet.raised[row]) & UNSUMMED:
        start, end = int(sheet.start_register_l[row]), int(sheet.end_register_l[row])
        use = sheet.use_l[row]
        is_whole = bool((use >= 0).all()) and min(start, end) >= 0
        if is_whole and int(use.sum()) != end - start:
            made.find(where, "sum", f"{end - start} l", f"{int(use.sum())} l")
    return sheet


def _day(
    ref: SheetRef, sheet: Sheet | None, meter: EntityId | None, *, is_sound: bool
) -> DayEvidence:
    row = None if sheet is None else sheet.row_of(EntityId(str(meter)))
    if sheet is None or row is None:
        return DayEvidence(ref.day, ref.version, ref.digest, is_sound)
    use, standing = sheet.use_l[row].tolist(), sheet.standing[row].tolist()
    return DayEvidence(ref.day, ref.version, ref.digest, is_sound, tuple(use), tuple(standing))


def _charge_again(made: Replay, tariff: Tariff, hours: AreaMonth) -> None:
    """Charge what the sheets say by the terms of the evidence, and compare line by line."""
    evidence, leak = made.bill.evidence or {}, made.bill.leak_allowance
    try:
        kept = [use_from_json(one) for one in evidence.get("uses", [])]
        again = [
            use_of(made.bill.meter, hours, TermDays(use.first, use.last, use.terms)) for use in kept
        ]
        usual = None if not leak else Decimal(leak["usualM3"])
        charged = charge(tariff, int(evidence["monthDays"]), again, usual_m3=usual)
    except (DalguError, ArithmeticError, KeyError, ValueError) as refused:
        reason = refused.detail if isinstance(refused, DalguError) else repr(refused)
        made.find("bill", "charge", made.bill.amount, reason)
        return
    _compare_uses(made, kept, again)
    _compare_lines(made, charged)
    made.recomputed_won = charged.amount_won
    if charged.amount_won != made.bill.amount:
        won = f"{figure(made.bill.amount or 0)} won"
        made.find("bill", "amount", won, f"{figure(charged.amount_won)} won")


def _compare_uses(made: Replay, kept: list[Use], again: list[Use]) -> None:
    for one, other in zip(kept, again, strict=True):
        for name in ("start_l", "end_l", "estimated_l"):
            expected, found = getattr(one, name), getattr(other, name)
            if expected != found:
                made.find(f"register {one.first}..{one.last}", "register", expected, found)


def _compare_lines(made: Replay, charged: Charged) -> None:
    kept = [line for line in made.bill.lines or [] if line["kind"] != LineKind.DIFFERENCE]
    again = [line.to_json() for line in charged.lines]
    for number in range(max(len(kept), len(again))):
        one = kept[number]["formula"] if number < len(kept) else "–"
        other = again[number]["formula"] if number < len(again) else "–"
        if number >= len(kept) or number >= len(again) or kept[number] != again[number]:
            made.find(f"line {number + 1}", "line", one, other)


async def _against_messages(
    made: Replay, frames: Frames, month: Month, sheets: list[Sheet]
) -> None:
    """Decode the messages behind the month again; hold the history and the hours against them."""
    meter = EntityId(str(made.bill.meter))
    series = await series_of(frames.hub, meter, month)
    ids = await message_ids(frames.hub, meter, month)
    made.frames = [await frames.read(number, meter) for number in ids]
    await _compare_seal(frames.hub, made)
    _compare_history(made, series)
    _compare_hours(made, month, sheets, meter)


async def _compare_seal(hub: Hub, made: Replay) -> None:
    """Hold the bytes of each message against what was sealed when the bill was issued."""
    digest = (made.bill.evidence or {}).get("messages")
    if digest is None:
        return
    body = await _body(hub, made, "seal", digest, "seal of the messages")
    try:
        sealed = {} if body is None else read_seal(body)
    except msgspec.MsgspecError as broken:
        made.find("seal of the messages", "seal", digest, broken)
        return
    said = {frame.message_id: frame for frame in made.frames}
    for number, mark in sealed.items():
        frame = said.get(number)
        if frame is None:
            made.find(f"message {number}", "bytes", mark.hex(), "–")
        elif frame.closed is None and frame.body and mark_of(frame.body) != mark:
            made.find(f"message {number}", "bytes", mark.hex(), mark_of(frame.body).hex())
    made.sealed = len(sealed)


def _compare_history(made: Replay, series: Series) -> None:
    said = {frame.message_id: frame for frame in made.frames}
    named: set[int] = set()
    for at_s, value, number in zip(series.at_s, series.value, series.message_id, strict=True):
        frame = said.get(int(number))
        if frame is None:
            made.imported += 1
            continue
        if frame.closed is not None:
            made.closed += 1
            continue
        made.values += 1
        found = frame.registers_l.get(float(at_s))
        held_l = float(value) * LITRES_PER_M3
        if found is not None and abs(found - held_l) <= VALUE_TOLERANCE_L:
            continue
        if frame.message_id in named:
            continue  # a message is named once, by its first value that differs
        named.add(frame.message_id)
        at = iso(datetime.fromtimestamp(float(at_s), UTC))
        heard = frame.unreadable if found is None else f"{found} l"
        heard = heard or "no register at this instant"
        made.find(f"message {frame.message_id}", "message", f"{held_l:.0f} l at {at}", heard)


def _compare_hours(made: Replay, month: Month, sheets: list[Sheet], meter: EntityId) -> None:
    """Hold the read hours of the sheets against the registers the messages say."""
    points = sorted({point for frame in made.frames for point in frame.registers_l.items()})
    if not points or not sheets:
        return
    at_s = np.array([at for at, _ in points])
    register = np.array([litres for _, litres in points]) / LITRES_PER_M3
    reads = Reads(np.zeros(len(points), dtype=np.int64), at_s, register)
    start_s = midnight(month.first).timestamp()
    heard = hourly_consumption(reads, 1, start_s, month.days * HOURS).consumption_m3[0]
    heard_l: NDArray[np.float64] = heard * LITRES_PER_M3
    for sheet in sheets:
        row, first = sheet.row_of(meter), (sheet.day - month.first).days * HOURS
        if row is None:
            continue
        day_l = heard_l[first : first + HOURS]
        is_read = (sheet.standing[row] == Standing.ACTUAL) & ~np.isnan(day_l)
        off = is_read & (np.abs(day_l - sheet.use_l[row]) > HOUR_TOLERANCE_L)
        for hour in np.flatnonzero(off).tolist():
            where = f"{sheet.day} {hour:02d}:00"
            made.find(where, "hour", f"{int(sheet.use_l[row, hour])} l", f"{day_l[hour]:.0f} l")
