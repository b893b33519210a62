"""Errors at the edge: RFC 9457 for programs, a page for people. One handler for all."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import quote

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError, Unauthenticated
from dalgu.web.frame import Frame, language_of
from dalgu.web.language import refusal

Handler = Callable[[Request, Exception], Awaitable[Response]]


def handlers(frame: Frame) -> dict[int | type[Exception], Handler]:
    """Return the `exception_handlers` of a Starlette application."""

    async def handle(request: Request, error: Exception) -> Response:
        return answer(frame, request, error)

    return {DalguError: handle, HTTPException: handle, Exception: handle}


def answer(frame: Frame, request: Request, error: Exception) -> Response:
    """Return the answer to a failed request, in the form that its sender reads."""
    problem = describe(error)
    headers = dict(getattr(error, "headers", None) or {})
    if "retry_after_s" in problem:
        headers["retry-after"] = str(problem["retry_after_s"])
    if not wants_page(request):
        body = msgspec.json.encode(problem)
        return Response(body, problem["status"], headers, media_type="application/problem+json")
    if isinstance(error, Unauthenticated) and request.method == "GET":
        back = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return RedirectResponse(f"/{language_of(request)}/sign-in?next={back}", 303)
    page = frame.render(
        request,
        "problem.html",
        status=problem["status"],
        problem=problem,
        told=refusal(language_of(request), error),
    )
    page.headers.update(headers)
    return page


def describe(error: Exception) -> dict[str, JSON]:
    """Return the RFC 9457 body of any exception; what was not deliberate tells no inside."""
    if isinstance(error, DalguError):
        return error.problem()
    if isinstance(error, HTTPException):
        title = HTTPStatus(error.status_code).phrase
        return {
            "type": "about:blank",
            "title": title,
            "status": error.status_code,
            "detail": error.detail,
        }
    return {
        "type": "urn:dalgu:problem:internal",
        "title": "The platform failed",
        "status": 500,
        "detail": "The platform failed; its log says why.",
    }


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser asks, rather than a program."""
    return "text/html" in request.headers.get("accept", "")
