"""Signing in and out, the one-time link, one's own account, the API tokens."""

from datetime import timedelta
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dalgu.access.actor import Kind, Role
from dalgu.access.credentials import credential, ended_session_cookie, session_cookie
from dalgu.access.policy import Operation, may
from dalgu.access.sessions import Session
from dalgu.access.token_desk import IssuedToken
from dalgu.center.context import Center
from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, InvalidInput, TooLarge
from dalgu.web.frame import actor_of, language_of, remote_of

TOKEN_DAYS = (30, 90, 365)
MOST_FIELDS = 20
LONGEST_FORM = 16_384  # bytes; four fields of a sign-in are far below


class FormTooLarge(TooLarge):
    """A form of the pages is longer than any person fills in."""

    slug = "form-too-large"

    def __init__(self) -> None:
        super().__init__(f"The form must be at most {LONGEST_FORM} bytes long.")


def routes(center: Center) -> list[Route]:
    """Return the routes, without their language."""
    pages = Pages(center)
    start, own = Operation.SESSION_OPEN, Operation.ACCOUNT_SELF
    token, post = Operation.TOKEN_WRITE, ["POST"]
    return [
        Route("/sign-in", pages.sign_in, name=start),
        Route("/sign-in", pages.begin, methods=post, name=start),
        Route("/sign-out", pages.end, methods=post, name=Operation.SESSION_CLOSE),
        Route("/welcome/{secret}", pages.welcome, name=start),
        Route("/welcome/{secret}", pages.redeem, methods=post, name=start),
        Route("/account", pages.account, name=own),
        Route("/account/password", pages.change_password, methods=post, name=own),
        Route("/account/tokens", pages.create_token, methods=post, name=token),
        Route("/account/tokens/{token}/revoke", pages.revoke_token, methods=post, name=token),
    ]


class Pages:
    """The handlers, with what they stand on."""

    def __init__(self, center: Center) -> None:
        self.center = center

    async def sign_in(self, request: Request) -> Response:
        """Draw the form."""
        return self._form(request, next=next_path(request.query_params.get("next", "")))

    async def begin(self, request: Request) -> Response:
        """Begin a session, or say why not."""
        form = await fields(request, "name", "password", "next")
        goal = next_path(form["next"])
        try:
            session = await self.center.access.sign_in(
                form["name"],
                form["password"],
                remote=remote_of(request),
                previous=self._secret(request),
            )
        except DalguError as refused:
            return self._form(request, next=goal, name=form["name"], refused=refused)
        return self._with_session(goal or _landing(request, session), session)

    def _form(self, request: Request, **data: JSON) -> Response:
        shown = {"next": "", "name": "", "refused": None, **data}
        refused = shown["refused"]
        status = 200 if refused is None else refused.status
        return self.center.frame.render(request, "center/sign_in.html", status=status, **shown)

    async def end(self, request: Request) -> Response:
        """End the session."""
        secret = self._secret(request)
        if secret is not None:
            await self.center.access.sign_out(secret)
        answer = RedirectResponse(f"/{language_of(request)}/", 303)
        cookie = ended_session_cookie(is_secure=self.center.is_secure)
        answer.headers.append("set-cookie", cookie)
        return answer

    async def welcome(self, request: Request) -> Response:
        """Draw the form of a one-time link."""
        self.center.access.check_link(request.path_params["secret"])
        return self.center.frame.render(request, "center/welcome.html", name="", refused=None)

    async def redeem(self, request: Request) -> Response:
        """Make the account of a one-time link and begin its session."""
        form = await fields(request, "name", "password")
        try:
            session = await self.center.access.redeem_link(
                request.path_params["secret"], form["name"], form["password"]
            )
        except DalguError as refused:
            return self.center.frame.render(
                request,
                "center/welcome.html",
                status=refused.status,
                name=form["name"],
                refused=refused,
            )
        return self._with_session(_landing(request, session), session)

    async def account(self, request: Request) -> Response:
        """Draw one's own account and, for administrators, the tokens."""
        return await self._account(request)

    async def change_password(self, request: Request) -> Response:
        """Set another password."""
        form = await fields(request, "old", "new")
        try:
            session = await self.center.access.change_password(
                actor_of(request), form["old"], form["new"], remote=remote_of(request)
            )
        except DalguError as refused:
            return await self._account(request, refused=refused)
        return self._with_session(f"/{language_of(request)}/account", session)

    async def create_token(self, request: Request) -> Response:
        """Make a token; this page is the only place that ever shows it."""
        form = await fields(request, "name", "role", "days")
        days = int(form["days"]) if form["days"] in {str(d) for d in TOKEN_DAYS} else TOKEN_DAYS[0]
        role = Role(form["role"]) if form["role"] in set(Role) else Role.SERVICE
        try:
            issued = await self.center.access.tokens.create(
                actor_of(request), form["name"], role, lifetime=timedelta(days=days)
            )
        except DalguError as refused:
            return await self._account(request, refused=refused)
        return await self._account(request, issued=issued)

    async def revoke_token(self, request: Request) -> Response:
        """End a token."""
        await self.center.access.tokens.revoke(actor_of(request), request.path_params["token"])
        return RedirectResponse(f"/{language_of(request)}/account", 303)

    async def _account(
        self,
        request: Request,
        *,
        refused: DalguError | None = None,
        issued: IssuedToken | None = None,
    ) -> Response:
        actor = actor_of(request)
        sees_tokens = may(actor, Operation.TOKEN_READ) and actor.kind is Kind.PERSON
        return self.center.frame.render(
            request,
            "center/account.html",
            status=200 if refused is None else refused.status,
            tokens=await self.center.access.tokens.every(actor) if sees_tokens else [],
            sees_tokens=sees_tokens,
            roles=list(Role),
            token_days=TOKEN_DAYS,
            refused=refused,
            issued=issued,
        )

    def _secret(self, request: Request) -> str | None:
        cookie = request.headers.get("cookie")
        shown = credential(None, cookie, is_secure=self.center.is_secure)
        return None if shown is None else shown.secret

    def _with_session(self, goal: str, session: Session) -> Response:
        answer = RedirectResponse(goal, 303)
        max_age_s = int(self.center.access.limits.absolute.total_seconds())
        cookie = session_cookie(
            session.secret, is_secure=self.center.is_secure, max_age_s=max_age_s
        )
        answer.headers.append("set-cookie", cookie)
        return answer


def next_path(text: str) -> str:
    """Return where to go after signing in: a path of ours, or nothing.

    >>> next_path("/ko/center"), next_path("//evil.example"), next_path("https://evil.example")
    ('/ko/center', '', '')
    """
    ours = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable()
    return text if ours else ""


async def fields(request: Request, *names: str) -> dict[str, str]:
    """Return the named fields of a form, empty where there is none."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise FormTooLarge
    try:
        sent = parse_qs(body.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise InvalidInput(f"The form must hold at most {MOST_FIELDS} fields.") from None
    return {name: sent.get(name, [""])[0] for name in names}


def _landing(request: Request, session: Session) -> str:
    """Return where a session begins: citizens at their own page, who works for the city at hers."""
    page = "/me" if session.actor.role is Role.CITIZEN else "/center"
    return f"/{language_of(request)}{page}"
