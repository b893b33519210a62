"""Feeds and calendars for programs: `/citizens/feeds/…`, `/citizens/calendar.ics`."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dalgu.access.policy import Operation
from dalgu.kernel.errors import NotExisting
from dalgu.kernel.text import Language
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.follows.calendar import Sheet, calendar
from dalgu.services.citizens.follows.feeds import Feed, atom, rss
from dalgu.services.citizens.follows.news import Told, named
from dalgu.services.citizens.follows.refusals import NothingToFollow
from dalgu.services.citizens.people.pages import home_of
from dalgu.web.language import phrase, preferred

KINDS = {"atom": (atom, "application/atom+xml"), "rss": (rss, "application/rss+xml")}
FRESH = {"cache-control": "public, max-age=60", "vary": "Accept-Language"}


def routes(desk: Desk) -> list[Route]:
    """Return the routes."""
    doors, read = Doors(desk), Operation.PUBLIC_READ
    return [
        Route("/citizens/feeds/thing.{ending}", doors.of_thing, name=read),
        Route("/citizens/feeds/{feed}.{ending}", doors.of_room, name=read),
        Route("/citizens/calendar.ics", doors.calendar, name=read),
    ]


class Doors:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.follows = desk.rooms.follows
        self.things = desk.rooms.moderation.things

    async def of_room(self, request: Request) -> Response:
        """Return the news of a room."""
        room = request.path_params["feed"]
        if room not in named(self.things.rooms):
            raise NotExisting(f"Room '{room[:40]}' has no feed.")
        title = phrase(_language(request), f"follows.room.{room}")
        return self._feed(request, title, "/citizens", self.follows.newsroom.of_room(room))

    async def of_thing(self, request: Request) -> Response:
        """Return the news of one thing, named by `subject`."""
        subject = request.query_params.get("subject", "")
        thing = self.things.find(subject)
        if thing is None or not thing.is_public or self.desk.rooms.moderation.is_hidden(subject):
            raise NothingToFollow(subject)
        title = thing.title.say(_language(request))
        told = self.follows.newsroom.of_things([subject])
        return self._feed(request, title, thing.path, told)

    async def calendar(self, request: Request) -> Response:
        """Return what offices owe by when, and what takes place."""
        language = _language(request)
        sheet = Sheet(
            phrase(language, "follows.calendar"),
            home_of(request, self.desk.ground.settings),
            language,
            self.desk.ground.clock.now(),
        )
        body = calendar(sheet, self.desk.rooms.clocks.owed(), self.follows.meetings())
        return Response(body, headers=FRESH, media_type="text/calendar")

    def _feed(self, request: Request, title: str, path: str, told: Sequence[Told]) -> Response:
        kind = request.path_params["ending"]
        if kind not in KINDS:
            raise NotExisting(f"Feeds are .atom or .rss; '.{kind[:20]}' does not exist.")
        write, media_type = KINDS[kind]
        home = home_of(request, self.desk.ground.settings)
        query = f"?{request.url.query}" if request.url.query else ""
        feed = Feed(
            title=title,
            home=home,
            path=path,
            own=f"{home}{request.url.path}{query}",
            language=_language(request),
            now=self.desk.ground.clock.now(),
        )
        return Response(write(feed, told), headers=FRESH, media_type=media_type)


def _language(request: Request) -> Language:
    asked = request.query_params.get("lang", "")
    if asked == "en":
        return "en"
    return "ko" if asked == "ko" else preferred(request.headers.get("accept-language", ""))
