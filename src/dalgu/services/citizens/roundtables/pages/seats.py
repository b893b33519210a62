"""Pages that a code opens: a participant's phone, a facilitator's tablet."""

from secrets import token_hex

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.ballots.ballots import Receipt
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.roundtables.hall import OpinionDraft
from dalgu.services.citizens.roundtables.plan import Question, Stage
from dalgu.services.citizens.roundtables.scoring import BEST_MARK
from dalgu.services.citizens.roundtables.state import BoxState, Roundtable
from dalgu.services.citizens.roundtables.voting import box_id, sheet_id
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

SEAT = "/roundtables/{number:int}/seat/{code}"
TABLE = "/roundtables/{number:int}/table/{code}"
KEY_BYTES = 16  # of an opinion that is typed without a script
_MARKS = {str(mark) for mark in range(BEST_MARK + 1)}


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language; the code opens each."""
    pages, read = Seats(desk), Operation.PUBLIC_READ
    return [
        Route(SEAT, pages.seat, name=read),
        Route(f"{SEAT}/survey", pages.answer, methods=["POST"], name=read),
        Route(f"{SEAT}/ballot", pages.vote, methods=["POST"], name=read),
        Route(TABLE, pages.table, name=read),
        Route(f"{TABLE}/opinion", pages.say, methods=["POST"], name=read),
    ]


class Seats:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.roundtables

    async def seat(
        self,
        request: Request,
        refused: DalguError | None = None,
        sent: Sent | None = None,
        receipt: Receipt | None = None,
    ) -> Response:
        """Draw a participant's page: where to sit, what is asked, what was cast."""
        one, seat = self._seat(request)
        page = self.desk.frame.render(
            request,
            "citizens/roundtables/seat.html",
            one=one,
            seat=seat,
            code=request.path_params["code"],
            hall=self.room.live.hall(one.number),
            tables=[one.table_of(seat, round_) for round_ in range(1, len(one.tables) + 1)],
            ballots=self._ballots(one, seat),
            answers=self.room.survey.answers_of(one.number, seat),
            is_surveying=one.stage is Stage.SURVEYING,
            best_mark=BEST_MARK,
            receipt=receipt,
            **shown_with(request, refused, sent),
        )
        page.headers["referrer-policy"] = "no-referrer"  # the address is a key
        return page

    async def answer(self, request: Request) -> Response:
        """Take the answers to the survey."""
        one, seat = self._seat(request)
        sent = await sent_of(request)
        answers = {question.id: first(sent, question.id) for question in one.plan.survey}
        try:
            await self.room.survey.answer(
                actor_of(request), one.number, seat, answers, first(sent, "issue")
            )
        except DalguError as refused:
            return await self.seat(request, refused, sent)
        return self._back(request, "seat")

    async def vote(self, request: Request) -> Response:
        """Take a ballot, and show its receipt: once, as it is kept nowhere with the seat."""
        one, seat = self._seat(request)
        sent = await sent_of(request)
        box = first(sent, "box")
        try:
            receipt = await self.room.voting.cast(one.number, seat, box, _marks(sent))
        except DalguError as refused:
            return await self.seat(request, refused, sent)
        return await self.seat(request, receipt=receipt)

    async def table(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw a facilitator's page."""
        one, table = self._table(request)
        round_ = min(one.round, len(one.tables))
        page = self.desk.frame.render(
            request,
            "citizens/roundtables/table.html",
            one=one,
            table=table,
            code=request.path_params["code"],
            key=token_hex(KEY_BYTES),
            hall=self.room.live.hall(one.number),
            seats=one.tables[round_ - 1][table - 1],
            opinions=[
                (opinion, self.room.live.shown(one, opinion))
                for opinion in reversed(one.opinions.values())
                if opinion.table == table
            ],
            **shown_with(request, refused, sent),
        )
        page.headers["referrer-policy"] = "no-referrer"
        return page

    async def say(self, request: Request) -> Response:
        """Take one opinion from the form, without a script."""
        one, table = self._table(request)
        sent = await sent_of(request)
        now = self.desk.ground.clock.now()
        draft = OpinionDraft(first(sent, "key"), first(sent, "text"), now, one.round)
        outcomes = await self.room.hall.say(actor_of(request), one.number, table, [draft])
        refusal = outcomes[0].refusal
        if refusal is not None:
            return await self.table(request, refusal, sent)
        return self._back(request, "table")

    def _ballots(self, one: Roundtable, seat: str) -> list[dict[str, JSON]]:
        """Return the open boxes, each with what it asks and whether the seat has voted."""
        found: list[dict[str, JSON]] = []
        for when in ("before", "after"):
            for question in one.plan.questions:
                box = one.boxes.get(box_id(one.number, question.id, when))
                if box is not None and box.is_open:
                    found.append(self._ballot(box, seat, question))
        sheet = one.boxes.get(sheet_id(one.number))
        if sheet is not None and sheet.is_open:
            found.append(self._ballot(sheet, seat, None))
        return found

    def _ballot(self, box: BoxState, seat: str, question: Question | None) -> dict[str, JSON]:
        has_voted = self.room.voting.has_voted(box.id, seat)
        key = self.desk.rooms.ballots.state(box.id).token_key
        return {"box": box.id, "question": question, "has_voted": has_voted, "key": key}

    def _seat(self, request: Request) -> tuple[Roundtable, str]:
        one = self.room.ledger.get(request.path_params["number"])
        return one, self.room.codes.seat(one, request.path_params["code"])

    def _table(self, request: Request) -> tuple[Roundtable, int]:
        one = self.room.ledger.get(request.path_params["number"])
        return one, self.room.codes.table(one, request.path_params["code"])

    def _back(self, request: Request, kind: str) -> Response:
        number, code = request.path_params["number"], request.path_params["code"]
        return to(request, f"/roundtables/{number}/{kind}/{code}")


def _marks(sent: Sent) -> dict[str, int]:
    """Return the marks of a form: `choice=o1`, or a mark for each cell as `mark.p1.c1=7`."""
    choice = first(sent, "choice")
    if choice:
        return {choice: 1}
    return {
        name.removeprefix("mark."): int(values[0])
        for name, values in sent.items()
        if name.startswith("mark.") and values[0] in _MARKS
    }
