"""What the meter page shows of validation, and the forms that set hours and take that back."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON, Document
from dalgu.kernel.clock import LOCAL, Clock, iso, local
from dalgu.kernel.ids import EntityId
from dalgu.service import Asked, Form
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.validation.editing import (
    EditInvalid,
    EditNotExisting,
    Wanted,
    edit,
    edits_of,
    withdraw,
)
from dalgu.services.water.validation.entities import ReadingEdit
from dalgu.services.water.validation.held import DAY, Held, read_days
from dalgu.services.water.validation.reading import home_of, midnight
from dalgu.services.water.validation.rules import Rules, load_rules
from dalgu.services.water.validation.sheet import Standing
from dalgu.services.water.validation.words import STANDINGS, WORDS

HOUR = timedelta(hours=1)
METER_PAGE = "/center/water/meters/{meter}"
LINES = {  # the chart's lines: each hour stands on one of them
    "read": (Standing.ACTUAL,),
    "estimated": (Standing.LINEAR, Standing.PROFILE),
    "edited": (Standing.EDITED,),
}


async def meter_validation(
    hub: Hub, clock: Clock, meter_document: Document, days: int
) -> Mapping[str, JSON]:
    """Return what the meter page shows of its last validated days.

    Keys: `words`; `lines`, each with `name`, `unit` and `points` of `at` and `value` in litres,
    None where the hour stands on another line; `days`, newest first, each with `day`, `version`,
    `reason`, `digest`, `is_final`, `total_l`, `start_l`, `end_l`, `estimated_hours`,
    `missing_hours` and `rules` of `title`, `clause` and `is_refusal`; `edits`, newest first.
    """
    meter = WaterMeter.from_document(meter_document)
    yesterday = local(clock.now()).date() - DAY
    held = await read_days(hub, home_of(meter), yesterday - (days - 1) * DAY, yesterday)
    rows = [(one, row) for one in held if (row := one.sheet.row_of(meter.id)) is not None]
    rules = load_rules()
    return {
        "words": WORDS,
        "lines": [_line(name, rows) for name in LINES] if rows else [],
        "days": [_day(one, row, rules) for one, row in reversed(rows)],
        "edits": [_edit(one) for one in await edits_of(hub, meter.id)],
    }


def _line(name: str, rows: list[tuple[Held, int]]) -> dict[str, JSON]:
    points = []
    for one, row in rows:
        start = midnight(one.sheet.day)
        hours = zip(one.sheet.use_l[row].tolist(), one.sheet.standing[row].tolist(), strict=True)
        points += [
            {
                "at": iso(start + (hour + 1) * HOUR),
                "value": use_l if standing in LINES[name] else None,
            }
            for hour, (use_l, standing) in enumerate(hours)
        ]
    return {"name": STANDINGS[LINES[name][-1]], "key": name, "unit": "L", "points": points}


def _day(one: Held, row: int, rules: Rules) -> dict[str, JSON]:
    sheet = one.sheet
    standing = sheet.standing[row].tolist()
    return {
        "day": sheet.day.isoformat(),
        "version": one.version,
        "reason": one.day.reason,
        "digest": one.digest,
        "is_final": bool(one.day.is_final),
        "total_l": int(sheet.use_l[row].clip(0).sum()),
        "start_l": _register(int(sheet.start_register_l[row])),
        "end_l": _register(int(sheet.end_register_l[row])),
        "estimated_hours": sum(one in LINES["estimated"] for one in standing),
        "missing_hours": sum(one == Standing.MISSING for one in standing),
        "rules": [
            {"title": rule.title, "clause": rule.clause, "is_refusal": rule.consequence == "refuse"}
            for rule in rules.told(int(sheet.raised[row]))
        ],
    }


def _edit(one: ReadingEdit) -> dict[str, JSON]:
    return {
        "id": one.id,
        "first_hour": one.first_hour,
        "hours": one.hours,
        "total_l": int(sum(one.values or ())),
        "reason": one.reason,
        "by": one.edited_by,
        "at": one.edited_at,
        "withdrawn_by": one.withdrawn_by,
        "withdrawn_at": one.withdrawn_at,
    }


def _register(litres: int) -> int | None:
    return None if litres < 0 else litres


async def take_edit(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Set hours as the form says."""
    sent = asked.sent
    wanted = Wanted(
        first_hour=_hour(sent.get("first_hour", "")),
        values_l=_litres(sent.get("values", "")),
        reason=sent.get("reason", ""),
        is_confirmed=bool(sent.get("confirm")),
        is_correction=bool(sent.get("correction")),
    )
    await edit(hub, clock, actor, EntityId(asked.path["meter"]), wanted)


async def take_withdrawal(hub: Hub, clock: Clock, actor: Actor, asked: Asked) -> None:
    """Take an edit back."""
    edit_id = EntityId(asked.path["edit"])
    known = ReadingEdit.from_document(await hub.retrieve(edit_id))
    if known.meter != asked.path["meter"]:
        raise EditNotExisting(asked.path["meter"], edit_id)
    is_correction = bool(asked.sent.get("correction"))
    await withdraw(hub, clock, actor, edit_id, is_correction=is_correction)


def _hour(text: str) -> datetime:
    """Return a local hour as a browser's field has it, as 2026-03-01T05:00."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise EditInvalid(f"'{text[:20]}' is no hour, as 2026-03-01T05:00") from None
    if not date(1970, 1, 2) < at.date() < date(9000, 1, 1):
        raise EditInvalid(f"'{text[:20]}' lies in no year that is known of")
    return at if at.tzinfo is not None else at.replace(tzinfo=LOCAL)


def _litres(text: str) -> list[int]:
    parts = text.replace(",", " ").split()
    for part in parts:
        if not part.isascii() or not part.isdigit() or len(part) > 9:
            raise EditInvalid(f"'{part[:20]}' is no whole number of litres")
    return [int(part) for part in parts]


FORMS = (
    Form(
        f"{METER_PAGE}/edits",
        METER_PAGE,
        Operation.METER_EDIT,
        take_edit,
    ),
    Form(
        f"{METER_PAGE}/edits/{{edit}}/withdraw",
        METER_PAGE,
        Operation.METER_EDIT,
        take_withdrawal,
    ),
)
