"""The pages of votes: all boxes, one box with its ballot or its count, and the city's desk."""

from datetime import datetime
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.clock import LOCAL
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.kernel.text import Text
from dalgu.services.citizens.ballots.ballots import State
from dalgu.services.citizens.ballots.box import Box, Kind, Receipt, tally
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.people.levels import LevelTooLow
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

ONE = "/citizens/ballots/{box:path}"
STAFF = "/center/citizens/ballots"
KINDS: dict[str, Kind] = {"choice": "choice", "approval": "approval", "scores": "scores"}
LONGEST_TITLE, MOST_LINES = 120, 60


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(desk), ["POST"]
    read, serve = Operation.PUBLIC_READ, Operation.CITIZENS_SERVE
    return [
        Route("/citizens/ballots", pages.every, name=read),
        Route(ONE, pages.one, name=read),
        Route(ONE, pages.vote, methods=post, name=Operation.CITIZEN_TAKE_PART),
        Route(STAFF, pages.staff, name=serve),
        Route(STAFF, pages.open, methods=post, name=serve),
        Route(f"{STAFF}/{{box:path}}/close", pages.close, methods=post, name=serve),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.ballots
        self.voting = desk.rooms.voting

    async def every(self, request: Request) -> Response:
        """Draw all boxes, the open ones first, and how anybody recounts."""
        boxes = sorted(self.room.boxes.values(), key=lambda one: (bool(one.closed), -_age(one)))
        return self.desk.frame.render(
            request,
            "citizens/ballots/ballots.html",
            boxes=boxes,
            count=self.room.count,
            public_key=self.room.public_key,
        )

    async def one(
        self,
        request: Request,
        refused: DalguError | None = None,
        sent: Sent | None = None,
        receipt: Receipt | None = None,
    ) -> Response:
        """Draw one box: its ballot while it is open, its count afterwards."""
        state = self.room.state(request.path_params["box"])
        box = state.box
        ballots = self.room.ballots(box.id) if state.closed else []
        wanted = request.query_params.get("receipt", "").strip().upper()[:40]
        shown: dict[str, JSON] = {
            "state": state,
            "is_open": self._is_open(box.id),
            "titles": self._titles(state),
            "count": self.room.count(box.id),
            "drawn": self.room.drawn(box.id),
            "tally": tally(box.options, ballots) if state.closed else {},
            "public_key": self.room.public_key,
            "may_vote": self._may_vote(request, box.id),
            "receipt": receipt,
            "wanted": wanted,
            "found": await self._found(state, wanted),
        }
        return self.desk.frame.render(
            request, "citizens/ballots/box.html", **shown, **shown_with(request, refused, sent)
        )

    async def vote(self, request: Request) -> Response:
        """Take a ballot of a browser without script, and show its receipt once."""
        sent, box = await sent_of(request), request.path_params["box"]
        try:
            marks = marks_of(self.room.state(box).box, sent)
            receipt = await self.voting.vote(actor_of(request), box, marks)
        except DalguError as refused:
            return await self.one(request, refused, sent)
        return await self.one(request, receipt=receipt)

    async def staff(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the boxes as the city runs them."""
        return self.desk.frame.render(
            request,
            "citizens/ballots/staff.html",
            boxes=sorted(self.room.boxes.values(), key=_age, reverse=True),
            count=self.room.count,
            drawn=self.room.drawn,
            **shown_with(request, refused, sent),
        )

    async def open(self, request: Request) -> Response:
        """Open a box."""
        sent = await sent_of(request)
        try:
            await self.room.open(actor_of(request), box_of(sent))
        except DalguError as refused:
            return await self.staff(request, refused, sent)
        return to(request, STAFF)

    async def close(self, request: Request) -> Response:
        """Close a box and publish its count."""
        try:
            await self.room.close(actor_of(request), request.path_params["box"])
        except DalguError as refused:
            return await self.staff(request, refused)
        return to(request, STAFF)

    def _is_open(self, box: str) -> bool:
        try:
            self.room.takes(box)
        except DalguError:
            return False
        return True

    def _may_vote(self, request: Request, box: str) -> str:
        """Return what a reader can do: vote, drawn (their token is out), climb, or join."""
        actor = actor_of(request)
        if actor.role != "citizen":
            return "join"
        try:
            return "drawn" if self.voting.has_drawn(actor, box) else "vote"
        except LevelTooLow:
            return "climb"
        except DalguError:
            return "not_admitted"

    def _titles(self, state: State) -> dict[str, Text]:
        return {
            option: self.desk.rooms.voting.title_of(state.box.id, option)
            for option in state.box.options
        }

    async def _found(self, state: State, wanted: str) -> JSON:
        if not wanted or state.closed is None:
            return None
        return await self.room.find(state.box.id, wanted)


def marks_of(box: Box, sent: Sent) -> dict[str, int]:
    """Return the marks of a form: `mark` names options, or `score:<option>` gives a number."""
    if box.kind != "scores":
        return dict.fromkeys(sent.get("mark", []), 1)
    given = {option: first(sent, f"score:{option}") for option in box.options}
    try:
        return {option: int(text) for option, text in given.items() if text}
    except ValueError:
        raise InvalidInput("A score must be a whole number.") from None


def box_of(sent: Sent) -> Box:
    """Return the box of the city's form; raise `InvalidInput`."""
    ko, en = first(sent, "title_ko")[:LONGEST_TITLE], first(sent, "title_en")[:LONGEST_TITLE]
    options = tuple(dict.fromkeys(first(sent, "options").split()))[:MOST_LINES]
    kind = KINDS.get(first(sent, "kind"), "choice")
    if not ko or not options:
        raise InvalidInput("A vote needs a title and at least one option, each a word of its own.")
    try:
        most = int(first(sent, "most") or 1)
        at = first(sent, "closes_at")
        closes_at = datetime.fromisoformat(at).replace(tzinfo=LOCAL) if at else None
    except ValueError:
        raise InvalidInput("The number of marks and the closing time must be valid.") from None
    scale = (0, max(most, 1)) if kind == "scores" else (0, 1)
    name = f"vote-{uuid4().hex[:10]}"
    return Box(name, Text(ko, en or ko), kind, options, most, scale, closes_at)


def _age(state: State) -> float:
    return state.opened_at.timestamp()
