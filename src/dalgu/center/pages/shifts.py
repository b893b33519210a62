"""The pages of the shift log: today's, past ones, the hand-over, and the shell for offline."""

from collections.abc import Mapping
from secrets import token_hex
from types import MappingProxyType

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.policy import Operation, may
from dalgu.center.context import Center
from dalgu.center.shifts.deeds import Category
from dalgu.center.shifts.errors import LogEntryInvalid, RosterInvalid, ShiftNotExisting
from dalgu.center.shifts.gather import gather
from dalgu.center.shifts.log import Line, Record
from dalgu.center.shifts.roster import MOST_SHIFTS, Roster, Shift, Turn
from dalgu.center.shifts.rows import row
from dalgu.center.shifts.shifts import Draft, Fate
from dalgu.hub.model import JSON
from dalgu.kernel.clock import iso
from dalgu.kernel.errors import DalguError
from dalgu.web.forms import first, sent_of, told
from dalgu.web.frame import actor_of, language_of

PATH = "/center/shift"
SHOWN_SHIFTS = 90
MENTION = "mention-"
NUMBER_DIGITS = 9
NOTHING: Mapping[str, str] = MappingProxyType({})


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    read, write = Operation.SHIFT_READ, Operation.SHIFT_WRITE
    return [
        Route(PATH, pages.today, name=read),
        Route(PATH + "/offline", pages.shell, name=Operation.PUBLIC_READ),
        Route(PATH + "/past", pages.past, name=read),
        Route(PATH + "/entries", pages.write, methods=["POST"], name=write),
        Route(PATH + "/duty", pages.duty, methods=["POST"], name=write),
        Route(PATH + "/roster", pages.roster, methods=["POST"], name=Operation.CENTER_SET),
        Route(PATH + "/{shift}", pages.shift, name=read),
        Route(PATH + "/{shift}/hand-over", pages.sheet, name=read),
        Route(PATH + "/{shift}/hand-over", pages.hand_over, methods=["POST"], name=write),
        Route(PATH + "/{shift}/take-over", pages.take_over, methods=["POST"], name=write),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.room = center.rooms.shifts

    async def today(
        self, request: Request, sent: Mapping[str, str] = NOTHING, refused: DalguError | None = None
    ) -> Response:
        """Draw the log of the shift that runs, or what was searched for."""
        return self._log(request, self.room.now(), sent=sent, refused=refused)

    async def shift(self, request: Request) -> Response:
        """Draw the log of one shift."""
        return self._log(request, self._asked(request))

    async def shell(self, request: Request) -> Response:
        """Draw the page that a browser keeps for when there is no network: nobody's data."""
        return self.center.frame.render(request, "center/shifts/shell.html", categories=Category)

    async def past(self, request: Request) -> Response:
        """List the shifts of which something is known."""
        found = [(self.room.log.shift(one.shift), one) for one in self.room.log.latest()]
        known = [(shift, record) for shift, record in found if shift is not None]
        return self.center.frame.render(
            request, "center/shifts/past.html", shifts=known[:SHOWN_SHIFTS], running=self.room.now()
        )

    async def sheet(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw the hand-over sheet: to be signed, or as it was signed."""
        shift, actor = self._asked(request), actor_of(request)
        record = self.room.log.record(shift.id)
        if record.handed is None:
            sheet = self.room.lay_out(await gather(self.center.rooms, shift.id, actor))
        else:
            sheet = record.handed.sheet
        return self.center.frame.render(
            request,
            "center/shifts/sheet.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language_of(request), refused),
            shift=shift,
            record=record,
            sheet=sheet,
            said=self._last_words(record),
            serves=lambda code: not actor.districts or (code is not None and actor.serves(code)),
            following=self.room.log.shift(
                self.room.following(shift.id, self.center.clock.now())
                if record.taken is None
                else record.taken.into
            ),
        )

    def _last_words(self, record: Record) -> dict[int, str]:
        """Return what the log said last of each incident: what a hand-over may begin with."""
        lines = [one for one in record.written() if one.said.incident and not one.struck_by]
        return {line.said.incident: line.said.text for line in lines if line.said.incident}

    # -- what people do ---------------------------------------------------------------------

    async def write(self, request: Request) -> Response:
        """Write one entry from the form, for browsers without script."""
        sent = await sent_of(request)
        try:
            [outcome] = await self.room.write(actor_of(request), [self._draft(sent)])
        except DalguError as refused:
            return await self.today(request, _flat(sent), refused)
        if outcome.fate is Fate.REFUSED and outcome.refusal is not None:
            return await self.today(request, _flat(sent), outcome.refusal)
        return _to(request, PATH)

    def _draft(self, sent: Mapping[str, list[str]]) -> Draft:
        number, category = first(sent, "incident"), first(sent, "category")
        if number and not _is_number(number):
            raise LogEntryInvalid("incident", "be the number of an incident")
        if category not in set(Category):
            raise LogEntryInvalid("category", "be one of " + ", ".join(Category))
        return Draft(
            key=first(sent, "key") or token_hex(16),
            at=self.center.clock.now(),
            category=Category(category),
            text=first(sent, "text"),
            incident=int(number) if number else None,
            strikes=first(sent, "strikes") or None,
        )

    async def duty(self, request: Request) -> Response:
        """Begin or end to be on duty."""
        sent, actor = await sent_of(request), actor_of(request)
        if first(sent, "here") == "no":
            await self.room.leave_duty(actor)
        else:
            await self.room.take_duty(actor)
        return _to(request, PATH)

    async def hand_over(self, request: Request) -> Response:
        """Sign as the leaving one, or draw the sheet again with why not."""
        shift, sent = self._asked(request), await sent_of(request)
        numbers = {name.removeprefix(MENTION): name for name in sent if name.startswith(MENTION)}
        mentions = {
            int(number): first(sent, name) for number, name in numbers.items() if _is_number(number)
        }
        try:
            sheet = self.room.laid_out(shift.id, first(sent, "digest"))
            await self.room.hand_over(actor_of(request), sheet, mentions, first(sent, "notes"))
        except DalguError as refused:
            return await self.sheet(request, refused)
        return _to(request, f"{PATH}/{shift.id}/hand-over")

    async def take_over(self, request: Request) -> Response:
        """Sign as the taking one, or draw the sheet again with why not."""
        shift, sent = self._asked(request), await sent_of(request)
        digest, notes = first(sent, "digest"), first(sent, "notes")
        try:
            await self.room.take_over(actor_of(request), shift.id, digest, notes)
        except DalguError as refused:
            return await self.sheet(request, refused)
        return _to(request, PATH)

    async def roster(self, request: Request) -> Response:
        """Set the hours of the shifts."""
        sent = await sent_of(request)
        try:
            await self.room.set_roster(actor_of(request), _roster(sent))
        except DalguError as refused:
            return await self.today(request, _flat(sent), refused)
        return _to(request, PATH)

    # -- inside -----------------------------------------------------------------------------

    def _asked(self, request: Request) -> Shift:
        name = request.path_params["shift"]
        shift = self.room.log.shift(name)
        if shift is None:
            raise ShiftNotExisting(name)
        return shift

    def _log(
        self,
        request: Request,
        shift: Shift,
        *,
        sent: Mapping[str, str] = NOTHING,
        refused: DalguError | None = None,
    ) -> Response:
        words, category = request.query_params.get("q", "")[:200], _category(request)
        record = self.room.log.record(shift.id)
        found = self.room.log.search(words) if words.strip() else record.written()[::-1]
        actor = actor_of(request)
        return self.center.frame.render(
            request,
            "center/shifts/log.html",
            status=200 if refused is None else refused.status,
            refusal=None if refused is None else told(language_of(request), refused),
            sent=sent,
            shift=shift,
            running=self.room.now(),
            record=record,
            rows=[row(one) for one in found if self._fits(request, one, category)],
            categories=Category,
            asked={"q": words, "category": category},
            key=token_hex(16),
            log=self.room.log,
            awaiting=self._awaiting(),
            is_here=actor.id in self.room.log.on_duty,
            may_set=may(actor, Operation.CENTER_SET),
            ends_soon=self._ends_soon(shift),
        )

    def _fits(self, request: Request, line: Line, category: str) -> bool:
        is_asked = category in ("", line.said.category)
        return is_asked and self.room.may_see(actor_of(request), line.said.incident)

    def _awaiting(self) -> tuple[Shift, Record] | None:
        record = self.room.log.awaiting()
        shift = None if record is None else self.room.log.shift(record.shift)
        return None if record is None or shift is None else (shift, record)

    def _ends_soon(self, shift: Shift) -> dict[str, JSON] | None:
        """Return when the shift is handed over, once that time has come."""
        left = (shift.ends - self.center.clock.now()).total_seconds()
        soon = left <= 60 * self.room.log.roster.hand_over_min
        return {"ends": iso(shift.ends)} if soon and shift.id == self.room.now().id else None


def _category(request: Request) -> str:
    asked = request.query_params.get("category", "")
    return asked if asked in set(Category) else ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS


def _flat(sent: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: values[0] for name, values in sent.items()}


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(f"/{language_of(request)}{path}", 303)


def _roster(sent: Mapping[str, list[str]]) -> Roster:
    minutes = first(sent, "hand_over_min")
    if not (minutes.isascii() and minutes.isdigit() and len(minutes) < 4):
        raise RosterInvalid("hand_over_min")
    columns = [sent.get(name, [])[: MOST_SHIFTS + 1] for name in ("name", "ko", "en", "starts")]
    turns = [Turn(*(part.strip() for part in parts)) for parts in zip(*columns, strict=False)]
    return Roster(tuple(one for one in turns if one.name or one.starts), int(minutes))
