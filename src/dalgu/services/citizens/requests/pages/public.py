"""What everybody sees of requests, and what their reporters and others add."""

from collections.abc import Awaitable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.actor import Role
from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.requests import listing
from dalgu.services.citizens.requests.api.layer import feature
from dalgu.services.citizens.requests.draft import Word
from dalgu.services.citizens.requests.drawing import drawn
from dalgu.services.citizens.requests.listing import Filters, Row, row
from dalgu.services.citizens.requests.open311.shown import View, media
from dalgu.services.citizens.requests.routing import department_title
from dalgu.services.citizens.requests.rules import REOPEN_WITHIN
from dalgu.services.citizens.requests.state import ServiceRequest
from dalgu.services.citizens.requests.words import ENDED, MEANINGS, REASONS, STATES, State
from dalgu.web.forms import first, follow, sent_of, shown_with
from dalgu.web.frame import actor_of, language_of, remote_of
from dalgu.web.language import phrase

PAGE = "/requests/{number}"
PAD_DEG = 0.004
QUARTER = timedelta(days=90)


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages = PublicPages(desk)
    see, file, part = (
        Operation.PUBLIC_READ,
        Operation.REQUEST_FILE,
        Operation.CITIZEN_TAKE_PART,
    )
    one = "/requests/{number:int}"
    return [
        Route("/requests", pages.every, name=see),
        Route(one, pages.one, name=see),
        Route(f"{one}/follow", pages.follow, methods=["POST"], name=part),
        Route(f"{one}/unfollow", pages.unfollow, methods=["POST"], name=part),
        Route(f"{one}/update", pages.update, methods=["POST"], name=file),
        Route(f"{one}/reopen", pages.reopen, methods=["POST"], name=file),
    ]


class PublicPages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.requests

    async def every(self, request: Request) -> Response:
        """Draw the map and the list, newest first."""
        asked, language = filters(request), language_of(request)
        found = listing.newest(self.room, asked, self.desk.today)
        label = phrase(language, "requests.map_label")
        features = [feature(self.room, one.request, language) for one in found.rows]
        return self.desk.frame.render(
            request,
            "citizens/requests/requests.html",
            found=found,
            asked=asked,
            groups=self.room.catalogue.by_group(),
            districts=self.desk.ground.city.districts,
            states=STATES,
            meanings=MEANINGS,
            counts=listing.counts(self.room, self.desk.today),
            fixed=listing.fixed_share(self.room.all.values(), QUARTER, self.desk.today),
            label=label,
            picture=drawn(self.desk.ground.city, features, label),
        )

    async def one(self, request: Request, refused: DalguError | None = None) -> Response:
        """Draw one request."""
        one = self.room.get(request.path_params["number"])
        return self.desk.frame.render(
            request,
            "citizens/requests/request.html",
            **shown_of(self.desk, request, one),
            **self._own(request, one),
            **shown_with(request, refused),
        )

    def _own(self, request: Request, one: ServiceRequest) -> dict[str, JSON]:
        """Return what this reader can do: follow, reopen, and the code that this browser keeps."""
        actor, standing = actor_of(request), self.room.standing(one)
        code = request.cookies.get(f"request_{one.number}", "")
        is_own = self.room.is_reporter(actor, one, code)
        is_citizen = actor.role is Role.CITIZEN
        try:
            voice = self.room.voice(actor, one.filed.code) if is_citizen else ""
        except DalguError:
            voice = ""
        return {
            "is_own": is_own,
            "receipt": code if is_own and not is_citizen else "",
            "can_follow": bool(voice) and voice != standing.filed.reporter,
            "has_followed": voice in standing.followers,
            "can_reopen": self._can_reopen(one),
            "reopen_days": REOPEN_WITHIN.days,
        }

    def _can_reopen(self, one: ServiceRequest) -> bool:
        if one.state is State.DUPLICATE:
            return True
        now = self.desk.ground.clock.now()
        return one.ended_at is not None and now - one.ended_at <= REOPEN_WITHIN

    async def follow(self, request: Request) -> Response:
        """Say "me too"."""
        return await self._step(request, self.room.follow(actor_of(request), _number(request)))

    async def unfollow(self, request: Request) -> Response:
        """Take it back."""
        return await self._step(request, self.room.unfollow(actor_of(request), _number(request)))

    async def update(self, request: Request) -> Response:
        """Add a word."""
        sent = await sent_of(request)
        word = Word(first(sent, "text"), _remote(request))
        return await self._step(
            request, self.room.update(actor_of(request), _number(request), word)
        )

    async def reopen(self, request: Request) -> Response:
        """Open it again: by account, by the code sent, or by the one that this browser keeps."""
        sent, number = await sent_of(request), _number(request)
        code = first(sent, "receipt") or request.cookies.get(f"request_{number}", "")
        return await self._step(
            request,
            self.room.work.reopen(
                actor_of(request), number, first(sent, "text"), code=code, remote=_remote(request)
            ),
        )

    async def _step(self, request: Request, step: Awaitable[object]) -> Response:
        return await follow(step, request, PAGE, lambda refused: self.one(request, refused))


def filters(request: Request) -> Filters:
    """Return what a query asks a list for; what it does not understand is left out."""
    query = request.query_params
    page = query.get("page", "1")
    is_page = page.isascii() and page.isdigit() and len(page) < 6
    return Filters(
        status=query.get("status", ""),
        code=query.get("code", ""),
        district=query.get("district", ""),
        page=max(1, int(page)) if is_page else 1,
    )


def shown_of(desk: Desk, request: Request, one: ServiceRequest) -> dict[str, JSON]:
    """Return what a page of one request shows, whoever looks."""
    room, language, today = desk.rooms.requests, language_of(request), desk.today
    label = phrase(language, "requests.place_label")
    lon, lat = one.place
    return {
        "one": row(room, one, today),
        "request_": one,
        "service": room.catalogue.get(one.filed.code),
        "term": room.standing(one).term,
        "today": today,
        "dong": desk.ground.city.dong(one.filed.dong),
        "district": desk.ground.city.district(one.filed.district),
        "is_hidden": room.is_hidden(one),
        "parent": _row_of(desk, one.parent),
        "children": [_row_of(desk, number) for number in one.children],
        "states": STATES,
        "meanings": MEANINGS,
        "reasons": REASONS,
        "ended": ENDED,
        "photos": media(room, one, View(language, "")),
        "label": label,
        "picture": drawn(desk.ground.city, [feature(room, one, language)], label, focus=True),
        "focus": (lon - PAD_DEG, lat - PAD_DEG, lon + PAD_DEG, lat + PAD_DEG),
        "departments": {step.department: _department(desk, step.department) for step in one.steps},
    }


def _row_of(desk: Desk, number: int) -> Row | None:
    room = desk.rooms.requests
    return row(room, room.get(number), desk.today) if number else None


def _department(desk: Desk, department: str) -> JSON:
    return department_title(desk.ground.city, desk.rooms.requests.catalogue, department)


def _number(request: Request) -> int:
    number: int = request.path_params["number"]
    return number


def _remote(request: Request) -> str:
    host = remote_of(request)
    return host if actor_of(request).is_anonymous else ""
