"""Answers for programs, and for pages that ask after they are drawn."""

from collections.abc import Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from dalgu.hub.model import JSON
from dalgu.kernel.text import Language


def json_answer(
    body: JSON, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a value as JSON."""
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


def asked_language(request: Request) -> Language:
    """Return the language that the query names, for addresses that carry none."""
    return "en" if request.query_params.get("language") == "en" else "ko"
