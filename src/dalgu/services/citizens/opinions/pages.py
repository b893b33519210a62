"""The pages of questions: for everybody, and for those who ask and moderate."""

from collections.abc import Awaitable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.groups.votes import AGREE, PASS
from dalgu.services.citizens.opinions.opinions import (
    LEAST_GROUPED,
    LONGEST_ABOUT,
    LONGEST_STATEMENT,
    LONGEST_TITLE,
    Draft,
    Opinions,
)
from dalgu.services.citizens.opinions.picture import picture
from dalgu.services.citizens.opinions.question import Question, Statement
from dalgu.services.citizens.opinions.refusals import QuestionDateInvalid
from dalgu.services.citizens.opinions.shown import LEAST_SHOWN
from dalgu.services.citizens.people.levels import Level
from dalgu.web.forms import Sent, first, follow, sent_of, shown_with, to
from dalgu.web.frame import actor_of

ONE, ONE_PAGE = "/opinions/{number:int}", "/opinions/{number}"
DESK = "/center/citizens/opinions"
SAID = {AGREE: "agree", PASS: "pass"}  # everything else disagrees
LONGEST_REASON = 200
LIMITS = {"title": LONGEST_TITLE, "about": LONGEST_ABOUT, "statement": LONGEST_STATEMENT}


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(desk), ["POST"]
    office = Office(desk)
    read, take, serve = (
        Operation.PUBLIC_READ, Operation.CITIZEN_TAKE_PART, Operation.CITIZENS_SERVE,
    )  # fmt: skip
    moderate = Operation.CITIZENS_MODERATE
    step = f"{DESK}/{{number:int}}/statements/{{statement:int}}/{{verdict}}"
    return [
        Route("/opinions", pages.every, name=read),
        Route("/opinions/new", pages.new, name=take),
        Route("/opinions/new", pages.ask, methods=post, name=take),
        Route(ONE, pages.one, name=read),
        Route(f"{ONE}/groups", pages.groups, name=read),
        Route(f"{ONE}/votes", pages.vote, methods=post, name=take),
        Route(f"{ONE}/statements", pages.state, methods=post, name=take),
        Route(DESK, office.every, name=serve),
        Route(DESK, office.ask, methods=post, name=serve),
        Route(f"{DESK}/{{number:int}}/close", office.close, methods=post, name=serve),
        Route(f"{DESK}/{{number:int}}/statements", office.state, methods=post, name=serve),
        Route(step, office.step, methods=post, name=moderate),
    ]


