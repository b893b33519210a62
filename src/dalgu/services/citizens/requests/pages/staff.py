"""The desk of those who work requests: what is due first, and every deed as a form."""

from collections.abc import Awaitable, Callable
from datetime import date

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, NotExisting
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests import listing, routing
from dalgu.services.citizens.requests.deeds import Moved
from dalgu.services.citizens.requests.draft import Contact, Word
from dalgu.services.citizens.requests.pages.public import filters, shown_of
from dalgu.services.citizens.requests.refusals import RequestAnswerIncomplete
from dalgu.services.citizens.requests.rules import NEXT, TOLD
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import STATES, Reason, State
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of

PAGE = "/center/citizens/requests/{number}"
ORDER = tuple(State)  # of the steps that a page offers

Deed = Callable[[Request, int, Sent], Awaitable[object]]


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, serve = StaffPages(desk), Operation.CITIZENS_SERVE
    one = "/center/citizens/requests/{number:int}"
    return [
        Route("/center/citizens/requests", pages.every, name=serve),
        Route(one, pages.one, name=serve),
        Route(f"{one}/{{deed}}", pages.work, methods=["POST"], name=serve),
    ]


class StaffPages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.requests
        work = self.room.work
        self._deeds: dict[str, Deed] = {
            "move": self._move,
            "extend": lambda r, n, s: work.extend(
                actor_of(r), n, first(s, "why"), has_consent=first(s, "consent") == "yes"
            ),
            "pause": lambda r, n, s: work.pause(actor_of(r), n, first(s, "why")),
            "resume": lambda r, n, s: work.resume(actor_of(r), n),
            "progress": lambda r, n, s: work.tell_progress(
                actor_of(r), n, first(s, "done"), _day(first(s, "next_on"), "next_on")
            ),
            "note": lambda r, n, s: self.room.update(actor_of(r), n, Word(first(s, "done"))),
            "clear-photo": lambda r, n, s: work.clear_photo(actor_of(r), n, first(s, "photo")),
            "remove-photo": lambda r, n, s: work.remove_photo(actor_of(r), n, first(s, "photo")),
        }

    async def every(self, request: Request) -> Response:
        """Draw the worklist."""
        asked = filters(request)
        return self.desk.frame.render(
            request,
            "citizens/requests/desk.html",
            found=listing.by_clock(self.room, asked, self.desk.today),
            counts=listing.counts(self.room, self.desk.today),
            asked=asked,
            groups=self.room.catalogue.by_group(),
            districts=self.desk.ground.city.districts,
            states=STATES,
        )

    async def one(
        self,
        request: Request,
        refused: DalguError | None = None,
        sent: Sent | None = None,
        contact: Contact | None = None,
    ) -> Response:
        """Draw one request with everything that can be done with it."""
        one = self.room.get(request.path_params["number"])
        return self.desk.frame.render(
            request,
            "citizens/requests/work.html",
            **shown_of(self.desk, request, one),
            **await self._choices(one),
            **shown_with(request, refused, sent),
            contact=contact,
        )

    async def _choices(self, one: ServiceRequest) -> dict[str, JSON]:
        place = one.filed
        near = await self.room.similar(place.code, one.place, place.description)
        others = [hint for hint in near if hint.number != one.number]
        return {
            "next_states": [state for state in ORDER if state in NEXT[one.state]],
            "told": TOLD,
            "choices": routing.departments(
                self.desk.ground.city, self.room.catalogue, place.district
            ),
            "similar": [
                (hint, listing.row(self.room, self.room.get(hint.number), self.desk.today))
                for hint in others
            ],
        }

    async def work(self, request: Request) -> Response:
        """Do one deed, or draw the page again with why it was refused."""
        number, deed = request.path_params["number"], request.path_params["deed"]
        sent: Sent = {}
        try:
            sent = await sent_of(request)
            if deed == "contact":
                purpose = first(sent, "purpose")
                told = await self.room.work.contact(actor_of(request), number, purpose)
                return await self.one(request, contact=told)
            if deed not in self._deeds:
                raise NotExisting(f"The deed '{deed[:40]}' of a request does not exist.")
            await self._deeds[deed](request, number, sent)
        except DalguError as refused:
            self.room.get(number)  # a request that does not exist has no page to tell it on
            return await self.one(request, refused, sent)
        return to(request, PAGE.format(number=number))

    async def _move(self, request: Request, number: int, sent: Sent) -> None:
        state, reason = first(sent, "state"), first(sent, "reason")
        parent, next_on = first(sent, "parent"), first(sent, "next_on")
        if state not in list(State):
            raise RequestAnswerIncomplete("state")
        deed = Moved(
            number,
            State(state),
            first(sent, "department") or self.room.get(number).department,
            done=first(sent, "done"),
            next_on=_day(next_on, "next_on") if next_on else None,
            reason=Reason(reason) if reason in list(Reason) else None,
            remedy=first(sent, "remedy"),
            parent=int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 10 else 0,
            transferred_to=first(sent, "transferred_to"),
        )
        await self.room.work.move(actor_of(request), deed)


def _day(told: str, part: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise RequestAnswerIncomplete(part) from None
