"""The pages of participatory budgets for those who run them."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Actor
from dalgu.access.policy import Operation
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.errors import DalguError, InvalidInput, NotExisting
from dalgu.services.citizens.budgets.budgets import Call, Check
from dalgu.services.citizens.budgets.deeds import IdeaGiven, Moved
from dalgu.services.citizens.budgets.demonstration import begin
from dalgu.services.citizens.budgets.refusals import BudgetTermsInvalid
from dalgu.services.citizens.budgets.state import STEPS, Rule, Work
from dalgu.services.citizens.desk import Desk
from dalgu.web.forms import Sent, first, sent_of, shown_with, to, upload_of
from dalgu.web.frame import actor_of

DESK = "/center/citizens/budgets"
LARGEST_FILE = 8 * 2**20  # bytes; the largest Pabulib file of a district has 1 MB
LONGEST_NOTE = 500


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    office, serve, post = Office(desk), Operation.CITIZENS_SERVE, ["POST"]
    one = f"{DESK}/{{number:int}}"
    return [
        Route(DESK, office.every, name=serve),
        Route(DESK, office.call, methods=post, name=serve),
        Route(f"{DESK}/import", office.take_in, methods=post, name=serve),
        Route(f"{DESK}/demonstration", office.demonstrate, methods=post, name=serve),
        Route(one, office.one, name=serve),
        Route(f"{one}/{{deed}}", office.deed, methods=post, name=serve),
        Route(f"{one}/projects/{{project:int}}/{{deed}}", office.deed, methods=post, name=serve),
    ]


class Office:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.budgets
        self.deeds: dict[str, Callable[[Actor, Request, Sent], Awaitable[object]]] = {
            "rule": self._rule,
            "ideas": self._enter,
            "check": self._check,
            "vote": self._vote,
            "count": self._count,
            "move": self._move,
        }

    async def every(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw all rounds, and the form for a new one."""
        found = sorted(self.room.all.values(), key=lambda one: -one.number)
        return self.desk.frame.render(
            request,
            "citizens/budgets/office.html",
            rounds=[(one, self.room.stage(one)) for one in found],
            rules=tuple(Rule),
            today=self.desk.today,
            **shown_with(request, refused, sent),
        )

    async def one(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw what can be done with a round now."""
        found = self.room.get(request.path_params["number"])
        is_boxed = found.box in self.desk.rooms.ballots.boxes
        return self.desk.frame.render(
            request,
            "citizens/budgets/office_one.html",
            one=found,
            stage=self.room.stage(found),
            ballots=self.desk.rooms.ballots.count(found.box) if is_boxed else 0,
            rules=tuple(Rule),
            steps=STEPS,
            districts={one.code: one.name for one in self.desk.ground.city.districts},
            **shown_with(request, refused, sent),
        )

    async def call(self, request: Request) -> Response:
        """Begin a round."""
        sent = await sent_of(request)
        try:
            number = await self.room.call(actor_of(request), call_of(sent))
        except DalguError as refused:
            return await self.every(request, refused, sent)
        return to(request, f"{DESK}/{number}")

    async def take_in(self, request: Request) -> Response:
        """Read a Pabulib file."""
        try:
            form = await upload_of(request, LARGEST_FILE)
            number = await self.room.take_in(actor_of(request), text_of(form.file))
        except DalguError as refused:
            return await self.every(request, refused)
        return to(request, f"/budgets/{number}/result")

    async def demonstrate(self, request: Request) -> Response:
        """Let made-up people propose and vote by the same steps."""
        rooms = self.desk.rooms
        try:
            number = await begin(self.desk.ground, rooms.budgets, rooms.ballots, actor_of(request))
        except DalguError as refused:
            return await self.every(request, refused)
        return to(request, f"{DESK}/{number}")

    async def deed(self, request: Request) -> Response:
        """Do one thing with a round or with a project of it."""
        sent, name = await sent_of(request), request.path_params["deed"]
        number = request.path_params["number"]
        try:
            if name not in self.deeds:
                raise NotExisting(f"Deed '{name[:40]}' of a budget round does not exist.")
            await self.deeds[name](actor_of(request), request, sent)
        except DalguError as refused:
            return await self.one(request, refused, sent)
        project = request.path_params.get("project")
        return to(request, f"{DESK}/{number}" + (f"#p{project}" if project else ""))

    async def _rule(self, actor: Actor, request: Request, sent: Sent) -> None:
        rule, step = rule_of(sent), whole_of(sent, "step")
        await self.room.announce(
            actor, request.path_params["number"], rule, step, first(sent, "reason")
        )

    async def _enter(self, actor: Actor, request: Request, sent: Sent) -> None:
        title, text = first(sent, "title"), first(sent, "text")
        if not title:
            raise BudgetTermsInvalid("title")
        number, cost = request.path_params["number"], whole_of(sent, "cost")
        district = first(sent, "district")[:10]
        deed = IdeaGiven(number, 0, title[:80], text[:2_000], cost, district)
        await self.room.enter(actor, deed)

    async def _check(self, actor: Actor, request: Request, sent: Sent) -> None:
        is_feasible = first(sent, "feasible") == "yes"
        check = Check(
            is_feasible, whole_of(sent, "cost"), first(sent, "department"), first(sent, "reason")
        )
        number, project = request.path_params["number"], request.path_params.get("project", 0)
        await self.room.check(actor, number, project, check)

    async def _vote(self, actor: Actor, request: Request, sent: Sent) -> None:
        try:
            closes_at = datetime.fromisoformat(first(sent, "closes_at")).replace(tzinfo=LOCAL)
        except ValueError:
            raise BudgetTermsInvalid("closes_at") from None
        await self.room.open_vote(actor, request.path_params["number"], closes_at)

    async def _count(self, actor: Actor, request: Request, sent: Sent) -> None:
        await self.room.count(actor, request.path_params["number"])

    async def _move(self, actor: Actor, request: Request, sent: Sent) -> None:
        state = first(sent, "state")
        if state not in tuple(Work):
            raise BudgetTermsInvalid("state")
        number, project = request.path_params["number"], request.path_params.get("project", 0)
        moved = Moved(
            number, project, state, first(sent, "note")[:LONGEST_NOTE],
            first(sent, "evidence")[:200],
        )  # fmt: skip
        await self.room.move(actor, number, project, moved)


def call_of(sent: Sent) -> Call:
    """Return the call of a form; raise `BudgetTermsInvalid`."""
    try:
        until = date.fromisoformat(first(sent, "ideas_until"))
    except ValueError:
        raise BudgetTermsInvalid("ideas_until") from None
    return Call(
        ko=first(sent, "ko"),
        en=first(sent, "en"),
        about=first(sent, "about"),
        amount=whole_of(sent, "amount"),
        ideas_until=until,
        rule=rule_of(sent),
        step=whole_of(sent, "step"),
        most=whole_of(sent, "most"),
        least_age=whole_of(sent, "least_age"),
    )


def rule_of(sent: Sent) -> Rule:
    """Return the rule of a form; raise `BudgetTermsInvalid`."""
    name = first(sent, "rule")
    if name not in tuple(Rule):
        raise BudgetTermsInvalid("rule")
    return Rule(name)


def whole_of(sent: Sent, name: str) -> int:
    """Return a whole number of a form, with or without commas; raise `BudgetTermsInvalid`."""
    told = first(sent, name).replace(",", "")
    if not told.isascii() or not told.isdigit() or len(told) > 15:
        raise BudgetTermsInvalid(name)
    return int(told)


def text_of(file: bytes) -> str:
    """Return the text of an upload; raise `InvalidInput` where it is none."""
    try:
        return file.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidInput("The Pabulib file must be text in UTF-8.") from None