class Pages:
    """What everybody sees."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.opinions

    async def every(self, request: Request) -> Response:
        """Draw all questions, the newest first, those that are open before the others."""
        some = sorted(self.room.all.values(), key=lambda one: (self._over(one), -one.number))
        rows = [(one, self._over(one), self._left(request, one)) for one in some]
        return self.desk.frame.render(request, "citizens/opinions/every.html", rows=rows)

    async def new(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the form by which somebody asks about a proposal of their own."""
        subject = request.query_params.get("about", "")[:60]
        return self.desk.frame.render(
            request,
            "citizens/opinions/new.html",
            **shown_with(request, refused, sent),
            matter=self.desk.rooms.moderation.things.find(subject),
            limits=LIMITS,
        )

    async def ask(self, request: Request) -> Response:
        """Ask everybody about a proposal of one's own."""
        sent, subject = await sent_of(request), request.query_params.get("about", "")[:60]
        try:
            number = await _asked(self.room, request, sent, subject)
        except DalguError as refused:
            return await self.new(request, refused, sent)
        return to(request, f"/opinions/{number}")

    async def one(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the next statement as a card, what one said already, and the form for one's own."""
        question = self.room.get(request.path_params["number"])
        actor = actor_of(request)
        voice = self.room.voice(actor, question)
        own = question.votes_of(voice) if voice else {}
        wanted = request.query_params.get("statement", "")
        card = self._card(question, voice, wanted)
        seen = [one for one in question.open if self.room.is_seen(question, one)]
        return self.desk.frame.render(
            request,
            "citizens/opinions/one.html",
            **shown_with(request, refused, sent),
            question=question,
            is_over=self._over(question),
            card=card,
            card_vote=None if card is None else _said(own.get(card.number)),
            voice=voice,
            level=self.desk.rooms.people.person(actor).level >= Level.EMAIL,
            own=[(one, _said(own[one.number])) for one in seen if one.number in own],
            total=len(seen),
            longest=LONGEST_STATEMENT,
            has_groups=bool(question.cuts),
            least=LEAST_GROUPED,
        )

    async def groups(self, request: Request) -> Response:
        """Draw the groups: their map, what each stands for, what all share, every statement."""
        question = self.room.get(request.path_params["number"])
        voice = self.room.voice(actor_of(request), question)
        results = self.room.results(question)
        kept = self.room.kept(question)
        mine = next((letter for letter, some in kept.members.items() if voice in some), "")
        shown = {group.letter for group in results.groups}
        return self.desk.frame.render(
            request,
            "citizens/opinions/groups.html",
            question=question,
            is_over=self._over(question),
            results=results,
            picture=picture(results, voice),
            mine=mine if mine in shown else "",
            least=LEAST_GROUPED,
            least_shown=LEAST_SHOWN,
        )

    async def vote(self, request: Request) -> Response:
        """Take a vote, and show the next statement."""
        number, sent = request.path_params["number"], await sent_of(request)
        statement = first(sent, "statement")
        vote = self.room.vote(
            actor_of(request),
            number,
            int(statement) if statement.isdecimal() else 0,
            first(sent, "value"),
        )
        return await follow(vote, request, ONE_PAGE, lambda refused: self.one(request, refused))

    async def state(self, request: Request) -> Response:
        """Take a statement; it waits until somebody has looked at it."""
        sent = await sent_of(request)
        stated = self.room.state(
            actor_of(request), request.path_params["number"], first(sent, "text")
        )
        return await follow(
            stated, request, f"{ONE_PAGE}?stated=1",
            lambda refused: self.one(request, refused, sent),
        )  # fmt: skip

    def _card(self, question: Question, voice: str, wanted: str) -> Statement | None:
        if wanted.isdecimal() and int(wanted) in question.statements:
            one = question.statements[int(wanted)]
            if one in question.open and self.room.is_seen(question, one):
                return one
        return self.room.next_for(question, voice)

    def _over(self, question: Question) -> bool:
        return question.is_over(self.desk.today)

    def _left(self, request: Request, question: Question) -> int:
        voice = self.room.voice(actor_of(request), question)
        own = question.votes_of(voice) if voice else {}
        return sum(one.number not in own for one in question.open)


class Office:
    """What those who ask and moderate see."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.opinions

    async def every(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the questions with what waits, and the form to ask."""
        some = sorted(self.room.all.values(), key=lambda one: -one.number)
        rows = [(one, one.is_over(self.desk.today)) for one in some]
        return self.desk.frame.render(
            request,
            "citizens/opinions/office.html",
            **shown_with(request, refused, sent),
            rows=rows,
            waiting=sum(len(one.waiting) for one in some),
            limits=LIMITS,
        )

    async def ask(self, request: Request) -> Response:
        """Ask everybody."""
        sent = await sent_of(request)
        return await follow(
            _asked(self.room, request, sent), request, DESK,
            lambda refused: self.every(request, refused, sent),
        )  # fmt: skip

    async def state(self, request: Request) -> Response:
        """Add a statement of the city's own."""
        sent = await sent_of(request)
        number = request.path_params["number"]
        stated = self.room.state(actor_of(request), number, first(sent, "text"))
        return await self._done(stated, request)

    async def step(self, request: Request) -> Response:
        """Let a statement in, take it out, or say that another one says the same."""
        actor, sent = actor_of(request), await sent_of(request)
        number, statement = request.path_params["number"], request.path_params["statement"]
        same, reason = first(sent, "same_as"), first(sent, "reason")[:LONGEST_REASON]
        step = request.path_params["verdict"]
        if step == "in":
            return await self._done(self.room.let_in(actor, number, statement), request)
        if step != "out":
            raise NotExisting(f"Step '{step[:20]}' of a statement does not exist.")
        same_as = int(same) if same.isdecimal() else None
        out = self.room.take_out(actor, number, statement, reason, same_as)
        return await self._done(out, request)

    async def close(self, request: Request) -> Response:
        """Close a question with what the city makes of it."""
        sent = await sent_of(request)
        number = request.path_params["number"]
        closed = self.room.close(actor_of(request), number, first(sent, "summary"))
        return await self._done(closed, request)

    async def _done(self, step: Awaitable[object], request: Request) -> Response:
        try:
            await step
        except DalguError as refused:
            return await self.every(request, refused)
        return to(request, f"{DESK}#q{request.path_params['number']}")


def _said(value: int | None) -> str:
    return "" if value is None else SAID.get(value, "disagree")


async def _asked(room: Opinions, request: Request, sent: Sent, about_of: str = "") -> int:
    told = first(sent, "closes_on")
    try:
        closes_on = date.fromisoformat(told) if told else None
    except ValueError:
        raise QuestionDateInvalid(told) from None
    seeds = tuple(line.strip() for line in first(sent, "seeds").splitlines() if line.strip())
    draft = Draft(first(sent, "title"), first(sent, "about"), seeds, closes_on, about_of)
    return await room.ask(actor_of(request), draft)
