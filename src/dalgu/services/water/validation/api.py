"""HTTP of validation: a meter's validated hours, an area's day, and edits.

GET    /api/water/meters/{meter}/validated?from=2026-03-01&to=2026-03-31
GET    /api/water/areas/{area}/validated/{day}?version=1
POST   /api/water/meters/{meter}/edits
DELETE /api/water/meters/{meter}/edits/{edit}?correction=true
"""

from datetime import date, datetime, timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.hub.hub import Hub
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso, local
from dalgu.kernel.errors import InvalidInput, TooLarge
from dalgu.kernel.ids import EntityId
from dalgu.services.water.entities import WaterMeter
from dalgu.services.water.validation.editing import (
    EditInvalid,
    EditNotExisting,
    Wanted,
    edit,
    withdraw,
)
from dalgu.services.water.validation.entities import ReadingEdit
from dalgu.services.water.validation.held import DAY, MeterHours, read_day, read_meter
from dalgu.services.water.validation.reading import home_of, midnight
from dalgu.services.water.validation.rules import Rules, load_rules
from dalgu.services.water.validation.sheet import Sheet, Standing
from dalgu.web.answer import json_answer

MOST_DAYS = 92
LARGEST_BODY = 100_000  # bytes of an edit
HOUR = timedelta(hours=1)


class ValidatedDaysInvalid(InvalidInput):
    """The days or the version asked for are none."""

    slug = "water-validated-days-invalid"
    title = "The days are invalid"

    def __init__(self, why: str) -> None:
        super().__init__(f"The validated days cannot be given: {why}.")


class EditTooLarge(TooLarge):
    """The body of an edit is larger than any edit is."""

    slug = "water-edit-too-large"

    def __init__(self) -> None:
        super().__init__(f"The body is larger than {LARGEST_BODY} bytes; an edit is smaller.")


