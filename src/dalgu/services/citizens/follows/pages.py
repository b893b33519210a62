"""The pages of following: the feeds, to follow and to stop, and the hooks of the city."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import DalguError, InvalidInput
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.follows.follows import ALL, FREQUENCIES
from dalgu.services.citizens.follows.news import named
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of, language_of

STOP = "/follows/stop/{account}/{subject:path}/{tag}"
HOOKS = "/center/citizens/hooks"


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(desk), ["POST"]
    take, read, serve = (
        Operation.CITIZEN_TAKE_PART,
        Operation.PUBLIC_READ,
        Operation.CITIZENS_SERVE,
    )
    return [
        Route("/follows", pages.feeds, name=read),
        Route("/follows/{step}", pages.step, methods=post, name=take),
        Route(STOP, pages.stop, name=read),
        Route(STOP, pages.stopped, methods=post, name=read),
        Route(HOOKS, pages.hooks, name=serve),
        Route(HOOKS, pages.hook, methods=post, name=serve),
        Route(f"{HOOKS}/{{number:int}}/remove", pages.unhook, methods=post, name=serve),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.room = desk.rooms.follows

    async def feeds(self, request: Request) -> Response:
        """Draw the feeds and the calendar, and what a reader follows."""
        actor = actor_of(request)
        return self.desk.frame.render(
            request,
            "citizens/follows/feeds.html",
            feeds=named(self.desk.rooms.moderation.things.rooms),
            follows=self.room.of(actor),
            frequency=self.room.frequency(actor),
            frequencies=FREQUENCIES,
            quote=quote,
            **shown_with(request, None),
        )

    async def step(self, request: Request) -> Response:
        """Follow, unfollow or set how often; back to the thing's page where one was named."""
        sent, actor = await sent_of(request), actor_of(request)
        step, subject = request.path_params["step"], first(sent, "subject")
        if step == "follow":
            thing = await self.room.follow(actor, subject, language_of(request))
            return to(request, thing.path)
        if step == "unfollow":
            await self.room.unfollow(actor, subject)
        elif step == "frequency":
            await self.room.set_frequency(actor, first(sent, "frequency"))
        else:
            raise InvalidInput(f"Step '{step[:40]}' of following does not exist.")
        return to(request, "/me")

    async def stop(self, request: Request) -> Response:
        """Ask once more: mail programs open links by themselves."""
        self.room.check_stop(*_stopping(request))
        return self._stop(request, is_stopped=False)

    async def stopped(self, request: Request) -> Response:
        """Stop mails, without signing in (RFC 8058)."""
        await self.room.stop(*_stopping(request))
        return self._stop(request, is_stopped=True)

    def _stop(self, request: Request, *, is_stopped: bool) -> Response:
        subject = request.path_params["subject"]
        thing = None if subject == ALL else self.desk.rooms.moderation.things.find(subject)
        return self.desk.frame.render(
            request, "citizens/follows/stop.html", thing=thing, is_stopped=is_stopped
        )

    async def hooks(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw where the city's news are sent to."""
        return self._hooks(request, refused, sent)

    async def hook(self, request: Request) -> Response:
        """Send news to another program, and show the key that signs them, once."""
        sent, actor = await sent_of(request), actor_of(request)
        try:
            hooked, key = await self.room.hook(actor, first(sent, "url"), first(sent, "room"))
        except DalguError as refused:
            return self._hooks(request, refused, sent)
        return self._hooks(request, None, None, key=key, number=hooked.number)

    async def unhook(self, request: Request) -> Response:
        """Send no more there."""
        await self.room.unhook(actor_of(request), request.path_params["number"])
        return to(request, HOOKS)

    def _hooks(
        self,
        request: Request,
        refused: DalguError | None,
        sent: Sent | None,
        *,
        key: str = "",
        number: int = 0,
    ) -> Response:
        return self.desk.frame.render(
            request,
            "citizens/follows/hooks.html",
            hooks=list(self.room.hooks.values()),
            rooms=named(self.desk.rooms.moderation.things.rooms),
            unsent=self.desk.rooms.telling.unsent,
            key=key,
            number=number,
            **shown_with(request, refused, sent),
        )


def _stopping(request: Request) -> tuple[str, str, str]:
    found = request.path_params
    return found["account"], found["subject"], found["tag"]
