"""The pages of joining, of oneself, and of those who vouch for residents."""

from collections.abc import Awaitable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.credentials import ended_session_cookie, session_cookie
from dalgu.access.federation import COOKIE
from dalgu.access.oidc import ATTEMPT_LIFETIME
from dalgu.access.policy import Operation
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, Forbidden
from dalgu.kernel.settings import Settings
from dalgu.services.citizens.desk import Desk
from dalgu.services.citizens.people.joining import RETURN
from dalgu.services.citizens.people.levels import Level
from dalgu.services.citizens.people.people import CODE_DAYS
from dalgu.services.citizens.people.picture import qr_svg
from dalgu.web.forms import Sent, first, sent_of, shown_with, to
from dalgu.web.frame import actor_of, language_of, remote_of

ME, VOUCH = "/me", "/center/citizens/vouch"


def routes(desk: Desk) -> list[Route]:
    """Return the routes, without their language."""
    pages, post = Pages(desk), ["POST"]
    read, start = Operation.PUBLIC_READ, Operation.SESSION_OPEN
    take, vouch = Operation.CITIZEN_TAKE_PART, Operation.CITIZEN_VOUCH
    return [
        Route("/join", pages.join, name=read),
        Route("/join", pages.invite, methods=post, name=start),
        Route("/join/{secret}", pages.arrived, name=start),
        Route("/join/{secret}", pages.redeem, methods=post, name=start),
        Route(ME, pages.me, name=take),
        Route("/me/nickname", pages.rename, methods=post, name=take),
        Route("/me/leave", pages.leave, methods=post, name=take),
        Route("/me/resident", pages.resident, name=take),
        Route("/me/resident", pages.use_code, methods=post, name=take),
        Route("/me/resident/provider", pages.depart, methods=post, name=take),
        Route(RETURN, pages.arrive, name=take),
        Route(VOUCH, pages.vouch, name=vouch),
        Route(VOUCH, pages.make_code, methods=post, name=vouch),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.people = desk.rooms.people
        self.joining = desk.rooms.joining

    # -- joining --------------------------------------------------------------------------

    async def join(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Ask for an address."""
        is_sent = request.query_params.get("sent") == "1"
        shown = shown_with(request, refused, sent)
        return self.desk.frame.render(
            request, "citizens/people/join.html", is_sent=is_sent, **shown
        )

    async def invite(self, request: Request) -> Response:
        """Send a link to an address; what is answered is the same for every address."""
        sent = await sent_of(request)
        address = first(sent, "address")
        try:
            self.desk.rooms.moderation.screen(
                actor_of(request), address, most=254, by=f"join {remote_of(request)}"
            )
            await self.joining.invite(
                address, language_of(request), home_of(request, self.desk.ground.settings)
            )
        except DalguError as refused:
            return await self.join(request, refused, sent)
        return to(request, "/join?sent=1")

    async def arrived(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Ask who opened the link for a name and a password."""
        address = await self.joining.address_of(request.path_params["secret"])
        shown = shown_with(request, refused, sent)
        return self.desk.frame.render(
            request, "citizens/people/arrived.html", address=address, **shown
        )

    async def redeem(self, request: Request) -> Response:
        """Make the account and begin its session."""
        sent = await sent_of(request)
        try:
            session = await self.joining.redeem(
                request.path_params["secret"], first(sent, "name"), sent.get("password", [""])[0]
            )
        except DalguError as refused:
            return await self.arrived(request, refused, sent)
        answer = to(request, ME)
        limits, settings = self.desk.ground.access.limits, self.desk.ground.settings
        cookie = session_cookie(
            session.secret,
            is_secure=settings.is_secure,
            max_age_s=int(limits.absolute.total_seconds()),
        )
        answer.headers.append("set-cookie", cookie)
        return answer

    # -- oneself --------------------------------------------------------------------------

    async def me(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw what the platform knows of the reader, and what they take part in."""
        actor = actor_of(request)
        return self.desk.frame.render(
            request,
            "citizens/people/me.html",
            person=self.people.person(actor),
            levels=tuple(Level),
            district=self._district(self.people.person(actor).district),
            own=self.people.own_of(actor),
            follows=self.desk.rooms.follows.of(actor),
            frequency=self.desk.rooms.follows.frequency(actor),
            **shown_with(request, refused, sent),
        )

    async def rename(self, request: Request) -> Response:
        """Take a nickname."""
        sent = await sent_of(request)
        actor = actor_of(request)
        return await self._then(request, self.people.rename(actor, first(sent, "nickname")), ME)

    async def leave(self, request: Request) -> Response:
        """Forget the reader, when they said so twice."""
        sent = await sent_of(request)
        if first(sent, "sure") != "yes":
            return to(request, f"{ME}#leave")
        actor = actor_of(request)
        await self.people.leave(actor)
        await self.desk.ground.access.accounts.erase(actor)
        answer = to(request, "/citizens")
        cookie = ended_session_cookie(is_secure=self.desk.ground.settings.is_secure)
        answer.headers.append("set-cookie", cookie)
        return answer

    # -- residents ------------------------------------------------------------------------

    async def resident(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the ways to become a resident here."""
        return self.desk.frame.render(
            request,
            "citizens/people/resident.html",
            person=self.people.person(actor_of(request)),
            code=request.query_params.get("code", "")[:40],
            has_provider=self.joining.has_provider,
            **shown_with(request, refused, sent),
        )

    async def use_code(self, request: Request) -> Response:
        """Take a code."""
        sent, actor = await sent_of(request), actor_of(request)
        try:
            self.desk.rooms.moderation.screen(
                actor, first(sent, "code"), most=60, by=f"code {actor.id}"
            )
            await self.people.use_code(actor, first(sent, "code"))
        except DalguError as refused:
            return await self.resident(request, refused, sent)
        return to(request, ME)

    async def depart(self, request: Request) -> Response:
        """Send the browser to the identity provider."""
        try:
            self.people.require(actor_of(request), Level.EMAIL)
            provider = await self.joining.client().provider()
        except DalguError as refused:
            return await self.resident(request, refused)
        settings = self.desk.ground.settings
        back = f"{home_of(request, settings)}/{language_of(request)}{RETURN}"
        departure = self.desk.ground.access.oidc.depart(
            provider, back, settings.citizens.vouch_scope
        )
        answer = RedirectResponse(departure.address, 303)
        answer.set_cookie(
            COOKIE,
            departure.cookie,
            path="/",
            max_age=int(ATTEMPT_LIFETIME.total_seconds()),
            httponly=True,
            secure=settings.is_secure,
            samesite="lax",
        )
        return answer

    async def arrive(self, request: Request) -> Response:
        """Take the identity provider's word for who returned."""
        query, person = request.query_params, self.people.person(actor_of(request))
        try:
            if "code" not in query:
                raise Forbidden("The identity provider did not confirm the identity.")
            attempt = self.desk.ground.access.oidc.attempt_of(
                request.cookies.get(COOKIE, ""), query.get("state", "")
            )
            await self.joining.arrive(person, attempt, query["code"])
        except DalguError as refused:
            return await self.resident(request, refused)
        answer = to(request, ME)
        answer.delete_cookie(COOKIE)
        return answer

    # -- the desk that vouches ------------------------------------------------------------

    async def vouch(
        self, request: Request, refused: DalguError | None = None, sent: Sent | None = None
    ) -> Response:
        """Draw the form of those who see identity cards."""
        return self._vouch(request, refused, sent)

    async def make_code(self, request: Request) -> Response:
        """Make a code and show it, once."""
        sent, actor = await sent_of(request), actor_of(request)
        number = first(sent, "number")
        try:
            code, made = await self.people.make_code(actor, number, first(sent, "district"))
        except DalguError as refused:
            kept = {"district": [first(sent, "district")]}  # never the number back
            return self._vouch(request, refused, kept)
        home = home_of(request, self.desk.ground.settings)
        picture = qr_svg(f"{home}/{language_of(request)}/me/resident?code={code}")
        return self._vouch(request, None, None, code=code, made=made, picture=picture)

    def _vouch(
        self, request: Request, refused: DalguError | None, sent: Sent | None, **made: JSON
    ) -> Response:
        post = self.desk.rooms.post
        shown = {"code": "", "made": None, "picture": "", **made}
        return self.desk.frame.render(
            request,
            "citizens/people/vouch.html",
            districts=self.desk.ground.city.districts,
            levels=self.people.levels(),
            code_days=CODE_DAYS,
            post=post,
            **shown,
            **shown_with(request, refused, sent),
        )

    def _district(self, code: str) -> JSON:
        city = self.desk.ground.city
        return city.district(code).name if code else None

    async def _then(self, request: Request, step: Awaitable[object], path: str) -> Response:
        try:
            await step
        except DalguError as refused:
            return await self.me(request, refused)
        return to(request, path)


def home_of(request: Request, settings: Settings) -> str:
    """Return the address of the platform, without a path and without a slash."""
    return settings.public_url or str(request.base_url).rstrip("/")
