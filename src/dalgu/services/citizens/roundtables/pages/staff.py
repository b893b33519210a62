"""The desk of those who run a roundtable: from the plan to what follows, themes, scores, cards."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.roundtables import forms, quotas
from dalgu.services.citizens.roundtables.applying import GROUPS
from dalgu.services.citizens.roundtables.codes import TABLE as TABLE_HOLDER
from dalgu.services.citizens.roundtables.demonstration import demonstrate
from dalgu.services.citizens.roundtables.pages.codes import drawn_code
from dalgu.services.citizens.roundtables.pages.steps import THEME_ACTS, steps
from dalgu.services.citizens.roundtables.picture import group_rows, question_rows, theme_rows
from dalgu.services.citizens.roundtables.plan import ORDER, AgendaStep, Stage, StepKind
from dalgu.services.citizens.roundtables.refusals import StepNotExisting
from dalgu.services.citizens.roundtables.state import Roundtable
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of, language_of

DESK = "/center/citizens/roundtables"
ONE = f"{DESK}/{{number:int}}"


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, serve = Staff(desk), Operation.CITIZENS_SERVE
    return [
        Route(DESK, pages.every, name=serve),
        Route(DESK, pages.begin, methods=["POST"], name=serve),
        Route(f"{DESK}/demonstration", pages.demonstrate, methods=["POST"], name=serve),
        Route(ONE, pages.one, name=serve),
        Route(f"{ONE}/themes", pages.themes, name=serve),
        Route(f"{ONE}/themes", pages.theme_step, methods=["POST"], name=serve),
        Route(f"{ONE}/scoring", pages.scoring, name=serve),
        Route(f"{ONE}/print", pages.printed, name=serve),
        Route(f"{ONE}/contacts", pages.contacts, methods=["POST"], name=serve),
        Route(f"{ONE}/do/{{step}}", pages.step, methods=["POST"], name=serve),
    ]


class Staff:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.roundtables
        self.steps = steps(desk.rooms.roundtables)

    async def every(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw all roundtables and the form of a new one."""
        usual = (AgendaStep(kind, "", minutes) for kind, minutes in forms.USUAL_AGENDA)
        return self.desk.frame.render(
            request,
            "citizens/roundtables/desk/every.html",
            found=self.room.every(),
            kinds=tuple(StepKind),
            agenda=forms.agenda_rows(usual),
            **shown_with(request, refused, sent),
        )

    async def begin(self, request: Request) -> Response:
        """Begin a roundtable."""
        sent = await sent_of(request)
        try:
            number = await self.room.planning.plan(actor_of(request), forms.plan_of(sent))
        except DalguError as refused:
            return await self.every(request, refused, sent)
        return to(request, f"{DESK}/{number}")

    async def demonstrate(self, request: Request) -> Response:
        """Let synthetic people go through a whole roundtable by the same steps."""
        until = first(await sent_of(request), "until")
        try:
            if until not in ("end", "live"):
                raise StepNotExisting(until)
            number = await demonstrate(self.room, actor_of(request), to_the_end=until == "end")
        except DalguError as refused:
            return await self.every(request, refused)
        return to(request, f"{DESK}/{number}")

    async def one(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw what can be done with a roundtable now."""
        one = self._get(request)
        fields = forms.fields_of(one.plan)
        shown = shown_with(request, refused, sent)
        if not shown["sent"]:
            shown["sent"] = fields
        return self.desk.frame.render(
            request,
            "citizens/roundtables/desk/one.html",
            one=one,
            order=ORDER,
            kinds=tuple(StepKind),
            agenda=forms.agenda_rows(one.plan.agenda),
            offered=self.room.applying.offered(),
            districts={one.code: one.name for one in self.desk.ground.city.districts},
            groups=group_rows(one),
            appointed_groups=GROUPS,
            suggested=self._quotas(one),
            hall=self.room.live.hall(one.number),
            survey=self.room.survey.counts(one.number),
            largest=theme_rows(one, self.room.live.shown)[:5],
            today=self.desk.today,
            **shown,
        )

    async def step(self, request: Request) -> Response:
        """Take a step with a roundtable."""
        one, sent = self._get(request), await sent_of(request)
        name = request.path_params["step"]
        try:
            if name not in self.steps:
                raise StepNotExisting(name)
            await self.steps[name](actor_of(request), one.number, sent)
        except DalguError as refused:
            return await self._again(request, name, refused, sent)
        back = first(sent, "back")
        return to(request, f"{DESK}/{one.number}" + (f"/{back}" if back in _PARTS else ""))

    async def _again(
        self, request: Request, name: str, refused: DalguError, sent: Sent
    ) -> Response:
        draw = self.scoring if first(sent, "back") == "scoring" else self.one
        return await draw(request, refused, sent)

    async def themes(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the desk of the theme team."""
        one = self._get(request)
        wanted = request.query_params.get("theme", "")
        themes = theme_rows(one, self.room.live.shown)
        chosen = next((row for row in themes if row.theme.id == wanted), None)
        unsorted = [(o, self.room.live.shown(one, o)) for o in one.unsorted()]
        return self.desk.frame.render(
            request,
            "citizens/roundtables/desk/themes.html",
            one=one,
            themes=themes,
            chosen=chosen,
            unsorted=unsorted,
            is_live=one.stage is Stage.LIVE,
            **shown_with(request, refused, sent),
        )

    async def theme_step(self, request: Request) -> Response:
        """Take a step of the theme team: make, rename, merge, move, suggest."""
        one, sent = self._get(request), await sent_of(request)
        act = first(sent, "act")
        try:
            if act not in THEME_ACTS:
                raise StepNotExisting(act)
            await THEME_ACTS[act](self.room, actor_of(request), one.number, sent)
        except DalguError as refused:
            return await self.themes(request, refused, sent)
        at = first(sent, "at")
        known = at in one.themes and not one.themes[at].into
        return to(request, f"{DESK}/{one.number}/themes" + (f"?theme={at}" if known else ""))

    async def scoring(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the scoring desk."""
        one = self._get(request)
        return self.desk.frame.render(
            request,
            "citizens/roundtables/desk/scoring.html",
            one=one,
            hall=self.room.live.hall(one.number),
            questions=question_rows(one),
            is_live=one.stage is Stage.LIVE,
            **shown_with(request, refused, sent),
        )

    async def printed(self, request: Request) -> Response:
        """Draw cards of all seats and tables, with their codes, to be printed and cut."""
        one = self._get(request)
        base = str(request.base_url).rstrip("/") + f"/{language_of(request)}/roundtables"
        return self.desk.frame.render(
            request,
            "citizens/roundtables/desk/print.html",
            one=one,
            seats=[self._seat_card(one, seat, base) for seat in one.members if one.tables],
            tables=[self._table_card(one, n, base) for n in range(1, one.table_count + 1)],
        )

    def _seat_card(self, one: Roundtable, seat: str, base: str) -> dict[str, JSON]:
        code = self.room.codes.of(one, seat)
        address = f"{base}/{one.number}/seat/{code}"
        tables = [one.table_of(seat, round_) for round_ in range(1, len(one.tables) + 1)]
        drawn = drawn_code(address)
        return {"who": seat, "code": code, "address": address, "drawn": drawn, "tables": tables}

    def _table_card(self, one: Roundtable, table: int, base: str) -> dict[str, JSON]:
        code = self.room.codes.of(one, f"{TABLE_HOLDER}:{table}")
        address = f"{base}/{one.number}/table/{code}"
        return {"who": table, "code": code, "address": address, "drawn": drawn_code(address)}

    async def contacts(self, request: Request) -> Response:
        """Open how members, or alternates, are reached; each opening is written down."""
        one, sent = self._get(request), await sent_of(request)
        purpose = first(sent, "purpose")
        try:
            found = [
                (who, await self.room.applying.contact(actor_of(request), one.number, who, purpose))
                for who in one.members
            ]
        except DalguError as refused:
            return await self.one(request, refused, sent)
        return self.desk.frame.render(
            request, "citizens/roundtables/desk/contacts.html", one=one, found=found
        )

    def _quotas(self, one: Roundtable) -> dict[tuple[str, str], tuple[int, int]]:
        if one.stage is not Stage.SELECTING:
            return {}
        chosen = one.quotas or quotas.suggested(one, self.desk.ground.city, one.size)
        return {(str(q.attribute), q.value): (q.least, q.most) for q in chosen}

    def _get(self, request: Request) -> Roundtable:
        return self.room.ledger.get(request.path_params["number"])


_PARTS = frozenset({"scoring", "themes"})
