"""An error as RFC 9457 problem details: for programs, whatever else a platform shows to people."""

from http import HTTPStatus

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

from dalgu.hub.model import JSON
from dalgu.kernel.errors import DalguError


def problem_response(error: Exception) -> Response:
    """Return the answer for a program, with the headers that the error asks for."""
    problem = describe(error)
    body, headers = msgspec.json.encode(problem), headers_of(error, problem)
    return Response(body, problem["status"], headers, media_type="application/problem+json")


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


def headers_of(error: Exception, problem: dict[str, JSON]) -> dict[str, str]:
    """Return the headers that go with an error, as Retry-After."""
    headers = dict(getattr(error, "headers", None) or {})
    if "retry_after_s" in problem:
        headers["retry-after"] = str(problem["retry_after_s"])
    return headers