class EditBody(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """The body of `POST …/edits`."""

    first_hour: datetime
    values: list[int]
    reason: str
    confirm: bool = False
    correction: bool = False


async def get_meter(request: Request) -> Response:
    """Answer `GET /api/water/meters/{meter}/validated`."""
    state, meter = request.app.state, EntityId(request.path_params["meter"])
    first, last = _days(request, local(state.clock.now()).date())
    known = WaterMeter.from_document(await state.hub.retrieve(meter))
    hours = await read_meter(state.hub, meter, home_of(known), first, last)
    return json_answer(meter_body(hours, load_rules()))


async def get_area_day(request: Request) -> Response:
    """Answer `GET /api/water/areas/{area}/validated/{day}`."""
    hub: Hub = request.app.state.hub
    area, day = EntityId(request.path_params["area"]), _day(request.path_params["day"])
    held = await read_day(hub, area, day, version=_version(request))
    body = {
        "area": area,
        "day": day.isoformat(),
        "version": held.version,
        "digest": held.digest,
        "isFinal": bool(held.day.is_final),
        "unit": "LTR",
        "meters": _rows(held.sheet, load_rules()),
    }
    return json_answer(body)


async def post_edit(request: Request) -> Response:
    """Answer `POST /api/water/meters/{meter}/edits`."""
    state, meter = request.app.state, EntityId(request.path_params["meter"])
    asked = await _edit_body(request)
    wanted = Wanted(asked.first_hour, asked.values, asked.reason, asked.confirm, asked.correction)
    made = await edit(state.hub, state.clock, _actor(request), meter, wanted)
    return json_answer(edit_body(made), 201)


async def delete_edit(request: Request) -> Response:
    """Answer `DELETE /api/water/meters/{meter}/edits/{edit}`: it is withdrawn, and stays known."""
    state, meter = request.app.state, request.path_params["meter"]
    edit_id = EntityId(request.path_params["edit"])
    known = ReadingEdit.from_document(await state.hub.retrieve(edit_id))
    if known.meter != meter:
        raise EditNotExisting(meter, edit_id)
    is_correction = request.query_params.get("correction") == "true"
    actor = _actor(request)
    taken = await withdraw(state.hub, state.clock, actor, edit_id, is_correction=is_correction)
    return json_answer(edit_body(taken))


def meter_body(hours: MeterHours, rules: Rules) -> dict[str, JSON]:
    """Return a meter's validated days as the API says them."""
    days = []
    for i, day in enumerate(hours.days):
        start = midnight(day)
        points = [
            {
                "at": iso(start + (hour + 1) * HOUR),
                "value": None if use_l < 0 else use_l,
                "standing": Standing(standing).name.lower(),
            }
            for hour, (use_l, standing) in enumerate(
                zip(hours.use_l[i].tolist(), hours.standing[i].tolist(), strict=True)
            )
        ]
        days.append(
            {
                "day": day.isoformat(),
                "version": hours.versions[i],
                "digest": hours.digests[i],
                "startRegister": _register(int(hours.start_register_l[i])),
                "endRegister": _register(int(hours.end_register_l[i])),
                "raised": [rule.id for rule in rules.told(int(hours.raised[i]))],
                "points": points,
            }
        )
    return {"meter": hours.meter, "unit": "LTR", "days": days}


def edit_body(made: ReadingEdit) -> dict[str, JSON]:
    """Return an edit as the API says it."""
    return {
        "id": made.id,
        "meter": made.meter,
        "firstHour": made.first_hour,
        "values": [int(value) for value in made.values or ()],
        "reason": made.reason,
        "editedBy": made.edited_by,
        "editedAt": made.edited_at,
        "withdrawnBy": made.withdrawn_by,
        "withdrawnAt": made.withdrawn_at,
    }


def _rows(sheet: Sheet, rules: Rules) -> list[dict[str, JSON]]:
    return [
        {
            "meter": meter,
            "startRegister": _register(int(sheet.start_register_l[row])),
            "endRegister": _register(int(sheet.end_register_l[row])),
            "use": [None if use_l < 0 else use_l for use_l in sheet.use_l[row].tolist()],
            "standing": sheet.standing[row].tolist(),
            "raised": [rule.id for rule in rules.told(int(sheet.raised[row]))],
        }
        for row, meter in enumerate(sheet.meters)
    ]


def _register(litres: int) -> int | None:
    return None if litres < 0 else litres


def _days(request: Request, today: date) -> tuple[date, date]:
    last = _day(request.query_params.get("to", (today - DAY).isoformat()))
    first = _day(request.query_params.get("from", (last - 6 * DAY).isoformat()))
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ValidatedDaysInvalid(f"'from' to 'to' must be 1 to {MOST_DAYS} days")
    return first, last


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValidatedDaysInvalid(f"'{text[:20]}' is no day, as 2026-03-01") from None
    if not 1970 < day.year < 9000:
        raise ValidatedDaysInvalid(f"'{text[:20]}' lies in no year that is known of")
    return day


def _version(request: Request) -> int | None:
    text = request.query_params.get("version")
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValidatedDaysInvalid(f"version '{text[:20]}' is no whole number")
    return int(text)


async def _edit_body(request: Request) -> EditBody:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise EditTooLarge
    try:
        return msgspec.json.decode(body, type=EditBody)
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise EditInvalid(str(failure)[:200].rstrip(".")) from None


def _actor(request: Request) -> Actor:
    actor: Actor = request.scope["actor"]
    return actor


ROUTES = (
    Route(
        "/api/water/meters/{meter}/validated",
        get_meter,
        methods=["GET"],
        name=Operation.ENTITY_READ,
    ),
    Route(
        "/api/water/areas/{area}/validated/{day}",
        get_area_day,
        methods=["GET"],
        name=Operation.ENTITY_READ,
    ),
    Route(
        "/api/water/meters/{meter}/edits", post_edit, methods=["POST"], name=Operation.METER_EDIT
    ),
    Route(
        "/api/water/meters/{meter}/edits/{edit}",
        delete_edit,
        methods=["DELETE"],
        name=Operation.METER_EDIT,
    ),
)
