"""Errors at the edge: RFC 9457 for programs, a page for people. One handler for all."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dalgu.kernel.errors import DalguError, Unauthenticated
from dalgu.web.frame import Frame, language_of
from dalgu.web.language import refusal
from dalgu.web.problem_details import describe, headers_of, problem_response

Handler = Callable[[Request, Exception], Awaitable[Response]]


def handlers(frame: Frame) -> dict[int | type[Exception], Handler]:
    """Return the `exception_handlers` of a Starlette application."""

    async def handle(request: Request, error: Exception) -> Response:
        return answer(frame, request, error)

    return {DalguError: handle, HTTPException: handle, Exception: handle}


def answer(frame: Frame, request: Request, error: Exception) -> Response:
    """Return the answer to a failed request, in the form that its sender reads."""
    if not wants_page(request):
        return problem_response(error)
    if isinstance(error, Unauthenticated) and request.method == "GET":
        back = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
        return RedirectResponse(f"/{language_of(request)}/sign-in?next={back}", 303)
    problem = describe(error)
    page = frame.render(
        request,
        "problem.html",
        status=problem["status"],
        problem=problem,
        told=refusal(language_of(request), error),
    )
    page.headers.update(headers_of(error, problem))
    return page


def wants_page(request: Request) -> bool:
    """Tell whether a person's browser asks, rather than a program."""
    return "text/html" in request.headers.get("accept", "")
